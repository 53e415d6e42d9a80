/** The box of a box plot. */
export type BoxStatistics = {
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  /** The least value that is not further from the box than 1.5 times its height. */
  readonly lowerWhisker: number;
  readonly upperWhisker: number;
};

/** Tukey's. */
const WHISKER = 1.5;

/** @param values - finite, at least one @throws RangeError otherwise */
export function boxStatistics(values: readonly number[]): BoxStatistics {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new RangeError(`Expected finite values, got [${values.join(", ")}]`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const lowerQuartile = quantile(sorted, 0.25);
  const upperQuartile = quantile(sorted, 0.75);
  const reach = WHISKER * (upperQuartile - lowerQuartile);
  const within = sorted.filter(
    (value) => value >= lowerQuartile - reach && value <= upperQuartile + reach,
  );
  return {
    lowerQuartile,
    median: quantile(sorted, 0.5),
    upperQuartile,
    // The quartile may lie between two values of which the nearer one is out of reach.
    lowerWhisker: Math.min(lowerQuartile, within[0] ?? lowerQuartile),
    upperWhisker: Math.max(upperQuartile, within.at(-1) ?? upperQuartile),
  };
}

/**
 * Quantile by linear interpolation between the closest ranks, as R's type 7 and NumPy's default.
 * @param sorted - ascending, not empty
 * @param q - in [0, 1]
 * @see Hyndman & Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996)
 */
export function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  const part = position - Math.floor(position);
  // Not below + part * (above - below), which overflows and may leave [below, above].
  return part === 0 || below === above ? below : (1 - part) * below + part * above;
}
