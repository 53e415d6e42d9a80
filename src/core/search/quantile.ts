import { normalBelow, normalQuantile } from "../analysis/probability/normal.ts";
import type { ConfigValue } from "../config/config.ts";
import type { Bounds, Distribution } from "./distributions.ts";

/** Multiples of a step, between bounds. */
type Grid = Bounds & { readonly step?: number };

/**
 * The value below which the share `u` of a checked distribution lies.
 * @param u - in [0, 1); spread evenly, the values are spread as the distribution says
 */
export function quantile(distribution: Distribution, u: number): ConfigValue {
  switch (distribution.kind) {
    case "uniform":
      return between(distribution.low, distribution.high, u);
    case "quantisedUniform": {
      const index = Math.floor(u * stepsOf(distribution));
      return withoutNoise(distribution.low + index * distribution.step);
    }
    case "logUniform": {
      const value = Math.exp(between(Math.log(distribution.low), Math.log(distribution.high), u));
      return rounded(clamp(value, distribution), distribution);
    }
    case "integer": {
      const { low, high } = distribution;
      return low + Math.floor(u * (high - low + 1));
    }
    case "logInteger": {
      const { low, high } = distribution;
      const value = Math.exp(between(Math.log(low), Math.log(high + 1), u));
      return clamp(Math.floor(value), distribution);
    }
    case "normal":
      return rounded(clamp(gaussian(distribution, u), distribution), distribution);
    case "logNormal": {
      const value = Math.exp(gaussian(gaussianOf(distribution), u));
      return rounded(clamp(value, distribution), distribution);
    }
    case "choice":
      return chosen(distribution.values, distribution.weights, u);
    case "fixed":
      return distribution.value;
  }
}

/** How many different values a checked distribution has. */
export function countValues(distribution: Distribution): number {
  switch (distribution.kind) {
    case "uniform":
      return Number.POSITIVE_INFINITY;
    case "logUniform":
    case "normal":
    case "logNormal":
      return countMultiples(distribution);
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

/** What a checked distribution with finitely many values can give; nothing for the others. */
export function valuesOf(distribution: Distribution): readonly ConfigValue[] {
  switch (distribution.kind) {
    case "choice":
      return distribution.values;
    case "fixed":
      return [distribution.value];
    case "quantisedUniform":
      return steps(countValues(distribution), (index) =>
        withoutNoise(distribution.low + index * distribution.step),
      );
    case "integer":
    case "logInteger":
      return steps(countValues(distribution), (index) => distribution.low + index);
    case "uniform":
      return [];
    case "logUniform":
    case "normal":
    case "logNormal": {
      const count = countMultiples(distribution);
      const { low, step } = { low: 0, step: 1, ...distribution };
      if (!Number.isFinite(count)) return [];
      return steps(count, (index) => withoutNoise((firstMultiple(low, step) + index) * step));
    }
  }
}

/** How much of a normal or log-normal distribution lies between its bounds. */
export function shareWithin(
  distribution: Extract<Distribution, { kind: "normal" | "logNormal" }>,
): number {
  const [below, above] = tails(gaussianOf(distribution));
  return above - below;
}

const steps = (count: number, value: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => value(index));

/** Tolerates the rounding of (0.3 - 0.1) / 0.1. */
function stepsOf({ low, high, step }: { low: number; high: number; step: number }): number {
  return Math.floor((high - low) / step + 1e-9) + 1;
}

/** The multiples of the step within the bounds; without end if there is no step or a bound lacks. */
function countMultiples({ low, high, step }: Grid): number {
  if (step === undefined || low === undefined || high === undefined) return Infinity;
  return lastMultiple(high, step) - firstMultiple(low, step) + 1;
}

const firstMultiple = (low: number, step: number) => Math.ceil(low / step - 1e-9);
const lastMultiple = (high: number, step: number) => Math.floor(high / step + 1e-9);

/** The nearest multiple of the step that lies within the bounds. */
function rounded(value: number, { low, high, step }: Grid): number {
  if (step === undefined) return value;
  const first = low === undefined ? -Infinity : firstMultiple(low, step);
  const last = high === undefined ? Infinity : lastMultiple(high, step);
  return withoutNoise(Math.min(Math.max(Math.round(value / step), first), last) * step);
}

/** Twelve digits, so that 0.1 + 2 × 0.1 reads 0.3. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

function between(low: number, high: number, u: number): number {
  return low + u * (high - low);
}

function clamp(value: number, { low = -Infinity, high = Infinity }: Bounds): number {
  return Math.min(Math.max(value, low), high);
}

/** The first point of an unscrambled sequence is 0: taken for the middle of the first of 2³² parts. */
const LEAST_SHARE = 2 ** -33;

type Gaussian = { readonly mean: number; readonly deviation: number } & Bounds;

/** The normal distribution behind one, with its bounds. */
function gaussianOf(
  distribution: Extract<Distribution, { kind: "normal" | "logNormal" }>,
): Gaussian {
  if (distribution.kind === "normal") return distribution;
  const { mean, deviation, low = 0, high = Infinity } = distribution;
  return { mean, deviation, low: Math.log(low), high: Math.log(high) };
}

function gaussian(distribution: Gaussian, u: number): number {
  const [below, above] = tails(distribution);
  const share = between(below, above, Math.min(Math.max(u, LEAST_SHARE), 1 - LEAST_SHARE));
  return distribution.mean + distribution.deviation * normalQuantile(share);
}

/** The shares of a normal distribution that lie below its two bounds. */
function tails({ mean, deviation, low, high }: Gaussian): readonly [number, number] {
  const below = (bound: number) => normalBelow((bound - mean) / deviation);
  return [low === undefined ? 0 : below(low), high === undefined ? 1 : below(high)];
}

function chosen(
  values: readonly ConfigValue[],
  weights: readonly number[] | undefined,
  u: number,
): ConfigValue {
  if (weights === undefined) return values[Math.floor(u * values.length)] ?? null;
  let rest = u * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, value] of values.entries()) {
    rest -= weights[index] ?? Number.NaN;
    if (rest < 0) return value;
  }
  // Rounding can leave a rest of zero behind the last weight.
  return values.at(-1) ?? null;
}
