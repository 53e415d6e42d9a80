import type { Interval } from "../seed-summary.ts";
import {
  percentileInterval,
  resampleOnce,
  type StratifiedResample,
  stratifiedResampler,
  type StratifiedSettings,
} from "./stratified-resamples.ts";
import { canResample, checkTaskScores, poolRuns, type TaskScores } from "./task-scores.ts";

export type AggregateEstimate = {
  readonly estimate: number;
  /** Undefined with too few runs: see {@link canResample}. */
  readonly interval: Interval | undefined;
};

/** One number for all tasks, in four ways. */
export type Aggregates = {
  /** Of the tasks' means. */
  readonly mean: AggregateEstimate;
  /** Of the tasks' means. */
  readonly median: AggregateEstimate;
  /** Interquartile mean: of all runs, without the ⌊n / 4⌋ lowest and highest ones. */
  readonly iqm: AggregateEstimate;
  /** How far runs fall short of `gamma` on average, those above it by 0. Less is better. */
  readonly optimalityGap: AggregateEstimate;
};

export type AggregateSettings = StratifiedSettings & {
  /** The score that is good enough: what is above it makes up for nothing; default 1. */
  readonly gamma?: number | undefined;
};

/** As in rliable. */
export const AGGREGATE_RESAMPLES = 50_000;

/**
 * {@link Aggregates} with stratified bootstrap intervals (percentile). In `iqm` and `optimalityGap`
 * each run counts the same, so that a task with more runs counts more.
 *
 * @throws RangeError for scores that are not finite, and for a task or an algorithm without any
 * @see Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice"
 *   (2021), arXiv 2108.13264
 */
export function aggregateTasks(tasks: TaskScores, settings: AggregateSettings = {}): Aggregates {
  checkTaskScores(tasks);
  const { gamma = 1, resamples = AGGREGATE_RESAMPLES, coverage } = settings;
  const runs = poolRuns(tasks);
  const clipped = runs.scores.map((score) => Math.min(score, gamma));
  const measures: readonly ((resample: StratifiedResample) => number)[] = [
    ({ taskMeans }) => meanOf(taskMeans),
    ({ taskMeans }) => medianOf(taskMeans),
    ({ draws }) => interquartileMean(runs.scores, draws),
    ({ draws }) => gamma - weightedMean(clipped, draws),
  ];
  const found = measures.map(() => new Float64Array(resamples));
  const next = stratifiedResampler(runs, settings, "aggregates");
  for (let b = 0; b < resamples; b++) {
    const resample = next();
    for (let k = 0; k < measures.length; k++) {
      const values = found[k];
      const measure = measures[k];
      if (values && measure) values[b] = measure(resample);
    }
  }
  const isSure = canResample(tasks, settings.resampleTasks);
  const asIs = resampleOnce(runs);
  const [mean, median, iqm, optimalityGap] = measures.map((measure, k) => ({
    estimate: measure(asIs),
    interval: isSure ? percentileInterval(found[k] ?? new Float64Array(), coverage) : undefined,
  }));
  if (!mean || !median || !iqm || !optimalityGap) throw new Error("Expected four measures");
  return { mean, median, iqm, optimalityGap };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(middle)] ?? Number.NaN;
  const high = sorted[Math.ceil(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

function weightedMean(values: Float64Array, draws: Uint32Array): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < draws.length; i++) {
    const times = draws[i] ?? Number.NaN;
    sum += times * (values[i] ?? Number.NaN);
    n += times;
  }
  return sum / n;
}

/** @param sorted - ascending */
function interquartileMean(sorted: Float64Array, draws: Uint32Array): number {
  let n = 0;
  for (const times of draws) n += times;
  const cut = Math.floor(n / 4);
  let sum = 0;
  for (let i = 0, before = 0; i < draws.length && before < n - cut; i++) {
    const times = draws[i] ?? Number.NaN;
    // Of those that stand from `before` on, the ones from `cut` to `n - cut` count.
    const counted = Math.min(before + times, n - cut) - Math.max(before, cut);
    if (counted > 0) sum += counted * (sorted[i] ?? Number.NaN);
    before += times;
  }
  return sum / (n - 2 * cut);
}
