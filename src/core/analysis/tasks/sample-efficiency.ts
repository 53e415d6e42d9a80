import { alignCurves, commonAxis } from "../curves/common-axis.ts";
import type { Curve } from "../curves/curve.ts";
import {
  aggregateTasks,
  type AggregateEstimate,
  type Aggregates,
  type AggregateSettings,
} from "./aggregates.ts";

/** One algorithm's curves on each task. */
export type TaskCurves = readonly { readonly task: string; readonly curves: readonly Curve[] }[];

/** An aggregate over tasks along x. */
export type SampleEfficiency = {
  readonly x: Float64Array;
  /** Shape `[points]`; undefined where a run of some task has no finite value. */
  readonly points: readonly (AggregateEstimate | undefined)[];
};

/** Enough for a band, and quick at each of many points. */
export const CURVE_RESAMPLES = 2000;

/**
 * An aggregate of all runs at each x, with its pointwise stratified bootstrap interval. Runs are
 * interpolated within their own range; where one of them has no
 * value there is no point, because the others would be another set of runs.
 *
 * @param axis - where to evaluate; default: {@link commonAxis}, at most 100 points
 */
export function sampleEfficiency(
  tasks: TaskCurves,
  aggregate: keyof Aggregates,
  settings: AggregateSettings & { readonly axis?: Float64Array | undefined } = {},
): SampleEfficiency {
  const x =
    settings.axis ??
    commonAxis(
      tasks.flatMap(({ curves }) => curves),
      100,
    );
  const aligned = tasks.map(({ task, curves }) => ({ task, runs: alignCurves(curves, x).values }));
  const points = Array.from(x, (_, point) => {
    const scores = aligned.map(({ task, runs }) => ({
      task,
      scores: runs.map((run) => run[point] ?? Number.NaN),
    }));
    const isWhole = scores.every(
      ({ scores: runs }) => runs.length > 0 && runs.every((score) => Number.isFinite(score)),
    );
    if (!isWhole || scores.length === 0) return undefined;
    return aggregateTasks(scores, { resamples: CURVE_RESAMPLES, ...settings })[aggregate];
  });
  return { x, points };
}
