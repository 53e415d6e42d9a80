import type { Interval } from "../seed-summary.ts";
import {
  percentileInterval,
  resampleOnce,
  stratifiedResampler,
  type StratifiedResample,
  type StratifiedSettings,
} from "./stratified-resamples.ts";
import {
  canResample,
  checkTaskScores,
  type PooledRuns,
  poolRuns,
  type TaskScores,
} from "./task-scores.ts";

/** How often scores are above each of some thresholds. */
export type PerformanceProfile = {
  /** Shape `[thresholds]`. */
  readonly thresholds: Float64Array;
  /** In [0, 1], falling, shape `[thresholds]`. */
  readonly share: Float64Array;
  /** Pointwise, shape `[thresholds]`; undefined with too few runs: see {@link canResample}. */
  readonly bands: readonly Interval[] | undefined;
};

export type ProfileSettings = StratifiedSettings & {
  /** Shares of `runs` (the default) or of `tasks`, by their means. */
  readonly of?: "runs" | "tasks" | undefined;
};

/** As in rliable. */
export const PROFILE_RESAMPLES = 2000;

/**
 * The share of runs (or of tasks, by their mean) that score above each threshold, with a pointwise
 * stratified bootstrap band (percentile). All quantiles can be read from it; an algorithm whose
 * profile is above another's everywhere is stochastically better.
 *
 * @param thresholds - finite, ascending
 * @throws RangeError for scores that are not finite, and for a task or an algorithm without any
 * @see Agarwal et al. (2021), arXiv 2108.13264, section 4.2
 */
export function performanceProfile(
  tasks: TaskScores,
  thresholds: Float64Array,
  settings: ProfileSettings = {},
): PerformanceProfile {
  checkTaskScores(tasks);
  const { of = "runs", resamples = PROFILE_RESAMPLES, coverage } = settings;
  const runs = poolRuns(tasks);
  const shares = (resample: StratifiedResample) =>
    of === "runs"
      ? sharesOfRuns(runs, resample.draws, thresholds)
      : sharesOfTasks(resample.taskMeans, thresholds);
  const next = stratifiedResampler(runs, settings, "profiles");
  const found = Array.from(thresholds, () => new Float64Array(resamples));
  for (let b = 0; b < resamples; b++) {
    for (const [index, share] of shares(next()).entries()) {
      const values = found[index];
      if (values) values[b] = share;
    }
  }
  return {
    thresholds,
    share: shares(resampleOnce(runs)),
    bands: canResample(tasks, settings.resampleTasks)
      ? found.map((values) => percentileInterval(values, coverage))
      : undefined,
  };
}

function sharesOfRuns(
  { scores }: PooledRuns,
  draws: Uint32Array,
  thresholds: Float64Array,
): Float64Array {
  let n = 0;
  for (const times of draws) n += times;
  let above = n;
  let place = 0;
  return thresholds.map((threshold) => {
    while (place < scores.length && (scores[place] ?? Number.NaN) <= threshold) {
      above -= draws[place] ?? Number.NaN;
      place += 1;
    }
    return above / n;
  });
}

function sharesOfTasks(taskMeans: Float64Array, thresholds: Float64Array): Float64Array {
  return thresholds.map((threshold) => {
    let above = 0;
    for (const score of taskMeans) if (score > threshold) above += 1;
    return above / taskMeans.length;
  });
}
