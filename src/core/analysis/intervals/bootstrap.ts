import { normalBelow, normalQuantile } from "../probability/normal.ts";
import type { Interval } from "../seed-summary.ts";
import type { Resamples } from "./resamples.ts";
import { tailQuantiles } from "./tail-quantiles.ts";

/** How an interval is read from the bootstrap distribution of a statistic. */
export type BootstrapMethod = "percentile" | "basic" | "bca";

/** A statistic's value on each of some resamples. */
export type BootstrapDistribution = {
  /** The statistic of the sample itself. */
  readonly estimate: number;
  /** Shape `[resamples]`, less {@link estimate}, so that shifting the sample changes nothing. */
  readonly deviations: Float64Array;
  /** Shape `[resamples]`; undefined if all are as likely. */
  readonly weights: Float64Array | undefined;
};

/** @param sorted - ascending, finite, as many as are resampled */
export function bootstrapMeans(
  sorted: Float64Array,
  estimate: number,
  { n, count, draws, weights }: Resamples,
): BootstrapDistribution {
  const deviations = new Float64Array(count);
  const parts = sorted.map((value) => (value - estimate) / n);
  for (let b = 0, at = 0; b < count; b++) {
    // Three sums, because each addition would wait for the one before it.
    let first = 0;
    let second = 0;
    let third = 0;
    let i = 0;
    for (; i + 2 < n; i += 3, at += 3) {
      first += (draws[at] ?? Number.NaN) * (parts[i] ?? Number.NaN);
      second += (draws[at + 1] ?? Number.NaN) * (parts[i + 1] ?? Number.NaN);
      third += (draws[at + 2] ?? Number.NaN) * (parts[i + 2] ?? Number.NaN);
    }
    for (; i < n; i++, at++) first += (draws[at] ?? Number.NaN) * (parts[i] ?? Number.NaN);
    deviations[b] = first + second + third;
  }
  return { estimate, deviations, weights };
}

/** @param sorted - ascending, finite, as many as are resampled */
export function bootstrapMedians(
  sorted: Float64Array,
  estimate: number,
  { n, count, draws, weights }: Resamples,
): BootstrapDistribution {
  const deviations = new Float64Array(count);
  const lower = (n + 1) >> 1;
  const upper = (n >> 1) + 1;
  for (let b = 0; b < count; b++) {
    let seen = 0;
    let i = b * n - 1;
    while (seen < lower) seen += draws[++i] ?? Number.NaN;
    const low = sorted[i - b * n] ?? Number.NaN;
    while (seen < upper) seen += draws[++i] ?? Number.NaN;
    const high = sorted[i - b * n] ?? Number.NaN;
    deviations[b] = (low - estimate) / 2 + (high - estimate) / 2;
  }
  return { estimate, deviations, weights };
}

/**
 * The interval that a bootstrap distribution gives.
 * @param coverage - in (0, 1)
 * @param acceleration - how skewed the statistic is; for `bca` only
 * @see Efron & Tibshirani, *An Introduction to the Bootstrap* (1993), ch. 13 and 14
 */
export function bootstrapInterval(
  distribution: BootstrapDistribution,
  method: BootstrapMethod,
  coverage: number,
  acceleration = 0,
): Interval {
  const { estimate, deviations, weights } = distribution;
  const tail = (1 - coverage) / 2;
  if (method === "bca") {
    const tails = bcaTails(distribution, tail, acceleration);
    const { low, high } = tailQuantiles(deviations, weights, tails.low, tails.high);
    return { low: estimate + low, high: estimate + high };
  }
  const { low, high } = tailQuantiles(deviations, weights, tail, tail);
  return method === "percentile"
    ? { low: estimate + low, high: estimate + high }
    : { low: estimate - high, high: estimate - low };
}

/** Deviations that differ from 0 by rounding only. */
const ROUNDING = 1e-12;

function bcaTails(
  { deviations, weights }: BootstrapDistribution,
  tail: number,
  acceleration: number,
): Interval {
  let widest = 0;
  for (const value of deviations) widest = Math.max(widest, Math.abs(value));
  let below = 0;
  for (const [b, value] of deviations.entries()) {
    // Half of what equals the estimate counts as below it, as in SciPy.
    const share = Math.abs(value) <= ROUNDING * widest ? 0.5 : Number(value < 0);
    below += share * (weights === undefined ? 1 / deviations.length : (weights[b] ?? Number.NaN));
  }
  const bias = normalQuantile(Math.min(1, below));
  const levelOf = (z: number) => normalBelow(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const z = normalQuantile(tail);
  // 1 - Φ(-x) would lose digits.
  return { low: levelOf(z), high: 1 - levelOf(-z) };
}
