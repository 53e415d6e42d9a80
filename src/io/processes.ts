import { type ChildProcess, fork, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

import type {
  ProcessEnd,
  Processes,
  SupervisedCommand,
  SupervisedEnd,
  SupervisedProcess,
  Supervisor,
  SupervisorSettings,
  WorkerProcess,
} from "../host.ts";
import { WORKER_VARIABLE } from "./machine.ts";
import { createMessageReader, formatMessage } from "./messages.ts";
import type { LinkMessage, SupervisorOrder, SupervisorReport } from "./supervisor-messages.ts";

const entry = (name: string) => fileURLToPath(new URL(`../entries/${name}.js`, import.meta.url));

export const systemProcesses: Processes = { startWorker, startSupervisor };

function startWorker(settings: unknown): WorkerProcess {
  const child = fork(entry("worker"), [JSON.stringify(settings)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object);
    },
    onMessage: (listener) => {
      child.on("message", listener);
    },
    ended: endOf(child),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

/** One run, or one runner of modules, that the supervisor has been told to start. */
type Supervised = {
  readonly settle: (end: SupervisedEnd) => void;
  pid: number | undefined;
  listener: (message: unknown) => void;
};

function startSupervisor({ worker, silenceMs }: SupervisorSettings): Supervisor {
  // Away from the terminal's group: Ctrl-C is for the launcher.
  const child = spawn(process.execPath, [entry("supervisor"), String(silenceMs)], {
    stdio: ["pipe", "pipe", "inherit", "pipe"],
    detached: true,
    env: { ...process.env, [WORKER_VARIABLE]: worker },
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new TypeError("Expected pipes to the supervisor");
  // Node types the fourth descriptor as a stream of any kind; "pipe" makes it a socket.
  const link = child.stdio[3] as Duplex;
  const supervised = new Map<number, Supervised>();
  const gone = endOf(child).then((end) => {
    for (const one of supervised.values()) {
      killGroup(one.pid);
      one.settle({ ...lost(end), tail: "", silenced: false });
    }
    supervised.clear();
  });
  for (const stream of [stdin, link]) stream.on("error", () => undefined);
  listen(stdout, (message) => {
    const report = message as SupervisorReport;
    const one = supervised.get(report.id);
    if (report.kind === "started") {
      if (one) one.pid = report.pid;
      return;
    }
    one?.settle(report.end);
    supervised.delete(report.id);
  });
  listen(link, (message) => {
    const { id, message: inner } = message as LinkMessage;
    supervised.get(id)?.listener(inner);
  });
  const order = (one: SupervisorOrder) => stdin.write(formatMessage(one));
  let ids = 0;
  return {
    start: (command) => {
      const id = ++ids;
      order(startOrder(id, command, worker));
      return supervise(id, supervised, order, link);
    },
    beat: () => order({ kind: "beat" }),
    close: async () => {
      stdin.end();
      await gone;
    },
  };
}

function startOrder(id: number, command: SupervisedCommand, worker: string): SupervisorOrder {
  const linked = command.command === "module-runner";
  return {
    kind: "start",
    id,
    command:
      command.command === "module-runner"
        ? [process.execPath, "--enable-source-maps", entry("module-runner"), String(id)]
        : command.command,
    linked,
    folder: command.folder,
    environment: { ...ownEnvironment(), ...command.environment, [WORKER_VARIABLE]: worker },
    log: command.log ?? null,
  };
}

function supervise(
  id: number,
  supervised: Map<number, Supervised>,
  order: (one: SupervisorOrder) => void,
  link: Duplex,
): SupervisedProcess {
  let settle: (end: SupervisedEnd) => void = () => undefined;
  const ended = new Promise<SupervisedEnd>((resolve) => {
    settle = resolve;
  });
  const one: Supervised = { settle, pid: undefined, listener: () => undefined };
  supervised.set(id, one);
  return {
    send: (message) => {
      link.write(formatMessage({ id, message } satisfies LinkMessage));
    },
    onMessage: (listener) => {
      one.listener = listener;
    },
    kill: (signal) => {
      order({ kind: "kill", id, signal });
    },
    ended,
  };
}

/** For a supervisor that was killed itself; one that ends by itself has done it. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function lost(end: ProcessEnd): ProcessEnd {
  const how = end.signal ?? end.error ?? `exit code ${String(end.code)}`;
  return { code: null, signal: null, error: `its supervisor is gone (${how})` };
}

function listen(stream: NodeJS.ReadableStream, listener: (message: unknown) => void): void {
  stream.setEncoding("utf8");
  stream.on("data", createMessageReader(listener));
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve({ code: null, signal: null, error: error.message });
    });
    child.once("exit", (code, signal) => {
      resolve({ code, signal, error: null });
    });
  });
}
