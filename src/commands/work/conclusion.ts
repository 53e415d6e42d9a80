import { failureOf, mayRetry, type PastAttempts, type RetryRules } from "../../core/failure.ts";
import type { Cause, RunOutcome } from "../../core/run-record.ts";
import { BY_SILENCE, type ExecutionEnd } from "./execution.ts";
import type { Loss } from "./pulse.ts";
import type { StopReason } from "./stopping.ts";

/** Reasons to stop by which somebody wants the machine back; the others are a person's, or accidents. */
const PREEMPTING = /^(?:SIGTERM|SIGUSR1|SIGUSR2|SIGXCPU|the end of its time)$/;

/**
 * Why an attempt ended, from all that is known of its end.
 *
 * @param loss - what the heartbeat found; not `fenced`
 * @param stopped - why its program was asked to stop
 * @param limitSeconds - how long it may run
 * @param output - gives the end of what the program printed
 */
export function causeOf(
  end: ExecutionEnd,
  loss: Exclude<Loss, "fenced"> | undefined,
  stopped: StopReason | undefined,
  limitSeconds: number,
  output: () => string,
): Cause {
  if (loss === "disk-full") return { kind: "disk-full", message: "no heartbeat could be written" };
  // Still ours if the flag says so: then it goes back, and is started again from its checkpoint.
  if (loss === "silent") return { kind: "stopped", by: BY_SILENCE };
  if (end.kind === "silenced") return { kind: "stopped", by: end.by };
  // Whether a program that was told to stop had finished, only itself can tell.
  if (end.kind === "completed" && end.isDone) return { kind: "done" };
  if (stopped?.kind === "timeout") return { kind: "timeout", limitSeconds, output: output() };
  if (stopped !== undefined) {
    return { kind: PREEMPTING.test(stopped.by) ? "preempted" : "stopped", by: stopped.by };
  }
  return end.kind === "crashed" ? end.cause : { kind: "done" };
}

/**
 * What becomes of the run.
 * @param earlier - gives its former attempts; asked only where they decide
 */
export function outcomeOf(
  cause: Cause,
  rules: RetryRules,
  earlier: () => PastAttempts,
): RunOutcome {
  if (cause.kind === "done") return "completed";
  const failure = failureOf(cause);
  if (failure === undefined) return "released";
  const isCounted = rules[failure] !== "unlimited" && rules[failure] !== 0;
  return mayRetry(rules, failure, isCounted ? earlier() : []) ? "released" : "crashed";
}
