import type { ConfigValue } from "../config/config.ts";

/** Uniform draws in [0, 1). Injected, so that a seed gives the same search on every machine. */
export type Random = () => number;

/** How a value is drawn. Plain data: JSON and YAML schedules say the same. */
export type Distribution =
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  | {
      readonly kind: "quantisedUniform";
      readonly low: number;
      readonly high: number;
      readonly step: number;
    }
  | { readonly kind: "logUniform"; readonly low: number; readonly high: number }
  | { readonly kind: "integer"; readonly low: number; readonly high: number }
  | { readonly kind: "logInteger"; readonly low: number; readonly high: number }
  | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
  | {
      readonly kind: "choice";
      readonly values: readonly ConfigValue[];
      /** One for each value, above 0; they need not add up to 1. */
      readonly weights?: readonly number[];
    }
  | { readonly kind: "fixed"; readonly value: ConfigValue };

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

/** Gaussian; `deviation` is the standard deviation, above 0. */
export const normal = (mean: number, deviation: number): Distribution => ({
  kind: "normal",
  mean,
  deviation,
});

/** One of `values`, each as likely unless there are `weights`. */
export const choice = (
  values: readonly ConfigValue[],
  weights?: readonly number[],
): Distribution => ({ kind: "choice", values, ...(weights && { weights }) });

/** Always the same value, so that it stands among the varied ones. */
export const fixed = (value: ConfigValue): Distribution => ({ kind: "fixed", value });

/** One value of a checked distribution. Takes as many draws as it needs. */
export function draw(distribution: Distribution, random: Random): ConfigValue {
  switch (distribution.kind) {
    case "uniform":
      return between(distribution.low, distribution.high, random);
    case "quantisedUniform": {
      const index = Math.floor(random() * stepsOf(distribution));
      // Twelve digits, so that 0.1 + 2 × 0.1 reads 0.3.
      return Number((distribution.low + index * distribution.step).toPrecision(12));
    }
    case "logUniform": {
      const value = Math.exp(
        between(Math.log(distribution.low), Math.log(distribution.high), random),
      );
      return clamp(value, distribution);
    }
    case "integer": {
      const { low, high } = distribution;
      return low + Math.floor(random() * (high - low + 1));
    }
    case "logInteger": {
      const { low, high } = distribution;
      const value = Math.exp(between(Math.log(low), Math.log(high + 1), random));
      return clamp(Math.floor(value), distribution);
    }
    case "normal":
      return distribution.mean + distribution.deviation * gaussian(random);
    case "choice":
      return chosen(distribution.values, distribution.weights, random);
    case "fixed":
      return distribution.value;
  }
}

/** How many different values a checked distribution has. */
export function countValues(distribution: Distribution): number {
  switch (distribution.kind) {
    case "uniform":
    case "logUniform":
    case "normal":
      return Number.POSITIVE_INFINITY;
    case "quantisedUniform":
      return stepsOf(distribution);
    case "integer":
    case "logInteger":
      return distribution.high - distribution.low + 1;
    case "choice":
      return distribution.values.length;
    case "fixed":
      return 1;
  }
}

/** Tolerates the rounding of (0.3 - 0.1) / 0.1. */
function stepsOf({ low, high, step }: { low: number; high: number; step: number }): number {
  return Math.floor((high - low) / step + 1e-9) + 1;
}

function between(low: number, high: number, random: Random): number {
  return low + random() * (high - low);
}

function clamp(value: number, { low, high }: { low: number; high: number }): number {
  return Math.min(Math.max(value, low), high);
}

/** @see Box & Muller, *A Note on the Generation of Random Normal Deviates* (1958) */
function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

function chosen(
  values: readonly ConfigValue[],
  weights: readonly number[] | undefined,
  random: Random,
): ConfigValue {
  if (weights === undefined) return values[Math.floor(random() * values.length)] ?? null;
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, value] of values.entries()) {
    rest -= weights[index] ?? Number.NaN;
    if (rest < 0) return value;
  }
  // Rounding can leave a rest of zero behind the last weight.
  return values.at(-1) ?? null;
}
