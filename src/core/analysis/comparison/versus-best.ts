import {
  adjustHolm,
  compareMeans,
  type ComparisonSettings,
  type MeanComparison,
} from "./compare-means.ts";

/** How far one sample lies behind the best one. */
export type VersusBest = MeanComparison & {
  /** Of Welch's test, adjusted for the number of comparisons (Holm); undefined without a test. */
  readonly adjustedP: number | undefined;
};

/**
 * Compares the first of some samples with each of the others.
 * @param samples - best first, shape `[samples][scores]`
 * @returns for each sample, undefined for the first one; `difference` is best - other
 */
export function versusBest(
  samples: readonly (readonly number[])[],
  settings: ComparisonSettings = {},
): readonly (VersusBest | undefined)[] {
  const [best = [], ...others] = samples;
  const comparisons = others.map((other) => compareMeans(best, other, settings));
  const tested = comparisons.flatMap(({ test }) => test ?? []);
  const adjusted = adjustHolm(tested.map(({ p }) => p));
  const adjustedOf = new Map(tested.map((test, index) => [test, adjusted[index]]));
  const compared = comparisons.map((comparison) => {
    const { test } = comparison;
    return { ...comparison, adjustedP: test === undefined ? undefined : adjustedOf.get(test) };
  });
  return samples.length === 0 ? [] : [undefined, ...compared];
}
