import { type Curve, valueAt } from "./curve.ts";

/** More points than a figure can show apart. */
export const MAX_AXIS_POINTS = 1000;

/**
 * The axis on which curves are brought together: every x that any of them recorded; evenly spaced
 * points over the same range if there are more than `maxPoints`. It reaches from the first x of any
 * to the last x of any: nothing is cut off.
 * @param maxPoints - at least 2
 */
export function commonAxis(
  curves: readonly Curve[],
  maxPoints: number = MAX_AXIS_POINTS,
): Float64Array {
  const total = curves.reduce((sum, { x }) => sum + x.length, 0);
  const all = new Float64Array(total);
  let filled = 0;
  for (const { x } of curves) {
    all.set(x, filled);
    filled += x.length;
  }
  const union = all.sort().filter((x, index) => index === 0 || x !== all[index - 1]);
  if (union.length <= maxPoints) return union;
  const [first = Number.NaN] = union;
  const last = union.at(-1) ?? Number.NaN;
  return Float64Array.from({ length: maxPoints }, (_, index) => {
    const part = index / (maxPoints - 1);
    return (1 - part) * first + part * last;
  });
}

/** Curves on a common axis. */
export type AlignedCurves = {
  /** Ascending, shape `[points]`. */
  readonly x: Float64Array;
  /** Shape `[curves][points]`: {@link valueAt}; NaN where `present` is 0, and where it diverged. */
  readonly values: readonly Float64Array[];
  /** Shape `[curves][points]`; 1 within the range that the curve recorded. */
  readonly present: readonly Uint8Array[];
};

/** Each curve on `axis`, interpolated within its own range, never beyond it. */
export function alignCurves(
  curves: readonly Curve[],
  axis: Float64Array = commonAxis(curves),
): AlignedCurves {
  const aligned = curves.map((curve) => Array.from(axis, (x) => valueAt(curve, x)));
  return {
    x: axis,
    values: aligned.map((values) => Float64Array.from(values, (value) => value ?? Number.NaN)),
    present: aligned.map((values) =>
      Uint8Array.from(values, (value) => Number(value !== undefined)),
    ),
  };
}
