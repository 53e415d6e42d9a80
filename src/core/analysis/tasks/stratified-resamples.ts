import { indexBelow, seededGenerator } from "../../seeded-generator.ts";
import { tailQuantiles } from "../intervals/tail-quantiles.ts";
import { mean } from "../score.ts";
import { type Interval, INTERVAL_COVERAGE } from "../seed-summary.ts";
import type { PooledRuns } from "./task-scores.ts";

/** How stratified bootstrap intervals are made. */
export type StratifiedSettings = {
  /** ≥ 1. */
  readonly resamples?: number | undefined;
  /** Of the random numbers; default 0. */
  readonly seed?: number | undefined;
  /** In (0, 1); default 0.95. */
  readonly coverage?: number | undefined;
  /**
   * Resample the tasks too: what would hold for tasks like these, not for these tasks only. With
   * few tasks the interval is wide, as it should be.
   */
  readonly resampleTasks?: boolean | undefined;
};

/** One resample of all runs, valid until the next one is drawn. */
export type StratifiedResample = {
  /** How often each pooled run was drawn, shape `[runs]`. */
  readonly draws: Uint32Array;
  /** Mean score of each drawn task, shape `[tasks]`. */
  readonly taskMeans: Float64Array;
};

export type StratifiedResampler = () => StratifiedResample;

/**
 * Draws resamples: on each task as many of its runs as it has, with replacement.
 * @param name - tells streams of random numbers with the same seed apart
 */
export function stratifiedResampler(
  { scores, places }: PooledRuns,
  { seed = 0, resampleTasks = false }: StratifiedSettings,
  name: string,
): StratifiedResampler {
  const generator = seededGenerator("stratified", name, seed);
  const draws = new Uint32Array(scores.length);
  const taskMeans = new Float64Array(places.length);
  const none = new Uint32Array();
  return () => {
    draws.fill(0);
    for (let task = 0; task < places.length; task++) {
      const drawn = resampleTasks ? indexBelow(generator, places.length) : task;
      const runs = places[drawn] ?? none;
      let sum = 0;
      for (let left = runs.length; left > 0; left--) {
        const place = runs[indexBelow(generator, runs.length)] ?? Number.NaN;
        draws[place] = (draws[place] ?? Number.NaN) + 1;
        sum += scores[place] ?? Number.NaN;
      }
      taskMeans[task] = sum / runs.length;
    }
    return { draws, taskMeans };
  };
}

/** The runs as they are: each drawn once. */
export function resampleOnce({ scores, places }: PooledRuns): StratifiedResample {
  const means = places.map((runs) =>
    mean(Array.from(runs, (place) => scores[place] ?? Number.NaN)),
  );
  return {
    draws: new Uint32Array(scores.length).fill(1),
    taskMeans: Float64Array.from(means),
  };
}

/** The percentile interval of a statistic's values on resamples. @param values - not empty */
export function percentileInterval(
  values: Float64Array,
  coverage: number = INTERVAL_COVERAGE,
): Interval {
  const tail = (1 - coverage) / 2;
  return tailQuantiles(values, undefined, tail, tail);
}
