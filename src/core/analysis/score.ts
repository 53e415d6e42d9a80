import type { Column } from "../recording/columns.ts";
import type { Aggregation } from "../search/search-facts.ts";

/** Where the last 20 % begin. */
const LAST_PART = 0.8;

/**
 * One number for what a run recorded under a metric.
 *
 * Rows without the metric are skipped. A NaN among the rows that count makes the score NaN: the
 * run diverged, and no other number would say so.
 *
 * @param column - the metric, shape `[rows]`
 * @param x - what the last 20 % are measured on, shape `[rows]`; without it they are the last
 *   20 % of the recorded values, rounded up
 * @returns undefined if nothing was recorded
 */
export function score(column: Column, aggregation: Aggregation, x?: Column): number | undefined {
  const rows = recordedRows(column, aggregation === "mean_on_last_20_percents" ? x : undefined);
  const values = rows.map((row) => column.values[row] ?? Number.NaN);
  if (values.length === 0) return undefined;
  switch (aggregation) {
    case "last":
      return values.at(-1);
    case "min":
      return values.reduce((least, value) => Math.min(least, value));
    case "max":
      return values.reduce((most, value) => Math.max(most, value));
    case "avg":
      return mean(values);
    case "mean_on_last_20_percents":
      return mean(x === undefined ? lastPart(values) : lastPartOf(x, rows, values));
  }
}

/** How tables and captions say what an aggregation does. */
export function describeAggregation(aggregation: Aggregation): string {
  switch (aggregation) {
    case "last":
      return "last value";
    case "min":
      return "smallest value";
    case "max":
      return "largest value";
    case "avg":
      return "mean";
    case "mean_on_last_20_percents":
      return "mean of the last 20 %";
  }
}

/**
 * Mean of `values`, NaN if there are none.
 * It is a running mean: equal values give exactly that value, where a plain sum could round.
 */
export function mean(values: readonly number[]): number {
  const [first = Number.NaN] = values;
  let result = first;
  for (const [index, value] of values.entries()) {
    // Infinity less Infinity would be NaN.
    if (value !== result) result += (value - result) / (index + 1);
  }
  return result;
}

/** The rows in which `column` was recorded, and `x` too if it is given. */
function recordedRows(column: Column, x: Column | undefined): readonly number[] {
  const rows: number[] = [];
  for (const [row, isRecorded] of column.recorded.entries()) {
    if (isRecorded === 1 && (x === undefined || Number.isFinite(x.values[row]))) rows.push(row);
  }
  return rows;
}

function lastPart(values: readonly number[]): readonly number[] {
  return values.slice(Math.floor(LAST_PART * values.length));
}

/** The values whose x lies in the last 20 % of the range of x. */
function lastPartOf(
  x: Column,
  rows: readonly number[],
  values: readonly number[],
): readonly number[] {
  const positions = rows.map((row) => x.values[row] ?? Number.NaN);
  const low = positions.reduce((least, position) => Math.min(least, position));
  const high = positions.reduce((most, position) => Math.max(most, position));
  // Weighted, because high - low may overflow; not above high, or rounding could leave nothing.
  const start = Math.min(high, (1 - LAST_PART) * low + LAST_PART * high);
  return values.filter((_, index) => (positions[index] ?? Number.NaN) >= start);
}
