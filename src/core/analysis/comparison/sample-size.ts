import { studentTBound } from "../probability/student-t.ts";

/** More would be no help to anybody. */
const MOST = 1_000_000;

/**
 * How many seeds each of two samples needs for Welch's or Student's two-sided test to find a
 * difference of their means, within one of the exact number.
 *
 * @param effectSize - the difference in standard deviations of a seed, not 0
 * @param options.power - chance to find it, in (0.5, 1); default 0.8
 * @param options.level - chance of a false alarm, in (0, 1); default 0.05
 * @returns at least 2; undefined for a million and more
 * @throws RangeError for anything else
 * @see Cohen, *Statistical Power Analysis for the Behavioral Sciences* (1988), 2.4
 */
export function seedsToDetect(
  effectSize: number,
  { power = 0.8, level = 0.05 }: { readonly power?: number; readonly level?: number } = {},
): number | undefined {
  if (!Number.isFinite(effectSize) || effectSize === 0) {
    throw new RangeError(`Expected an effect size that is not 0, got ${effectSize}`);
  }
  if (!(power > 0.5 && power < 1 && level > 0 && level < 1)) {
    throw new RangeError(`Expected power in (0.5, 1) and level in (0, 1), got ${power}, ${level}`);
  }
  const isEnough = (n: number): boolean => {
    const degrees = 2 * n - 2;
    // A one-sided quantile is the two-sided bound of the coverage 2 p - 1.
    const reach = studentTBound(1 - level, degrees) + studentTBound(2 * power - 1, degrees);
    return n >= 2 * (reach / effectSize) ** 2;
  };
  if (!isEnough(MOST)) return undefined;
  let [low, high] = [1, MOST];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
