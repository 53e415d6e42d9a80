import { join } from "node:path";

import { stateOf } from "../../core/run-state.ts";
import { printableOutput, wholeSequences } from "../../core/terminal-text.ts";
import { UserError } from "../../errors.ts";
import type { Files, Host } from "../../host.ts";
import { runLabel, type RunPath } from "../../tree/paths.ts";
import { type KnownAttempt, readAttempts } from "../../tree/run-history.ts";

export type LogRequest = {
  /** Undefined: the latest, and with `follow` those after it. */
  readonly attempt: number | undefined;
  /** From so many lines before the end; undefined: from the start. */
  readonly lines: number | undefined;
  /** Goes on until the run, or the attempt that was asked for, is settled. */
  readonly follow: boolean;
};

export type LogReport = {
  readonly run: string;
  /** 0: the run has not begun. */
  readonly attempt: number;
  /** Absolute; null if there is no log. */
  readonly path: string | null;
  /** Of the whole file. */
  readonly bytes: number;
  /** Its end, for a program; empty where it was printed. */
  readonly text: string;
};

/** How much of a log a report holds at most, bytes. */
const MAX_TEXT = 1 << 20;
const BLOCK = 1 << 16;
/** Events do not travel over network file systems: the folder is looked at so often, ms. */
const POLL_MS = 500;

type LogHost = Pick<Host, "files" | "clock" | "output" | "terminal">;

/** The end of a run's log, without printing it. @throws UserError `not-found` */
export function readLog(run: RunPath, request: LogRequest, host: Pick<Host, "files">): LogReport {
  const found = chooseAttempt(run, look(run, host).attempts, request.attempt);
  const path = found.log === undefined ? undefined : join(run.path, found.log);
  if (path === undefined) throw noLog(run, found.attempt);
  const { files } = host;
  const bytes = files.size(path) ?? 0;
  const start = request.lines === undefined ? 0 : lastLines(path, request.lines, files);
  const text = files.readEnd(path, Math.min(MAX_TEXT, bytes - start));
  return { run: runLabel(run), attempt: found.attempt, path, bytes, text };
}

/**
 * Prints a run's log: as it is into a file or pipe, on a terminal with its escapes made visible.
 * @returns what was printed last, when there is no more, or `signal` aborts
 * @throws UserError `not-found` if the run vanishes, or has no such log and nobody is to wait for it
 */
export async function printLog(
  run: RunPath,
  request: LogRequest,
  host: LogHost,
  signal: AbortSignal,
): Promise<LogReport> {
  const { files, terminal } = host;
  const print = createPrinter(host);
  let attempt = request.attempt ?? look(run, host).attempts.at(-1)?.attempt ?? 0;
  let offset: number | undefined;
  let path: string | undefined;
  if (attempt === 0 && request.follow) terminal.note(`${runLabel(run)} has not begun; waiting.`);
  while (!signal.aborted) {
    // Listed before it is read: what is over by then is read to its end.
    const { attempts, settled } = look(run, host);
    attempt ||= attempts[0]?.attempt ?? 0;
    const current = attempts.find((one) => one.attempt === attempt);
    if (current?.log !== undefined) {
      path = join(run.path, current.log);
      offset ??= request.lines === undefined ? 0 : lastLines(path, request.lines, files);
      offset = await copy(path, offset, print, host, signal);
    }
    if (!request.follow) {
      if (current?.log === undefined) throw noLog(run, attempt);
      break;
    }
    // Renamed since it was listed, and perhaps not read to the end.
    const isMoving =
      current?.log !== undefined && files.size(join(run.path, current.log)) === undefined;
    const isOver = !isMoving && (settled || current?.record !== undefined);
    const next = attempts.find((one) => one.attempt > attempt);
    if (isOver && (request.attempt !== undefined || (settled && next === undefined))) break;
    if (isOver && next !== undefined) {
      terminal.note(`attempt ${next.attempt} begins`);
      attempt = next.attempt;
      offset = 0;
      continue;
    }
    await host.clock.sleep(POLL_MS, signal);
  }
  const bytes = path === undefined ? 0 : (files.size(path) ?? offset ?? 0);
  return { run: runLabel(run), attempt, path: path ?? null, bytes, text: "" };
}

function look(run: RunPath, { files }: Pick<Host, "files">) {
  const names = files.list(run.path);
  if (names === undefined)
    throw new UserError("not-found", `${run.path} is not there any more.`, "");
  const { kind } = stateOf(names);
  const settled = kind === "completed" || kind === "crashed" || kind === "conflict";
  return { attempts: readAttempts(run.path, names, { files }), settled };
}

function chooseAttempt(
  run: RunPath,
  attempts: readonly KnownAttempt[],
  wanted: number | undefined,
): KnownAttempt {
  const found =
    wanted === undefined ? attempts.at(-1) : attempts.find(({ attempt }) => attempt === wanted);
  if (found === undefined) throw noLog(run, wanted ?? 0);
  return found;
}

function noLog(run: RunPath, attempt: number): UserError {
  return new UserError(
    "not-found",
    attempt === 0
      ? `${runLabel(run)} has not begun: there is no log yet.`
      : `${runLabel(run)} has no log of attempt ${attempt}.`,
    `--follow waits for it; alstatus --explain ${runLabel(run)} says what there is.`,
  );
}

/** Prints what a file holds from `offset` on. @returns where it ended */
async function copy(
  path: string,
  offset: number,
  print: (some: Uint8Array) => void,
  { files, clock }: Pick<Host, "files" | "clock">,
  signal: AbortSignal,
): Promise<number> {
  let at = offset;
  while (!signal.aborted) {
    const some = files.readAt(path, at, BLOCK);
    if (some.length === 0) break;
    print(some);
    at += some.length;
    // Lets signals in, and a slow reader catch up.
    await clock.sleep(0);
  }
  return at;
}

function createPrinter({ output }: Pick<Host, "output">): (some: Uint8Array) => void {
  if (!output.isScreen && output.size() === undefined) {
    return output.write;
  }
  const decoder = new TextDecoder();
  let held = "";
  return (some) => {
    const text = held + decoder.decode(some, { stream: true });
    const end = wholeSequences(text);
    held = text.slice(end);
    output.write(printableOutput(text.slice(0, end), output.isScreen));
  };
}

const NEWLINE = 10;

/** Where the last `lines` lines of a file begin, bytes. */
function lastLines(path: string, lines: number, files: Files): number {
  const size = files.size(path) ?? 0;
  let left = lines;
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const block = files.readAt(path, start, end - start);
    for (let index = block.length - 1; index >= 0; index -= 1) {
      // The one at the very end ends the last line.
      if (block[index] !== NEWLINE || start + index === size - 1) continue;
      left -= 1;
      if (left <= 0) return start + index + 1;
    }
  }
  return 0;
}
