import { studentTBound, studentTTails } from "../probability/student-t.ts";
import {
  type Interval,
  INTERVAL_COVERAGE,
  type SeedSummary,
  summariseSeeds,
} from "../seed-summary.ts";
import { superiority } from "../tasks/improvement.ts";
import {
  type PermutationSettings,
  type PermutationTest,
  permutationTest,
  signFlipTest,
} from "./permutation.ts";

/** What two samples say about the difference of their means, a - b. */
export type MeanComparison = {
  readonly a: SeedSummary;
  readonly b: SeedSummary;
  /** NaN if a score is not finite or a sample is empty; then all below is undefined. */
  readonly difference: number;
  /** Undefined for samples of fewer than two, and where neither varies. */
  readonly test: MeanTest | undefined;
  readonly permutation: PermutationTest | undefined;
  /** Cohen's d, with the pooled standard deviation; undefined if that is 0. */
  readonly effectSize: number | undefined;
  /** The probability that one of a is higher than one of b, a tie counting as half. */
  readonly superiority: number | undefined;
};

export type MeanTest = {
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly p: number;
  /** Of the difference. */
  readonly interval: Interval;
  /** What a caption says, such as `Welch's t test, n = 5 and 5`. */
  readonly caption: string;
};

export type ComparisonSettings = PermutationSettings & { readonly coverage?: number | undefined };

/**
 * Compares two independent samples: Welch's t test, which does not suppose equal variances, and a
 * permutation test. Judge several comparisons by p values adjusted together
 * ({@link adjustHolm}).
 * @see Welch, "The generalization of 'Student's' problem …", Biometrika 34 (1947)
 */
export function compareMeans(
  a: readonly number[],
  b: readonly number[],
  settings: ComparisonSettings = {},
): MeanComparison {
  const summaries = { a: summariseSeeds(a), b: summariseSeeds(b) };
  const difference = summaries.a.mean - summaries.b.mean;
  if (!Number.isFinite(difference)) return withoutNumbers(summaries.a, summaries.b);
  return {
    ...summaries,
    difference,
    test: welch(summaries.a, summaries.b, settings.coverage),
    permutation: a.length + b.length > 2 ? permutationTest(a, b, settings) : undefined,
    effectSize: cohensD(summaries.a, summaries.b),
    superiority: superiority(a, b),
  };
}

/**
 * Compares two samples whose scores belong together in pairs, such as those of the same seed on the
 * same data: t test of the differences, and a permutation test that turns their signs. The effect
 * size is the mean difference in standard deviations of the differences.
 * @param pairs - of a and b
 */
export function comparePairs(
  pairs: readonly (readonly [number, number])[],
  settings: ComparisonSettings = {},
): MeanComparison {
  const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  const summaries = { a: summariseSeeds(first), b: summariseSeeds(second) };
  const differences = pairs.map(([a, b]) => a - b);
  const { mean, sd, standardError, n } = summariseSeeds(differences);
  if (!Number.isFinite(mean)) return withoutNumbers(summaries.a, summaries.b);
  const caption = `paired t test, n = ${n} pairs`;
  return {
    ...summaries,
    difference: mean,
    test: testOf(mean, standardError ?? 0, n - 1, caption, settings.coverage),
    permutation: n > 1 ? signFlipTest(differences, settings) : undefined,
    effectSize: sd === undefined || sd === 0 ? undefined : mean / sd,
    superiority: superiority(first, second),
  };
}

/**
 * P values of several comparisons, adjusted so that the chance of any false alarm among them stays
 * below the level. In the order given.
 * @param ps - in [0, 1]
 * @see Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6 (1979)
 */
export function adjustHolm(ps: readonly number[]): readonly number[] {
  const order = [...ps.keys()].sort((i, j) => (ps[i] ?? Number.NaN) - (ps[j] ?? Number.NaN));
  const adjusted = [...ps];
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * (ps[index] ?? Number.NaN)));
    adjusted[index] = least;
  }
  return adjusted;
}

function welch(a: SeedSummary, b: SeedSummary, coverage?: number): MeanTest | undefined {
  if (a.standardError === undefined || b.standardError === undefined) return undefined;
  const [va, vb] = [a.standardError ** 2, b.standardError ** 2];
  // By shares: squares of small variances would vanish.
  const share = va / (va + vb);
  const degrees = 1 / (share ** 2 / (a.n - 1) + (1 - share) ** 2 / (b.n - 1));
  const caption = `Welch's t test, n = ${a.n} and ${b.n}`;
  return testOf(a.mean - b.mean, Math.sqrt(va + vb), degrees, caption, coverage);
}

function testOf(
  difference: number,
  standardError: number,
  degreesOfFreedom: number,
  caption: string,
  coverage: number = INTERVAL_COVERAGE,
): MeanTest | undefined {
  // Where nothing varies there is nothing to measure a difference by.
  if (!(standardError > 0) || !(degreesOfFreedom >= 1)) return undefined;
  const t = difference / standardError;
  const half = studentTBound(coverage, degreesOfFreedom) * standardError;
  return {
    t,
    degreesOfFreedom,
    p: studentTTails(t, degreesOfFreedom),
    interval: { low: difference - half, high: difference + half },
    caption,
  };
}

function cohensD(a: SeedSummary, b: SeedSummary): number | undefined {
  if (a.sd === undefined || b.sd === undefined) return undefined;
  const pooled = ((a.n - 1) * a.sd ** 2 + (b.n - 1) * b.sd ** 2) / (a.n + b.n - 2);
  return pooled > 0 ? (a.mean - b.mean) / Math.sqrt(pooled) : undefined;
}

function withoutNumbers(a: SeedSummary, b: SeedSummary): MeanComparison {
  const none = { test: undefined, permutation: undefined, effectSize: undefined };
  return { a, b, difference: Number.NaN, ...none, superiority: undefined };
}
