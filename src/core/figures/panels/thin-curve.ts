import type { Curve } from "../../analysis/curves/curve.ts";

/** A piece of a curve that can be drawn: finite points, by ascending x; at least one. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** Points of a curve that one panel can show; more lie in the same pixels. */
const BUCKETS = 40;

/**
 * A curve as far as the eye sees it in a small panel: of each piece of its length the first and the last,
 * the lowest and the highest point. Where the run diverged (NaN, infinite) it is interrupted.
 */
export function thinCurve({ x, y }: Curve): readonly Stroke[] {
  const size = Math.max(4, Math.ceil(x.length / BUCKETS));
  const strokes: (readonly [number, number])[][] = [];
  let stroke: (readonly [number, number])[] = [];
  for (let from = 0; from < x.length; from += size) {
    for (const index of kept(y, from, Math.min(x.length, from + size))) {
      const point = [x[index] ?? Number.NaN, y[index] ?? Number.NaN] as const;
      if (Number.isFinite(point[1])) stroke.push(point);
      else if (stroke.length > 0) {
        strokes.push(stroke);
        stroke = [];
      }
    }
  }
  return stroke.length > 0 ? [...strokes, stroke] : strokes;
}

/** Which points of a bucket are kept, in their order; a gap keeps its place. */
function kept(y: Float64Array, from: number, to: number): readonly number[] {
  if (to - from <= 4) return Array.from({ length: to - from }, (_, index) => from + index);
  let [low, high, gap] = [from, from, -1];
  for (let index = from; index < to; index += 1) {
    const value = y[index] ?? Number.NaN;
    if (!Number.isFinite(value)) gap = index;
    if (!(value >= (y[low] ?? Number.NaN))) low = index;
    if (!(value <= (y[high] ?? Number.NaN))) high = index;
  }
  const all = gap < 0 ? [from, low, high, to - 1] : [from, low, high, gap, to - 1];
  return [...new Set(all)].sort((a, b) => a - b);
}
