import type { ConfigValue } from "../config/config.ts";
import type { Condition } from "./condition.ts";

/** Bounds of a distribution that has none of its own; what lies outside is never drawn. */
export type Bounds = { readonly low?: number; readonly high?: number };

/** Drawn values are rounded to the nearest multiple of `step`. */
type Steps = { readonly step?: number };

type Drawn =
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  | {
      readonly kind: "quantisedUniform";
      readonly low: number;
      readonly high: number;
      readonly step: number;
    }
  | ({ readonly kind: "logUniform"; readonly low: number; readonly high: number } & Steps)
  | { readonly kind: "integer"; readonly low: number; readonly high: number }
  | { readonly kind: "logInteger"; readonly low: number; readonly high: number }
  | ({ readonly kind: "normal"; readonly mean: number; readonly deviation: number } & Bounds &
      Steps)
  | ({ readonly kind: "logNormal"; readonly mean: number; readonly deviation: number } & Bounds &
      Steps)
  | {
      readonly kind: "choice";
      readonly values: readonly ConfigValue[];
      /** One for each value, above 0; they need not add up to 1. */
      readonly weights?: readonly number[];
    }
  | { readonly kind: "fixed"; readonly value: ConfigValue };

/** How a value is drawn. Plain data: JSON and YAML schedules say the same. */
export type Distribution = Drawn & {
  /** The parameter exists only in experiments of which this is true; undefined: in all. */
  readonly when?: Condition;
};

/** The parameters that are drawn, by their dotted names. */
export type Space = Readonly<Record<string, Distribution>>;

/** Any number from `low` to `high`. */
export const uniform = (low: number, high: number): Distribution => ({
  kind: "uniform",
  low,
  high,
});

/** `low`, `low + step`, … up to `high`, each as likely. */
export const quantisedUniform = (low: number, high: number, step: number): Distribution => ({
  kind: "quantisedUniform",
  low,
  high,
  step,
});

/** Any number from `low` to `high`, each order of magnitude as likely; `low` is above 0. */
export const logUniform = (low: number, high: number): Distribution => ({
  kind: "logUniform",
  low,
  high,
});

/** A whole number from `low` to `high`, both included. */
export const integer = (low: number, high: number): Distribution => ({
  kind: "integer",
  low,
  high,
});

/** A whole number from `low` to `high`, each order of magnitude as likely; `low` is at least 1. */
export const logInteger = (low: number, high: number): Distribution => ({
  kind: "logInteger",
  low,
  high,
});

/** Gaussian; `deviation` is the standard deviation, above 0. With bounds: truncated. */
export const normal = (mean: number, deviation: number, bounds: Bounds = {}): Distribution => ({
  kind: "normal",
  mean,
  deviation,
  ...bounds,
});

/** A number above 0 whose natural logarithm is {@link normal}; `bounds` are the number's own. */
export const logNormal = (mean: number, deviation: number, bounds: Bounds = {}): Distribution => ({
  kind: "logNormal",
  mean,
  deviation,
  ...bounds,
});

/** One of `values`, each as likely unless there are `weights`. */
export const choice = (
  values: readonly ConfigValue[],
  weights?: readonly number[],
): Distribution => ({ kind: "choice", values, ...(weights && { weights }) });

/** Always the same value, so that it stands among the varied ones. */
export const fixed = (value: ConfigValue): Distribution => ({ kind: "fixed", value });

/** Another distribution's values, rounded to the nearest multiple of `step` within its bounds. */
export function quantised(distribution: Distribution, step: number): Distribution {
  // Rounding would give both ends of a range half of their share.
  if (distribution.kind === "uniform") return { ...distribution, kind: "quantisedUniform", step };
  // Those that have no steps are refused when the schedule is checked, with their names.
  return { ...distribution, step } as Distribution;
}
