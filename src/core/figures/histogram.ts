/** Bins over an axis. */
export type Histogram = {
  /** Ascending, shape `[bins + 1]`. */
  readonly edges: readonly number[];
  /** The bin that holds a value between the outer edges; the last one holds its upper edge. */
  readonly binOf: (value: number) => number;
};

const MAX_BINS = 20;

/**
 * Bins of the same width (on a logarithmic axis: of the same ratio), about as many as the square root
 * of the number of values.
 * @param values - finite, at least one; above 0 if `isLog`
 */
export function histogram(values: readonly number[], isLog: boolean): Histogram {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low === high) return single(low);
  const count = Math.min(MAX_BINS, Math.max(4, Math.ceil(Math.sqrt(values.length))));
  const along = isLog ? Math.log : (value: number) => value;
  // Halved, so that a range of all numbers does not overflow.
  const [from, to] = [along(low) / 2, along(high) / 2];
  const edgeAt = (index: number) => {
    const part = index / count;
    const place = 2 * ((1 - part) * from + part * to);
    // Between neighbouring numbers, rounding leads out of the range.
    return Math.min(high, Math.max(low, isLog ? Math.exp(place) : place));
  };
  const edges = Array.from({ length: count + 1 }, (_, index) =>
    // As given, not as computed there and back: no value may lie outside.
    index === 0 ? low : index === count ? high : edgeAt(index),
  ).sort((a, b) => a - b);
  const binOf = (value: number) =>
    Math.min(count - 1, Math.max(0, Math.floor(((along(value) / 2 - from) / (to - from)) * count)));
  return { edges, binOf };
}

/** One value has no range of its own: any around it will do. */
function single(value: number): Histogram {
  const room = Math.abs(value) / 2 || 1;
  return { edges: [value - room, value + room], binOf: () => 0 };
}
