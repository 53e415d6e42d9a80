import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** One execution of a run, as the program itself told it; all times by the witness's own clock, ms. */
export type Execution = {
  /** `<storage>/experiment<n>/seed<n>`. */
  readonly run: string;
  readonly attempt: number;
  /** The 24 digits of the worker that started it. */
  readonly worker: string;
  /** `<host>:<pid>` of the program's process. */
  readonly process: string;
  readonly startedMs: number;
  /** When it said that it had come to its end. */
  endedMs?: number;
  /** When its process was gone, or had closed its line. */
  closedMs?: number;
  /** The error of the disk that it failed with. */
  failure?: string;
};

/** An earlier execution of a run answered a question that was put after a later one had started. */
export type Overlap = {
  readonly earlier: Execution;
  readonly later: Execution;
  readonly answeredMs: number;
};

/**
 * Hears of every execution by a line of its own, which the protocol knows nothing of and which the
 * kernel closes when the process dies.
 */
export type Witness = {
  /** For the programs' environment: a socket's path, or `<host>:<port>`. */
  readonly address: string;
  readonly executions: readonly Execution[];
  readonly overlaps: readonly Overlap[];
  /** How many executions had not closed their line, and did not answer, when a later one started. */
  readonly silentOnes: () => number;
  readonly close: () => void;
};

type Line = { readonly execution: Execution; readonly ask: () => void };

/** @param place - a socket's path, or a host whose port is chosen */
export async function startWitness(
  place: { readonly path: string } | { readonly host: string },
): Promise<Witness> {
  const book = createBook();
  const server = createServer((socket) => {
    attend(socket, book);
  });
  server.listen("path" in place ? place : { ...place, port: 0 });
  await once(server, "listening");
  return {
    address: "path" in place ? place.path : `${place.host}:${portOf(server)}`,
    executions: book.executions,
    overlaps: book.overlaps,
    silentOnes: () => book.asked.size - book.overlaps.length,
    close: () => {
      server.close();
      for (const socket of book.sockets) socket.destroy();
    },
  };
}

type Book = ReturnType<typeof createBook>;

function createBook() {
  return {
    executions: [] as Execution[],
    overlaps: [] as Overlap[],
    sockets: new Set<Socket>(),
    /** The executions of each run that are going on. */
    open: new Map<string, Set<Line>>(),
    /** Whom each execution that should be over was asked for. */
    asked: new Map<Execution, Execution>(),
  };
}

function attend(socket: Socket, book: Book): void {
  let line: Line | undefined;
  book.sockets.add(socket);
  socket.on("error", () => undefined);
  socket.on("close", () => {
    book.sockets.delete(socket);
    if (line === undefined) return;
    line.execution.closedMs = performance.now();
    book.open.get(line.execution.run)?.delete(line);
  });
  createInterface({ input: socket }).on("line", (text) => {
    const [word = "", ...rest] = text.split(" ");
    if (word === "start") line = begin(socket, rest, book);
    else if (line !== undefined) hear(word, rest, line.execution, book);
  });
}

function begin(socket: Socket, words: readonly string[], book: Book): Line {
  const [run = "", attempt, worker = "", process = ""] = words;
  const execution: Execution = {
    run,
    attempt: Number(attempt),
    worker,
    process,
    startedMs: performance.now(),
  };
  const line: Line = { execution, ask: () => socket.write("alive?\n") };
  book.executions.push(execution);
  const others = book.open.get(run) ?? new Set<Line>();
  book.open.set(run, others);
  for (const other of others) {
    book.asked.set(other.execution, execution);
    other.ask();
  }
  others.add(line);
  return line;
}

function hear(word: string, rest: readonly string[], execution: Execution, book: Book): void {
  if (word === "end") execution.endedMs = performance.now();
  if (word === "failed") execution.failure = rest.join(" ");
  if (word !== "alive") return;
  const later = book.asked.get(execution);
  // Alive beside one that has ended meanwhile is no proof.
  if (later === undefined || later.closedMs !== undefined) return;
  book.overlaps.push({ earlier: execution, later, answeredMs: performance.now() });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
