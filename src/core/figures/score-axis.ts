/** The part of a Vega-Lite scale that depends on the scores. */
export type ScoreScale = {
  readonly type: "linear" | "log";
  readonly domain: readonly [number, number];
  readonly nice: boolean;
  /** Whether the axis has to start at zero; not said for a logarithmic one, which has none. */
  readonly zero?: false;
};

/** Positive scores that span more than this are drawn on a logarithmic axis. */
const LOG_RATIO = 1000;
/** Room above and below the scores, as a part of their range. */
const PADDING = 0.06;

/**
 * An axis that shows the differences between the scores: it does not start at zero by itself, and
 * one diverging experiment does not press the others flat.
 * @param scores - finite, at least one
 */
export function scoreScale(scores: readonly number[]): ScoreScale {
  const low = scores.reduce((least, score) => Math.min(least, score), Infinity);
  const high = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  if (low > 0 && high / low >= LOG_RATIO) {
    const factor = (high / low) ** PADDING;
    return { type: "log", domain: [low / factor, high * factor], nice: false };
  }
  // All equal: any range around them will do, but there has to be one.
  const range = high > low ? high - low : Math.abs(low) || 1;
  const room = range * PADDING;
  return { type: "linear", domain: [low - room, high + room], nice: true, zero: false };
}

/** Values of a parameter that span less are drawn on a linear axis, however they lie. */
const PARAMETER_LOG_RATIO = 20;

/**
 * The axis on which the values of a parameter lie more evenly: what was drawn by orders of magnitude
 * would stand in a heap at one end of a linear one.
 * @param values - finite, at least one
 */
export function parameterScale(values: readonly number[]): ScoreScale["type"] {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
  const middle = sorted[Math.floor(sorted.length / 2)] ?? low;
  if (!(low > 0 && high / low >= PARAMETER_LOG_RATIO)) return "linear";
  const aside = (place: number) => Math.abs(place - 0.5);
  const logarithmic = aside(Math.log(middle / low) / Math.log(high / low));
  return logarithmic < aside((middle - low) / (high - low)) ? "log" : "linear";
}

/**
 * Sideways place of the `index`th of `count` points in ascending order, in (-1, 1): neighbours in score
 * get places far apart, the same on every run.
 * @see van der Corput, "Verteilungsfunktionen" (1935): the sequence in base 2
 */
export function jitter(index: number, count: number): number {
  if (count === 1) return 0;
  let place = 0;
  let part = 0.5;
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / 2)) {
    place += part * (rest % 2);
    part /= 2;
  }
  return 2 * place - 1;
}
