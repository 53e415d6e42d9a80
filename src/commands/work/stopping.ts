import type { StopSignal } from "../../core/stop-signal.ts";
import type { Host } from "../../host.ts";
import type { Execution } from "./execution.ts";

/** How a worker is asked to stop, and how it asks its program. */
export type StopSignals = {
  /** No further run is to be claimed; what runs goes on to its end. */
  readonly claiming: AbortSignal;
  readonly gracefully: AbortSignal;
  readonly atOnce: AbortSignal;
  /** What a program is asked with first. */
  readonly signal: StopSignal;
  /** From that to SIGTERM, ms; SIGTERM itself is not sent twice. */
  readonly leadMs: number;
  /** From SIGTERM to SIGKILL, ms. */
  readonly graceMs: number;
};

/** Why a program was asked to stop. */
export type StopReason =
  { readonly kind: "asked"; readonly by: string } | { readonly kind: "timeout" };

/**
 * Passes stop signals on to a program, and ends it when its time is over: first the word, then
 * SIGTERM, then SIGKILL.
 *
 * @param timeoutMs - how long it may run; null for ever
 */
export function stopWith(
  execution: Execution,
  stop: Omit<StopSignals, "claiming">,
  timeoutMs: number | null,
  { clock }: Pick<Host, "clock">,
): { readonly reason: () => StopReason | undefined; readonly done: () => void } {
  const { gracefully, atOnce } = stop;
  // Made only when it is needed: aborting one for each run costs as much as a file operation.
  let ended: AbortController | undefined;
  let reason: StopReason | undefined;
  const after = async (ms: number, action: () => void) => {
    const { signal } = (ended ??= new AbortController());
    await clock.sleep(ms, signal);
    if (!signal.aborted) action();
  };
  const begin = (why: StopReason) => {
    if (reason !== undefined) return;
    reason = why;
    const word = why.kind === "timeout" ? "its time limit" : why.by;
    const terminate = () => {
      execution.stop(word, "SIGTERM");
      void after(stop.graceMs, execution.kill);
    };
    if (stop.signal === "SIGTERM") {
      terminate();
    } else {
      execution.stop(word, stop.signal);
      void after(stop.leadMs, terminate);
    }
  };
  const ask = () => {
    begin({ kind: "asked", by: String(gracefully.reason ?? "its worker") });
  };
  const kill = () => {
    reason ??= { kind: "asked", by: String(atOnce.reason ?? "its worker") };
    execution.kill();
  };
  gracefully.addEventListener("abort", ask);
  atOnce.addEventListener("abort", kill);
  if (gracefully.aborted) ask();
  if (atOnce.aborted) kill();
  if (timeoutMs !== null) {
    void after(timeoutMs, () => {
      begin({ kind: "timeout" });
    });
  }
  return {
    reason: () => reason,
    done: () => {
      gracefully.removeEventListener("abort", ask);
      atOnce.removeEventListener("abort", kill);
      ended?.abort();
    },
  };
}
