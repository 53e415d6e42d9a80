import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

import { STOP_SIGNALS } from "../core/stop-signal.ts";
import type { SupervisedEnd } from "../host.ts";
import { systemClock } from "../io/clock.ts";
import { createMessageReader, formatMessage } from "../io/messages.ts";
import type { SupervisorOrder, SupervisorReport } from "../io/supervisor-messages.ts";

/**
 * The supervisor: starts what its worker runs, each in a process group of its own, and ends it
 * when the worker is gone (its pipe closes) or has reported no heartbeat for too long.
 * Argument: that time in ms.
 */
const silenceMs = Number(process.argv[2]);
/** The end of an output that is kept for the record of a crash. */
const TAIL_CHARACTERS = 8_000;

type Run = { readonly child: ChildProcess; silenced: boolean };
const runs = new Map<number, Run>();
let beatAtMs = systemClock.monotonicMs();

// Whoever stops the worker also signals us; what runs is the worker's to end, as long as it lives.
for (const signal of STOP_SIGNALS) process.on(signal, () => undefined);
process.stdin.setEncoding("utf8");
process.stdin.on(
  "data",
  createMessageReader((order) => {
    obey(order as SupervisorOrder);
  }),
);
process.stdin.on("end", endEverything);
process.stdin.on("error", endEverything);
process.stdout.on("error", endEverything);
// If it was us who were stopped, what the worker said meanwhile is still to be read: that comes first.
setInterval(() => setImmediate(endTheSilent), Math.min(1000, silenceMs / 4)).unref();

function obey(order: SupervisorOrder): void {
  switch (order.kind) {
    case "start":
      start(order);
      break;
    case "kill":
      killGroup(runs.get(order.id), order.signal);
      break;
    case "beat":
      beatAtMs = systemClock.monotonicMs();
      break;
  }
}

function start(order: SupervisorOrder & { kind: "start" }): void {
  // Claimed, then stopped for too long: by now the run may be somebody else's.
  if (isSilent()) {
    const end = { code: null, signal: null, error: null, tail: "", silenced: true };
    tell({ kind: "ended", id: order.id, end });
    return;
  }
  const [program = "", ...args] = order.command;
  let log: number | undefined;
  let run: Run | undefined;
  let tail = "";
  const report = (end: Omit<SupervisedEnd, "tail" | "silenced">) => {
    if (!runs.delete(order.id) && run !== undefined) return;
    // What it left behind in its group would train on in a folder that is given away.
    killGroup(run, "SIGKILL");
    tell({ kind: "ended", id: order.id, end: { ...end, tail, silenced: run?.silenced ?? false } });
  };
  try {
    log = order.log === null ? undefined : openSync(order.log, "a");
    const output = log ?? "pipe";
    const child = spawn(program, args, {
      cwd: order.folder,
      env: order.environment,
      stdio: order.linked ? ["ignore", output, output, 3] : ["ignore", output, output],
      detached: true,
    });
    run = { child, silenced: false };
    runs.set(order.id, run);
    if (child.pid !== undefined) tell({ kind: "started", id: order.id, pid: child.pid });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        tail = (tail + text).slice(-TAIL_CHARACTERS);
      });
    }
    child.on("error", (error) => {
      report({ code: null, signal: null, error: error.message });
    });
    // "close", for the output to be complete, would wait for what the program left behind.
    child.on("exit", (code, signal) => {
      setImmediate(report, { code, signal, error: null });
    });
  } catch (error) {
    report({
      code: null,
      signal: null,
      error: error instanceof Error ? error.message : String(error),
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

const isSilent = () => systemClock.monotonicMs() - beatAtMs > silenceMs;

function endTheSilent(): void {
  if (!isSilent()) return;
  for (const run of runs.values()) {
    run.silenced = true;
    killGroup(run, "SIGKILL");
  }
}

function endEverything(): void {
  for (const run of runs.values()) killGroup(run, "SIGKILL");
  process.exit();
}

function killGroup(run: Run | undefined, signal: NodeJS.Signals): void {
  const pid = run?.child.pid;
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty, or belongs to somebody by now: nothing of ours is left.
  }
}

function tell(report: SupervisorReport): void {
  process.stdout.write(formatMessage(report));
}
