import { quantile } from "../box-statistics.ts";
import type { Interval } from "../seed-summary.ts";

/** Tolerates the rounding of sums of probabilities. */
const ROUNDING = 1e-12;
const BINS = 256;

/** Values sorted into bins of equal width, ascending: to find a quantile, one bin is looked at. */
type Bins = {
  /** The bin of each value, shape `[values]`. */
  readonly binOf: Uint8Array;
  /** Total weight in each, or number of values where they have none, shape `[BINS]`. */
  readonly totals: Float64Array;
};

/**
 * The quantiles with a share `lowTail` below and `highTail` above, without sorting all values.
 *
 * Without weights they are interpolated between the closest ranks (R's type 7, NumPy's default).
 * With weights they are values that occur: the least one that at least the share `lowTail` does not
 * exceed, and the greatest that at least the share `highTail` is not below.
 *
 * @param values - finite, at least one
 * @param weights - above 0, adding up to 1; undefined if all are as likely
 */
export function tailQuantiles(
  values: Float64Array,
  weights: Float64Array | undefined,
  lowTail: number,
  highTail: number,
): Interval {
  const bins = sortIntoBins(values, weights);
  if (weights === undefined) {
    return {
      low: interpolated(values, bins, lowTail),
      high: interpolated(values, bins, 1 - highTail),
    };
  }
  return {
    low: weightedFrom(values, weights, bins, lowTail, "below"),
    high: weightedFrom(values, weights, bins, highTail, "above"),
  };
}

function sortIntoBins(values: Float64Array, weights: Float64Array | undefined): Bins {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Rounding keeps the order. If the range overflows or vanishes, all are in bin 0: slow but right.
  const scale = (BINS - 1) / (max - min);
  const binOf = new Uint8Array(values.length);
  const totals = new Float64Array(BINS);
  for (let i = 0; i < values.length; i++) {
    const bin = (((values[i] ?? Number.NaN) - min) * scale) | 0;
    binOf[i] = bin;
    totals[bin] =
      (totals[bin] ?? Number.NaN) + (weights === undefined ? 1 : (weights[i] ?? Number.NaN));
  }
  return { binOf, totals };
}

function interpolated(values: Float64Array, { binOf, totals }: Bins, q: number): number {
  const position = q * (values.length - 1);
  const rank = Math.floor(position);
  const nextRank = Math.min(rank + 1, values.length - 1);
  let before = 0;
  let first = 0;
  while (before + (totals[first] ?? Number.NaN) <= rank) before += totals[first++] ?? Number.NaN;
  let last = first;
  for (let seen = before; (seen += totals[last] ?? Number.NaN) <= nextRank;) last += 1;
  const candidates: number[] = [];
  for (let i = 0; i < binOf.length; i++) {
    const bin = binOf[i] ?? Number.NaN;
    if (bin >= first && bin <= last) candidates.push(values[i] ?? Number.NaN);
  }
  candidates.sort((a, b) => a - b);
  const pair = [candidates[rank - before], candidates[nextRank - before]];
  return quantile(
    pair.map((value) => value ?? Number.NaN),
    position - rank,
  );
}

/** @param side - which tail `share` is counted from */
function weightedFrom(
  values: Float64Array,
  weights: Float64Array,
  { binOf, totals }: Bins,
  share: number,
  side: "below" | "above",
): number {
  const step = side === "below" ? 1 : -1;
  const enough = share - ROUNDING;
  let bin = side === "below" ? 0 : BINS - 1;
  let seen = 0;
  while (seen + (totals[bin] ?? Number.NaN) < enough) {
    seen += totals[bin] ?? Number.NaN;
    bin += step;
  }
  const members: number[] = [];
  for (let i = 0; i < binOf.length; i++) if (binOf[i] === bin) members.push(i);
  members.sort((a, b) => step * ((values[a] ?? Number.NaN) - (values[b] ?? Number.NaN)));
  const found = members.find((i) => (seen += weights[i] ?? Number.NaN) >= enough);
  // Summed in another order the bin may just miss the share that it was found to hold.
  return values[found ?? members.at(-1) ?? 0] ?? Number.NaN;
}
