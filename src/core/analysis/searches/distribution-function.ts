/** The share of values up to each value that occurs. */
export type DistributionFunction = {
  /** Ascending, each once, shape `[steps]`. */
  readonly x: Float64Array;
  /** Share of all values that are at most x, rising to 1, shape `[steps]`. */
  readonly share: Float64Array;
  readonly n: number;
};

/**
 * The empirical distribution function: between two steps it keeps the lower one's share.
 * @param values - finite; empty gives no steps
 * @throws RangeError if one is not finite
 */
export function distributionFunction(values: readonly number[]): DistributionFunction {
  if (!values.every(Number.isFinite)) {
    throw new RangeError(`Expected finite values, got [${values.join(", ")}]`);
  }
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const isLast = (index: number) => sorted[index] !== sorted[index + 1];
  return {
    x: sorted.filter((_, index) => isLast(index)),
    share: sorted.map((_, index) => (index + 1) / n).filter((_, index) => isLast(index)),
    n,
  };
}
