import type { Config } from "../../core/config/config.ts";
import type { Cause } from "../../core/run-record.ts";
import type { EvaluationRange } from "../../core/runner-messages.ts";
import type { StopSignal } from "../../core/stop-signal.ts";
import type { SupervisedEnd } from "../../host.ts";
import type { RunPath } from "../../tree/paths.ts";
import type { Claim } from "../../tree/run-folder.ts";
import type { MemoryShortage } from "./memory-shortage.ts";

/** One attempt, ready to be executed. */
export type Assignment = {
  readonly run: RunPath;
  readonly claim: Claim;
  readonly config: Config;
  /** To evaluate a finished run so often, for modules only; otherwise it is trained. */
  readonly evaluations?: EvaluationRange;
};

/** Executes the runs of one storage, one at a time. */
export type Executor = {
  readonly start: (assignment: Assignment) => Execution;
  /** Ends whatever is kept running between runs. */
  readonly close: () => void;
};

/** One run that is going on. */
export type Execution = {
  /** Tells the program that it has to end soon: a command by the signal, a module by the reason. */
  readonly stop: (reason: string, signal: StopSignal) => void;
  /** Ends its process group at once. */
  readonly kill: () => void;
  readonly ended: Promise<ExecutionEnd>;
};

/** How it ended by itself; `silenced`: it was ended for what had happened to its worker or its supervisor. */
export type ExecutionEnd =
  /** `isDone`: it has said so, and has not just ended without a failure. */
  | { readonly kind: "completed"; readonly isDone?: true }
  | { readonly kind: "crashed"; readonly cause: Cause }
  | { readonly kind: "silenced"; readonly by: string };

/** Who ended a run whose worker gave no sign of life in time. */
export const BY_SILENCE = "its own worker, after half a lease without a heartbeat";

/** How much of a program's last output a crash keeps, bytes. */
export const OUTPUT_BYTES = 8_000;

/**
 * What the end of a program's process says about its run.
 *
 * @param output - the end of what it printed
 * @param shortage - says whether it ended for want of memory
 */
export function endOfProcess(
  end: SupervisedEnd,
  output: string,
  shortage: MemoryShortage,
): ExecutionEnd {
  if (end.silenced)
    return { kind: "silenced", by: end.error === null ? BY_SILENCE : `an accident: ${end.error}` };
  if (end.error !== null) {
    return { kind: "crashed", cause: { kind: "not-started", message: end.error } };
  }
  const evidence = shortage(end, output);
  if (evidence !== undefined) {
    return { kind: "crashed", cause: { kind: "out-of-memory", evidence, output } };
  }
  if (end.signal !== null) {
    return { kind: "crashed", cause: { kind: "signal", signal: end.signal, output } };
  }
  const code = end.code ?? 0;
  return code === 0
    ? { kind: "completed" }
    : { kind: "crashed", cause: { kind: "exit", code, output } };
}
