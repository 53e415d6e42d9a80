import { type ChildProcess, fork, spawn } from "node:child_process";
import { delimiter } from "node:path";
import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";

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
import { processesOf, WORKER_VARIABLE } from "./machine.ts";
import { createMessageReader, formatMessage, isObject } from "./messages.ts";
import { packageFile } from "./package-files.ts";
import { runSystemCommand } from "./system-commands.ts";
import type { LinkMessage, SupervisorOrder, SupervisorReport } from "./supervisor-messages.ts";

const entry = (name: string) => packageFile(`dist/src/entries/${name}.js`);

const PYTHON_CLIENT = packageFile("clients/python");

export const systemProcesses: Processes = {
  startWorker,
  startSupervisor,
  run: runSystemCommand,
};

function startWorker(
  settings: unknown,
  environment: Readonly<Record<string, string>> = {},
): WorkerProcess {
  const child = fork(entry("worker"), [], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...environment },
  });
  const send = (message: unknown) => {
    // The worker may die in this very moment; its end says so.
    if (child.connected) child.send(message as object, () => undefined);
  };
  send(settings);
  return {
    pid: child.pid,
    send,
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

/** How often a supervisor that is killed costs its run nothing but time: a run that kills each of its own must end. */
const FORGIVEN_LOSSES = 3;

function startSupervisor(settings: SupervisorSettings): Supervisor {
  let losses = 0;
  let ids = 0;
  let present: SupervisorProcess | undefined;
  const replace = () => {
    const started = startSupervisorProcess(settings, (end) => {
      if (present === started) present = undefined;
      return { ...lost(end), tail: "", silenced: ++losses <= FORGIVEN_LOSSES };
    });
    return started;
  };
  present = replace();
  return {
    start: (command) => {
      const { supervised, order, link } = (present ??= replace());
      const id = ++ids;
      order(startOrder(id, command, settings.worker));
      return supervise(id, supervised, order, link);
    },
    beat: () => present?.order({ kind: "beat" }),
    close: async () => {
      present?.stdin.end();
      await present?.gone;
    },
  };
}

/** One process, for as long as it lives. */
type SupervisorProcess = {
  readonly supervised: Map<number, Supervised>;
  readonly order: (one: SupervisorOrder) => void;
  readonly stdin: NodeJS.WritableStream;
  readonly link: Duplex;
  readonly gone: Promise<void>;
};

/** @param onLoss - says what the loss means for what was running */
function startSupervisorProcess(
  { worker, silenceMs }: SupervisorSettings,
  onLoss: (end: ProcessEnd) => SupervisedEnd,
): SupervisorProcess {
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
  for (const stream of [stdin, link]) stream.on("error", () => undefined);
  listen(stdout, (message) => {
    hear(message as SupervisorReport, supervised);
  });
  listen(link, (message) => {
    const { id, message: inner } = message as LinkMessage;
    if (isObject(inner)) supervised.get(id)?.listener(inner);
  });
  // What it still reported counts, so both its end and that of its words.
  const heard = finished(stdout).catch(() => undefined);
  const gone = Promise.all([endOf(child), heard]).then(([end]) => {
    link.destroy();
    const lostEnd = onLoss(end);
    if (supervised.size > 0) endAll(worker, supervised);
    for (const one of supervised.values()) one.settle(lostEnd);
    supervised.clear();
  });
  const order = (one: SupervisorOrder) => stdin.write(formatMessage(one));
  return { supervised, order, stdin, link, gone };
}

function hear(report: SupervisorReport, supervised: Map<number, Supervised>): void {
  const one = supervised.get(report.id);
  if (report.kind === "started") {
    if (one) one.pid = report.pid;
    return;
  }
  one?.settle(report.end);
  supervised.delete(report.id);
}

/** Does the work of a supervisor that was killed itself: nothing that it started may go on. */
function endAll(worker: string, supervised: ReadonlyMap<number, Supervised>): void {
  for (const { pid } of supervised.values()) if (pid !== undefined) kill(-pid);
  // It may have died before it could say whom it had just started.
  for (const pid of processesOf(worker)) kill(pid);
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
    environment: { ...environmentOfPrograms(), ...command.environment, [WORKER_VARIABLE]: worker },
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
      // Ourselves as well: the supervisor may be stopped, and what has to end must not wait for it.
      if (signal === "SIGKILL" && one.pid !== undefined && supervised.has(id)) kill(-one.pid);
    },
    ended,
  };
}

/** @param pid - of a process, or minus that of a process group's leader */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
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

/** Ours; and Python finds our client behind everything of the user's. */
function environmentOfPrograms(): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const { PYTHONPATH: path } = own;
  return { ...own, PYTHONPATH: path ? `${path}${delimiter}${PYTHON_CLIENT}` : PYTHON_CLIENT };
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
