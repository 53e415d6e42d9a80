import { inspect } from "node:util";

import { work } from "../commands/work.ts";
import type { WorkOrder, WorkReport, WorkSettings } from "../commands/work/orders.ts";
import { STOP_SIGNALS } from "../core/stop-signal.ts";
import { asUserError, UserError } from "../errors.ts";
import { createHost } from "../io/host.ts";
import { writeError } from "../io/output.ts";

/**
 * A worker process. Its launcher tells it what to do by a first message, for which an argument may
 * be too small, and then when to stop; without a launcher it stops too.
 */
const claiming = new AbortController();
const gracefully = new AbortController();
const atOnce = new AbortController();

const told = new Promise<WorkSettings | undefined>((resolve) => {
  process.once("message", (first) => {
    process.on("message", obey);
    // Written by our launcher.
    resolve(first as WorkSettings);
  });
  const leave = () => {
    stop("the end of its launcher");
    resolve(undefined);
  };
  if (process.connected) process.once("disconnect", leave);
  else leave();
});
process.on("SIGTERM", () => {
  stop("SIGTERM");
});
// The launcher, which gets the same Ctrl-C, decides what it means.
for (const signal of STOP_SIGNALS) if (signal !== "SIGTERM") process.on(signal, () => undefined);

const report = (message: WorkReport) => {
  // The launcher may die in this very moment; "disconnect" says so.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};
try {
  const settings = await told;
  const signals = {
    claiming: claiming.signal,
    gracefully: gracefully.signal,
    atOnce: atOnce.signal,
  };
  if (settings) await work(settings, createHost({ quiet: true }), signals, report);
} catch (thrown) {
  const error = asUserError(thrown);
  if (error instanceof UserError) {
    report({ kind: "failed", code: error.code, message: error.message, hint: error.hint });
  } else {
    writeError(inspect(error));
    process.exitCode = 1;
  }
}
if (process.connected) process.disconnect();

function obey(message: unknown): void {
  const { kind, reason } = message as WorkOrder;
  if (kind === "kill") atOnce.abort(reason);
  if (kind === "finish") claiming.abort(reason);
  else stop(reason);
}

function stop(reason: string): void {
  claiming.abort(reason);
  gracefully.abort(reason);
}
