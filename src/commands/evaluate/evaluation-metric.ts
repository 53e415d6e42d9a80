import { suggestion } from "../../core/config/problems.ts";
import { EVALUATION_SERIES } from "../../core/runner-messages.ts";
import type { Metric } from "../../core/search/metric.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { listKeys } from "../../tree/recording.ts";
import type { MetricFlags } from "../benchmark/metric.ts";
import {
  type Evaluated,
  type EvaluationCounts,
  type EvaluationSettings,
  evaluateRuns,
} from "./evaluate-runs.ts";

/** As the description writes it, or `evaluation_runs.<key>` where `evaluate` gives several numbers. */
const EVALUATION_METRIC = /^evaluation_runs(?:\.(.+))?$/;

/**
 * Evaluates the runs if the metric is `evaluation_runs`; any other one is left as it is.
 * @throws UserError `not-found` for a key that the evaluations do not have
 */
export async function evaluateFor<Flags extends MetricFlags & EvaluationSettings>(
  options: Flags,
  searches: readonly Evaluated[],
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly options: Flags; readonly counts: EvaluationCounts | undefined }> {
  const [named, wanted] = EVALUATION_METRIC.exec(options.performanceMetric ?? "") ?? [];
  if (named === undefined) return { options, counts: undefined };
  const counts = await evaluateRuns(searches, options, host, signal);
  const prepared = searches.flatMap(({ facts }) => facts.metric ?? []);
  const keys = evaluatedKeys(searches, host);
  const key = wanted ?? onlyKey(keys, prepared);
  if (keys.length > 0 && !keys.includes(key)) {
    throw new UserError(
      "not-found",
      `evaluate() gave no ${JSON.stringify(key)}; it gave ${keys.join(", ")}.${suggestion(key, keys)}`,
      "Name one of them with --performance_metric evaluation_runs.<key>.",
    );
  }
  const same = prepared.find(({ name }) => name === key);
  return {
    counts,
    options: {
      ...options,
      performanceMetric: `${EVALUATION_SERIES}.${key}`,
      performanceAggregation: options.performanceAggregation ?? "avg",
      performanceDirection: options.performanceDirection ?? same?.direction,
    },
  };
}

/** How the method statement says it. */
export function describeEvaluations(counts: EvaluationCounts | undefined): readonly string[] {
  if (counts === undefined) return [];
  const { evaluated, cached, failed } = counts;
  const [failure] = failed;
  return [
    `Evaluation: the program's evaluate() on each completed run; ${evaluated} now, ${cached} as they were evaluated before (--re_run_if_exists evaluates them again).`,
    ...(failure === undefined
      ? []
      : [
          `${failed.length} runs could not be evaluated, the first: ${failure.run}: ${failure.reason.split("\n")[0] ?? ""}`,
        ]),
  ];
}

/** What the first evaluated run has: the others have the same. */
function evaluatedKeys(
  searches: readonly Evaluated[],
  host: Pick<Host, "files">,
): readonly string[] {
  for (const { storage } of searches) {
    for (const run of listRuns(storage, host)) {
      const keys = listKeys(run, EVALUATION_SERIES, host);
      if (keys.length > 0) return keys;
    }
  }
  return [];
}

/** The only key, or that by which the searches are judged. */
function onlyKey(keys: readonly string[], prepared: readonly Metric[]): string {
  const [first = "score"] = keys;
  if (keys.length <= 1) return first;
  const judged = prepared.find(({ name }) => keys.includes(name));
  if (judged !== undefined) return judged.name;
  throw new UserError(
    "usage",
    `evaluate() gives ${keys.join(", ")}: nothing says by which to judge.`,
    "Name one with --performance_metric evaluation_runs.<key>.",
  );
}
