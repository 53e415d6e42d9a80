import type { Metric } from "../../search/metric.ts";

/** What a random search of some size would have found. All arrays have the shape `[sizes]`. */
export type BestOfN = {
  /** 1, 2, … up to the number of experiments. */
  readonly size: Uint32Array;
  /** Expected best score: unbiased. */
  readonly expected: Float64Array;
  /** Half of the searches of this size find a best score between these. */
  readonly lowerQuartile: Float64Array;
  readonly median: Float64Array;
  readonly upperQuartile: Float64Array;
  /** Beyond this size hardly any different subsets are left, and the curve says little. */
  readonly reliableUpTo: number;
};

/**
 * The best of n experiments drawn without replacement from those of a random search, for each n:
 * the mean over all subsets of size n, U(n) = Σ C(i - 1, n - 1) / C(N, n) · y₍ᵢ₎, and quartiles over
 * the same subsets. For random searches only: the experiments of a grid or an adaptive search are
 * not interchangeable; use {@link bestSoFar}.
 *
 * @param scores - one for each experiment, finite
 * @throws RangeError if one is not finite
 * @see Tang et al., "Showing your work doesn't always work" (2020), arXiv 2004.13705: the estimator
 *   with replacement (Dodge et al., 2019) is biased downwards
 */
export function bestOfN(scores: readonly number[], direction: Metric["direction"]): BestOfN {
  if (!scores.every(Number.isFinite)) {
    throw new RangeError(`Expected finite scores, got [${scores.join(", ")}]`);
  }
  const sign = direction === "maximise" ? 1 : -1;
  const sorted = Float64Array.from(scores, (score) => sign * score).sort();
  const total = sorted.length;
  const size = Uint32Array.from({ length: total }, (_, index) => index + 1);
  const empty = () => new Float64Array(total);
  const found = { expected: empty(), low: empty(), median: empty(), high: empty() };
  for (const n of size) {
    const { expected, quartiles } = bestOfSubsets(sorted, n);
    const [low = Number.NaN, median = Number.NaN, high = Number.NaN] = quartiles;
    found.expected[n - 1] = sign * expected;
    found.low[n - 1] = sign * (sign === 1 ? low : high);
    found.median[n - 1] = sign * median;
    found.high[n - 1] = sign * (sign === 1 ? high : low);
  }
  return {
    size,
    expected: found.expected,
    lowerQuartile: found.low,
    median: found.median,
    upperQuartile: found.high,
    reliableUpTo: Math.floor(total / 2),
  };
}

/** Descending, as they are met. */
const QUARTILES = [0.75, 0.5, 0.25];
/** Of sums of shares. */
const ROUNDING = 1e-12;

/** Of the largest value of each subset of n of `sorted`, ascending. */
function bestOfSubsets(
  sorted: Float64Array,
  n: number,
): { readonly expected: number; readonly quartiles: readonly number[] } {
  const quartiles: number[] = [];
  let best = sorted.at(-1) ?? Number.NaN;
  let expected = best;
  // The share of subsets whose largest value stands at place i (from 1), going down from the top;
  // sums of differences, so that equal scores give exactly that score.
  let share = n / sorted.length;
  let above = 0;
  for (let i = sorted.length; i >= n; i--) {
    const value = sorted[i - 1] ?? Number.NaN;
    expected -= (1 - above) * (best - value);
    best = value;
    above += share;
    while (above > 1 - (QUARTILES[quartiles.length] ?? -Infinity) + ROUNDING) quartiles.push(value);
    share *= (i - n) / (i - 1);
  }
  while (quartiles.length < QUARTILES.length) quartiles.push(best);
  return { expected, quartiles: quartiles.reverse() };
}

/**
 * The best score among the first n experiments in the order in which they were tried, for each n.
 * One that failed (undefined or not finite) leaves it as it was; NaN until there is one.
 */
export function bestSoFar(
  scores: readonly (number | undefined)[],
  direction: Metric["direction"],
): Float64Array {
  let best = Number.NaN;
  return Float64Array.from(scores, (score) => {
    if (score !== undefined && Number.isFinite(score)) {
      const isBetter = direction === "maximise" ? score > best : score < best;
      if (isBetter || Number.isNaN(best)) best = score;
    }
    return best;
  });
}
