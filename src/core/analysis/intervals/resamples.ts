import { indexBelow, seededGenerator } from "../../seeded-generator.ts";

/**
 * Resamples of n values, as how often each value is in them. They hold no value, so that one set
 * serves all steps of a curve and all samples of n values.
 */
export type Resamples = {
  readonly n: number;
  readonly count: number;
  /** How often each value is drawn, shape `[count, n]`; each row adds up to n. */
  readonly draws: Uint16Array;
  /** Probability of each, shape `[count]`; undefined if all are as likely. */
  readonly weights: Float64Array | undefined;
};

/** Above it, what is drawn could not be counted in 16 bits. */
const MAX_N = 65_535;

/**
 * All distinct resamples of n values with their probabilities, if that is no more work than
 * drawing `resamples` of them (with 10,000: up to 8 values); so many drawn ones otherwise.
 * @param n - 1 to 65,535
 * @param seed - of the drawn ones
 * @throws RangeError for other n
 */
export function makeResamples(n: number, resamples: number, seed: number): Resamples {
  if (!Number.isInteger(n) || n < 1 || n > MAX_N) {
    throw new RangeError(`Expected 1 to ${MAX_N} values to resample, got ${n}`);
  }
  return countDistinctResamples(n) <= resamples
    ? allResamples(n)
    : drawResamples(n, resamples, seed);
}

/** How many resamples of n values differ in what they hold: C(2n - 1, n). */
export function countDistinctResamples(n: number): number {
  let count = 1;
  for (let i = 1; i < n; i++) count = (count * (n + i)) / i;
  return Math.round(count);
}

/** @see Fisher & Hall, "Bootstrap algorithms for small samples", J. Stat. Plan. Inference 27 (1991) */
function allResamples(n: number): Resamples {
  const count = countDistinctResamples(n);
  const draws = new Uint16Array(count * n);
  const weights = new Float64Array(count);
  const row = new Uint16Array(n);
  let done = 0;
  /** @param ways - in how many orders what stands in the row so far can be drawn, as a probability */
  const fill = (place: number, left: number, ways: number): void => {
    if (place === n - 1) {
      row[place] = left;
      draws.set(row, done * n);
      weights[done] = ways / n ** left;
      done += 1;
      return;
    }
    let choose = 1;
    for (let times = 0; times <= left; times++) {
      row[place] = times;
      fill(place + 1, left - times, (ways * choose) / n ** times);
      choose = (choose * (left - times)) / (times + 1);
    }
  };
  fill(0, n, 1);
  return { n, count, draws, weights };
}

function drawResamples(n: number, count: number, seed: number): Resamples {
  const generator = seededGenerator("resamples", seed, n);
  const draws = new Uint16Array(count * n);
  for (let start = 0; start < draws.length; start += n) {
    for (let i = 0; i < n; i++) {
      const place = start + indexBelow(generator, n);
      draws[place] = (draws[place] ?? 0) + 1;
    }
  }
  return { n, count, draws, weights: undefined };
}
