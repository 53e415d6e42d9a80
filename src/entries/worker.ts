import { work, type WorkOrder, type WorkReport, type WorkSettings } from "../commands/work.ts";
import { asUserError, UserError } from "../errors.ts";
import { createHost } from "../io/host.ts";

/** A worker process. Argument: its settings as JSON. Its launcher tells it to stop; without one it stops too. */
const gracefully = new AbortController();
const atOnce = new AbortController();

process.on("message", (message) => {
  const { kind, reason } = message as WorkOrder;
  if (kind === "kill") atOnce.abort(reason);
  gracefully.abort(reason);
});
process.on("disconnect", () => {
  gracefully.abort("the end of its launcher");
});
process.on("SIGTERM", () => {
  gracefully.abort("SIGTERM");
});
// The launcher, which gets the same Ctrl-C, decides what it means.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);

const report = (message: WorkReport) => {
  // The launcher may die in this very moment; "disconnect" says so.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};
try {
  // Written by our launcher.
  const settings = JSON.parse(process.argv[2] ?? "null") as WorkSettings;
  const signals = { gracefully: gracefully.signal, atOnce: atOnce.signal };
  await work(settings, createHost({ quiet: true }), signals, report);
} catch (thrown) {
  const error = asUserError(thrown);
  if (!(error instanceof UserError)) throw error;
  report({ kind: "failed", code: error.code, message: error.message, hint: error.hint });
}
if (process.connected) process.disconnect();
