/**
 * The L2-star discrepancy of points in the unit cube: how unevenly they fill the boxes that begin in
 * its corner. @param points - shape `[points, dimensions]`
 * @see T. T. Warnock, *Computational investigations of low-discrepancy point sets* (1972)
 */
export function l2StarDiscrepancy(points: readonly Float64Array[]): number {
  const count = points.length;
  const dimensions = points[0]?.length ?? 0;
  const single = points.reduce(
    (sum, point) => sum + point.reduce((product, x) => product * (1 - x * x), 1),
    0,
  );
  // Distances from the far corner, flat: the loop over the pairs is long.
  const gaps = Float64Array.from(points.flatMap((point) => [...point].map((x) => 1 - x)));
  let pairs = 0;
  for (let i = 0; i < gaps.length; i += dimensions) {
    for (let j = 0; j <= i; j += dimensions) {
      let product = i === j ? 1 : 2;
      for (let d = 0; d < dimensions; d += 1) {
        const a = gaps[i + d] ?? Number.NaN;
        const b = gaps[j + d] ?? Number.NaN;
        product *= a < b ? a : b;
      }
      pairs += product;
    }
  }
  const squared =
    3 ** -dimensions - (2 ** (1 - dimensions) / count) * single + pairs / (count * count);
  return Math.sqrt(squared);
}
