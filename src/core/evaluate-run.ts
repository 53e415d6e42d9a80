import { show } from "./config/problems.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import { EVALUATION_SERIES, type EvaluationRange } from "./runner-messages.ts";

type Evaluator = {
  readonly evaluate: Experiment["evaluate"] | undefined;
  /** For messages. */
  readonly module: string;
};

/**
 * Calls a program's `evaluate` and records what each call measured. What it records itself is
 * dropped: the recording of a finished run is finished.
 * @throws TypeError if the program has none, or it returns something else than numbers
 */
export async function evaluateRun(
  { evaluate, module }: Evaluator,
  { first, last }: EvaluationRange,
  context: ExperimentContext,
): Promise<void> {
  if (typeof evaluate !== "function") {
    throw new TypeError(
      `${module} exports no function evaluate({ config, tree, evaluation, … }), which measures a finished run.`,
    );
  }
  const recorder = { record: () => undefined, resume: () => undefined };
  for (let number = first; number <= last; number += 1) {
    context.signal.throwIfAborted();
    const evaluation = { number, count: last };
    const measured: unknown = await evaluate({ ...context, recorder, evaluation });
    context.recorder.record(numbersIn(measured), EVALUATION_SERIES);
    context.progress(number - first + 1, last - first + 1);
  }
}

/** Programs in JavaScript come without the types that hold this. */
function numbersIn(measured: unknown): Readonly<Record<string, number>> {
  if (typeof measured === "number") return { score: measured };
  const entries: readonly (readonly [string, unknown])[] =
    typeof measured === "object" && measured !== null ? Object.entries(measured) : [];
  const numbers = entries.flatMap(([name, value]) =>
    typeof value === "number" ? [[name, value] as const] : [],
  );
  if (numbers.length > 0 && numbers.length === entries.length) return Object.fromEntries(numbers);
  throw new TypeError(
    `evaluate() returned ${show(measured)}; expected a number, or an object of numbers by name.`,
  );
}
