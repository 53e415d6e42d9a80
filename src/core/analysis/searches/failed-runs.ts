import { isTime, scoreDirection } from "../../search/aggregation.ts";
import type { Metric } from "../../search/metric.ts";
import type { ExperimentScores, SeedScore } from "../ranking.ts";
import { type CrashPolicy, describeCrashPolicy, treatFailed } from "./crash-policy.ts";

/**
 * The experiments with their failed runs as the policy has them: runs that crashed, and runs whose
 * score is not finite. Without a policy crashed runs have no score, and one that diverged leaves its
 * experiment without a number.
 *
 * Of times to a threshold, one that is never reached is no failure but the answer: it stays infinite,
 * and a crashed run takes as long under `worst`.
 *
 * @param policy - `worst` takes the worst finite score of all runs on the same task
 */
export function treatFailedRuns(
  experiments: readonly ExperimentScores[],
  policy: CrashPolicy | undefined,
  metric: Pick<Metric, "aggregation" | "direction">,
): readonly ExperimentScores[] {
  if (policy === undefined) return experiments;
  const isOfTimes = isTime(metric.aggregation);
  const direction = scoreDirection(metric);
  const byTask = new Map<string, number[]>();
  for (const { task, seeds } of experiments) {
    byTask.set(task, [...(byTask.get(task) ?? []), ...seeds.map(({ score }) => score)]);
  }
  return experiments.map((experiment) => {
    const { task, seeds, crashed = [] } = experiment;
    if (isOfTimes) {
      const added = policy === "drop" ? [] : crashed.map((seed) => timeOfCrash(seed, policy));
      return { ...experiment, seeds: [...seeds, ...added] };
    }
    if (policy === "drop") {
      return { ...experiment, seeds: seeds.filter(({ score }) => Number.isFinite(score)) };
    }
    const all = [...seeds, ...crashed.map((seed) => ({ seed, score: undefined }))];
    const scores = all.map(({ score }) => score);
    const treated = treatFailed(scores, policy, direction, byTask.get(task) ?? []).scores;
    const given = all.map(({ seed }, index) => ({ seed, score: treated[index] ?? Number.NaN }));
    return { ...experiment, seeds: given.sort((a, b) => a.seed - b.seed) };
  });
}

function timeOfCrash(seed: number, policy: "worst" | "nan"): SeedScore {
  return { seed, score: policy === "worst" ? Number.POSITIVE_INFINITY : Number.NaN };
}

/** How the method statement says it. @param policy - undefined: none was asked for */
export function describeFailedRuns(policy: CrashPolicy | undefined): string {
  if (policy !== undefined) return describeCrashPolicy(policy);
  return "crashed runs are left out, and an experiment of which a run diverged has no number";
}
