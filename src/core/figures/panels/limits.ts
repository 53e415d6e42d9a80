import type { Stroke } from "./thin-curve.ts";

/** Ends of the axes that all panels of an array share. */
export type Limits = {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
  /** Whether values beyond the y limits are drawn at the edge, because few lie far away. */
  readonly isCut: boolean;
};

/** What a person asked for; undefined: as the curves want it. */
export type WantedLimits = Partial<Omit<Limits, "isCut">>;

/** Parts of the values that may be cut off on each side… */
const TAIL = 0.02;
/** …if all of them would make the axis longer than this many times. */
const CUT_RATIO = 8;
/** Room above and below, as a part of the axis. */
const PADDING = 0.05;

/**
 * Limits that show the differences between the curves: a few diverging ones do not flatten the rest.
 * @param shown - values of y that are shown in any case
 */
export function panelLimits(
  strokes: readonly Stroke[],
  wanted: WantedLimits,
  shown: readonly number[] = [],
): Limits {
  const xs = strokes.flatMap((stroke) => [stroke[0]?.[0] ?? 0, stroke.at(-1)?.[0] ?? 0]);
  const x = apart(boundsOf(xs.length > 0 ? xs : [0, 1]));
  const ys = strokes.flatMap((stroke) => stroke.map(([, y]) => y)).sort((a, b) => a - b);
  const at = (part: number) => ys[Math.round(part * (ys.length - 1))] ?? part;
  const whole = { low: at(0), high: at(1) };
  const middle = { low: at(TAIL), high: at(1 - TAIL) };
  const isWide = whole.high - whole.low > CUT_RATIO * (middle.high - middle.low);
  const isCut = isWide && middle.high > middle.low;
  const { low, high } = isCut ? middle : whole;
  const y = apart(
    boundsOf([...(ys.length > 0 || shown.length === 0 ? [low, high] : []), ...shown]),
  );
  const room = PADDING * (y.high - y.low);
  const { xMin = x.low, xMax = x.high, yMin = y.low - room, yMax = y.high + room } = wanted;
  return { xMin, xMax, yMin, yMax, isCut };
}

function apart({ low, high }: { readonly low: number; readonly high: number }) {
  if (high > low) return { low, high };
  const half = Math.abs(low) / 2 || 0.5;
  return { low: low - half, high: high + half };
}

/** Round numbers within an axis, four or so. */
export function ticksOf(low: number, high: number): readonly number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.min(10, Math.floor(high / step) - first + 1);
  if (!(count > 0)) return [];
  return Array.from({ length: count }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** A number for a small axis: `0.25`, `12000`, `3e-7`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  const isPlain = value === 0 || (size >= 1e-3 && size < 1e5);
  return isPlain
    ? String(Number(value.toPrecision(6)))
    : Number(value.toPrecision(4)).toExponential();
}

function boundsOf(numbers: readonly number[]): { readonly low: number; readonly high: number } {
  return {
    low: numbers.reduce((least, value) => Math.min(least, value), Infinity),
    high: numbers.reduce((most, value) => Math.max(most, value), -Infinity),
  };
}
