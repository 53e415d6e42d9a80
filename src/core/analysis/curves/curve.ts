import type { Column } from "../../recording/growing-column.ts";
import type { Metric } from "../../search/metric.ts";

/** What one run recorded of a metric, along x. */
export type Curve = {
  /** Ascending, each once, finite, shape `[points]`. */
  readonly x: Float64Array;
  /** Shape `[points]`; NaN or infinite where the run diverged. */
  readonly y: Float64Array;
};

/**
 * The rows in which `y` was recorded, by ascending x. Rows without a finite x are left out; of
 * several with the same x the last recorded counts.
 * @param y - shape `[rows]`
 * @param x - shape `[rows]`; without it, the number of the row from 0
 */
export function curveOf(y: Column, x?: Column): Curve {
  const rows: number[] = [];
  const at = (row: number) => (x === undefined ? row : (x.values[row] ?? Number.NaN));
  let isAscending = true;
  for (const [row, isRecorded] of y.recorded.entries()) {
    if (isRecorded !== 1 || !Number.isFinite(at(row))) continue;
    isAscending &&= rows.length === 0 || at(row) > at(rows.at(-1) ?? row);
    rows.push(row);
  }
  if (!isAscending) rows.sort((a, b) => at(a) - at(b) || a - b);
  const kept = isAscending
    ? rows
    : rows.filter((row, index) => {
        const next = rows[index + 1];
        return next === undefined || at(next) !== at(row);
      });
  return {
    x: Float64Array.from(kept, at),
    y: Float64Array.from(kept, (row) => y.values[row] ?? Number.NaN),
  };
}

/**
 * The value at `x`: as recorded there, or on the straight line between the recorded neighbours.
 * NaN if a neighbour is.
 * @returns undefined outside the range in which the run recorded: nothing is extrapolated
 */
export function valueAt(curve: Curve, x: number): number | undefined {
  const { x: xs, y } = curve;
  let low = 0;
  let high = xs.length - 1;
  if (high < 0 || !(x >= (xs[0] ?? Number.NaN) && x <= (xs[high] ?? Number.NaN))) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? Number.NaN) <= x) low = middle;
    else high = middle;
  }
  return between(curve, low, high, x, y);
}

/**
 * Mean height: the area under the curve by the trapezoidal rule, divided by the range of x. It has
 * the unit of y, and runs of different lengths can be compared.
 * @returns the value itself for a single point; undefined for none
 */
export function meanHeight({ x, y }: Curve): number | undefined {
  const last = x.length - 1;
  if (last <= 0) return y[0];
  // Halved, so that a range of all numbers does not overflow.
  const range = (x[last] ?? Number.NaN) / 2 - (x[0] ?? Number.NaN) / 2;
  let height = 0;
  for (let i = 1; i <= last; i++) {
    const share = ((x[i] ?? Number.NaN) / 2 - (x[i - 1] ?? Number.NaN) / 2) / range;
    height += share * ((y[i - 1] ?? Number.NaN) / 2 + (y[i] ?? Number.NaN) / 2);
  }
  return height;
}

/**
 * The first recorded x at which the metric is as good as `threshold`, which a value that equals it
 * is. Not interpolated: between two recordings nobody looked.
 * @returns undefined if it never is
 */
export function timeToThreshold(
  { x, y }: Curve,
  threshold: number,
  direction: Metric["direction"],
): number | undefined {
  const isReached = (value: number) =>
    direction === "maximise" ? value >= threshold : value <= threshold;
  const index = y.findIndex(isReached);
  return index === -1 ? undefined : x[index];
}

function between({ x: xs }: Curve, low: number, high: number, x: number, y: Float64Array): number {
  const [x0 = Number.NaN, x1 = Number.NaN] = [xs[low], xs[high]];
  const [y0 = Number.NaN, y1 = Number.NaN] = [y[low], y[high]];
  if (x === x0 || y0 === y1) return y0;
  if (x === x1) return y1;
  // Halved, so that the range does not overflow; weighted, so that the result stays between.
  const part = (x / 2 - x0 / 2) / (x1 / 2 - x0 / 2);
  return (1 - part) * y0 + part * y1;
}
