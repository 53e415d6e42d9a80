import type { Curve } from "../curves/curve.ts";
import { type Aggregates, aggregateTasks, AGGREGATE_RESAMPLES } from "./aggregates.ts";
import {
  type Improvement,
  IMPROVEMENT_RESAMPLES,
  probabilityOfImprovement,
} from "./improvement.ts";
import { normaliseScores, type Reference } from "./normalise.ts";
import { type PerformanceProfile, performanceProfile } from "./profiles.ts";
import { CURVE_RESAMPLES, type SampleEfficiency, sampleEfficiency } from "./sample-efficiency.ts";

/** One model on all tasks that are compared. */
export type ModelOnTasks = {
  readonly label: string;
  readonly tasks: readonly {
    readonly task: string;
    /** Finite, at least one. */
    readonly scores: readonly number[];
    readonly curves: readonly Curve[];
  }[];
};

/** What several tasks say together. All arrays have the shape `[models]`, in the order given. */
export type OverTasks = {
  readonly aggregates: readonly { readonly label: string; readonly aggregates: Aggregates }[];
  readonly profiles: readonly { readonly label: string; readonly profile: PerformanceProfile }[];
  /** Interquartile mean along x; undefined if the score is not a value of the curve. */
  readonly efficiency:
    readonly { readonly label: string; readonly efficiency: SampleEfficiency }[] | undefined;
};

export type OverTasksSettings = {
  readonly references: ReadonlyMap<string, Reference>;
  readonly seed: number;
  /** Whether curves are in the unit of the scores. */
  readonly hasCurves: boolean;
  /** At most; 50,000, 2,000 and 2,000 for aggregates, profiles and curves. */
  readonly resamples?: number | undefined;
};

const THRESHOLDS = 101;

/** Aggregates, performance profiles and sample efficiency on normalised scores. */
export function compareOverTasks(
  models: readonly ModelOnTasks[],
  { references, seed, hasCurves, resamples = AGGREGATE_RESAMPLES }: OverTasksSettings,
): OverTasks {
  const normalised = models.map(({ label, tasks }) => {
    return { label, tasks: normaliseScores(tasks, references) };
  });
  const all = normalised.flatMap(({ tasks }) => tasks.flatMap(({ scores }) => scores));
  const thresholds = thresholdsOver(all);
  const few = { seed, resamples: Math.min(resamples, CURVE_RESAMPLES) };
  return {
    aggregates: normalised.map(({ label, tasks }) => {
      return { label, aggregates: aggregateTasks(tasks, { seed, resamples }) };
    }),
    profiles: normalised.map(({ label, tasks }) => {
      return { label, profile: performanceProfile(tasks, thresholds, few) };
    }),
    efficiency: hasCurves
      ? models.map(({ label, tasks }) => ({
          label,
          efficiency: sampleEfficiency(
            tasks.map(({ task, curves }) => ({
              task,
              curves: curves.map((curve) => normaliseCurve(curve, references.get(task))),
            })),
            "iqm",
            few,
          ),
        }))
      : undefined,
  };
}

/** One model against another, on the same tasks. */
export type PairImprovement = Improvement & { readonly better: string; readonly other: string };

/** Of each pair of models, in the order given, or of the first against each other one. */
export function improvements(
  models: readonly ModelOnTasks[],
  settings: {
    readonly direction: "maximise" | "minimise";
    readonly seed: number;
    readonly resamples?: number | undefined;
    readonly pairs: "all" | "first";
  },
): readonly PairImprovement[] {
  const { seed, pairs, resamples = IMPROVEMENT_RESAMPLES } = settings;
  const sign = settings.direction === "maximise" ? 1 : -1;
  const signed = models.map(({ label, tasks }) => ({
    label,
    tasks: tasks.map(({ task, scores }) => {
      return { task, scores: scores.map((score) => sign * score) };
    }),
  }));
  return signed.flatMap((better, index) =>
    pairs === "first" && index > 0
      ? []
      : signed.slice(index + 1).map((other) => ({
          better: better.label,
          other: other.label,
          ...probabilityOfImprovement(better.tasks, other.tasks, { seed, resamples }),
        })),
  );
}

function thresholdsOver(scores: readonly number[]): Float64Array {
  const low = scores.reduce((a, b) => Math.min(a, b), Infinity);
  const high = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  return Float64Array.from({ length: THRESHOLDS }, (_, index) => {
    const part = index / (THRESHOLDS - 1);
    return (1 - part) * low + part * high;
  });
}

function normaliseCurve({ x, y }: Curve, reference: Reference | undefined): Curve {
  const { zero, one } = reference ?? { zero: Number.NaN, one: Number.NaN };
  return { x, y: y.map((value) => (value - zero) / (one - zero)) };
}
