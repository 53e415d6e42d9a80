import { indexBelow, seededGenerator } from "../../seeded-generator.ts";

/** Whether a difference could be chance, by exchanging what would not matter if it were. */
export type PermutationTest = {
  /** Two-sided: twice the smaller one-sided value, at most 1. */
  readonly p: number;
  /** Whether all exchanges were counted; otherwise `exchanges` of them were drawn. */
  readonly isExact: boolean;
  readonly exchanges: number;
};

export type PermutationSettings = {
  /** All exchanges are counted if they are no more than so many; default 20,000. */
  readonly exchanges?: number | undefined;
  /** Of the random numbers where they are drawn; default 0. */
  readonly seed?: number | undefined;
};

const DEFAULT_EXCHANGES = 20_000;
/** Differences that are equal but for rounding. */
const ROUNDING = 1e-12;

/**
 * Permutation test of a difference of means: the values of both samples are dealt out again in all
 * ways.
 * @param a - finite, at least one @param b - alike
 * @see Fisher, *The Design of Experiments* (1935)
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  settings: PermutationSettings = {},
): PermutationTest {
  const pool = [...a, ...b].sort((x, y) => x - y);
  const center = pool.reduce((sum, value) => sum + value / pool.length, 0);
  const values = pool.map((value) => value - center);
  // With the sum of all fixed, the sum of the one sample orders the differences.
  const observed = a.reduce((sum, value) => sum + (value - center), 0);
  const ways = choose(pool.length, a.length);
  const { exchanges = DEFAULT_EXCHANGES, seed = 0 } = settings;
  return ways <= exchanges
    ? count(observed, subsetSums(values, a.length), true)
    : count(observed, drawnSums(values, a.length, exchanges, seed), false);
}

/**
 * Permutation test of paired differences: the sign of each is turned in all ways.
 * @param differences - finite, at least one
 */
export function signFlipTest(
  differences: readonly number[],
  { exchanges = DEFAULT_EXCHANGES, seed = 0 }: PermutationSettings = {},
): PermutationTest {
  const sorted = [...differences].sort((x, y) => x - y);
  const observed = sorted.reduce((sum, value) => sum + value, 0);
  const n = sorted.length;
  if (2 ** n <= exchanges) {
    let sums = [0];
    for (const value of sorted) sums = sums.flatMap((sum) => [sum - value, sum + value]);
    return count(observed, sums, true);
  }
  const generator = seededGenerator("sign flips", seed);
  const sums = Array.from({ length: exchanges }, () =>
    sorted.reduce((sum, value) => sum + (indexBelow(generator, 2) === 0 ? value : -value), 0),
  );
  return count(observed, sums, false);
}

function count(observed: number, sums: readonly number[], isExact: boolean): PermutationTest {
  const widest = sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), Math.abs(observed));
  const slack = ROUNDING * widest;
  // The sample itself counts as one of the drawn ones, so that p is never 0.
  const itself = isExact ? 0 : 1;
  const atLeast = sums.filter((sum) => sum >= observed - slack).length + itself;
  const atMost = sums.filter((sum) => sum <= observed + slack).length + itself;
  const share = (2 * Math.min(atLeast, atMost)) / (sums.length + itself);
  return { p: Math.min(1, share), isExact, exchanges: sums.length };
}

function subsetSums(values: readonly number[], size: number): readonly number[] {
  const sums: number[] = [];
  const add = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      sums.push(sum);
      return;
    }
    for (let i = from; i <= values.length - left; i++) add(i + 1, left - 1, sum + (values[i] ?? 0));
  };
  add(0, size, 0);
  return sums;
}

function drawnSums(
  values: readonly number[],
  size: number,
  exchanges: number,
  seed: number,
): readonly number[] {
  const generator = seededGenerator("permutations", seed);
  const pool = Float64Array.from(values);
  return Array.from({ length: exchanges }, () => {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const j = i + indexBelow(generator, pool.length - i);
      const value = pool[j] ?? Number.NaN;
      pool[j] = pool[i] ?? Number.NaN;
      pool[i] = value;
      sum += value;
    }
    return sum;
  });
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}
