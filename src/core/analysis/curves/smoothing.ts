/** How a curve is smoothed for the eye. Scores are never taken from smoothed curves. */
export type Smoothing =
  /** m ← (1 - weight) m + weight y, from the first value on; `weight` in (0, 1]. */
  | { readonly kind: "exponential"; readonly weight: number }
  /** Mean of the points within `points` places on both sides; fewer near an end or a gap, as many
   * on each side, so that nothing is shifted. */
  | { readonly kind: "centred"; readonly points: number };

/**
 * Smooths within each stretch of finite values: a gap (NaN, infinite) stays as it is, and nothing is
 * carried over it.
 * @param y - shape `[points]`
 * @throws RangeError for a weight outside (0, 1] and a window that is no whole number ≥ 0
 */
export function smooth(y: Float64Array, smoothing: Smoothing): Float64Array {
  checkSmoothing(smoothing);
  const result = Float64Array.from(y);
  for (const { from, to } of stretches(y)) {
    const part = y.subarray(from, to);
    result.set(
      smoothing.kind === "exponential"
        ? exponential(part, smoothing.weight)
        : centred(part, smoothing.points),
      from,
    );
  }
  return result;
}

function checkSmoothing(smoothing: Smoothing): void {
  if (smoothing.kind === "exponential") {
    if (smoothing.weight > 0 && smoothing.weight <= 1) return;
    throw new RangeError(`Expected a weight in (0, 1], got ${smoothing.weight}`);
  }
  if (Number.isSafeInteger(smoothing.points) && smoothing.points >= 0) return;
  throw new RangeError(`Expected points ≥ 0 on each side, got ${smoothing.points}`);
}

/** The longest runs of finite values; `to` is not in them. */
function* stretches(y: Float64Array): Generator<{ readonly from: number; readonly to: number }> {
  let from = 0;
  for (let i = 0; i <= y.length; i++) {
    if (i < y.length && Number.isFinite(y[i])) continue;
    if (i > from) yield { from, to: i };
    from = i + 1;
  }
}

function exponential(y: Float64Array, weight: number): Float64Array {
  let [smoothed = Number.NaN] = y;
  return y.map((value) => {
    if (value !== smoothed) smoothed = (1 - weight) * smoothed + weight * value;
    return smoothed;
  });
}

function centred(y: Float64Array, points: number): Float64Array {
  return y.map((_, i) => {
    const reach = Math.min(points, i, y.length - 1 - i);
    let mean = 0;
    for (let j = i - reach; j <= i + reach; j++) mean += (y[j] ?? Number.NaN) / (2 * reach + 1);
    return reach === 0 ? (y[i] ?? Number.NaN) : mean;
  });
}
