import type { Column } from "../recording/growing-column.ts";
import { type ParsedAggregation, parseAggregation } from "../search/aggregation.ts";
import type { Aggregation } from "../search/aggregation.ts";
import type { Metric } from "../search/metric.ts";
import { curveOf, meanHeight, timeToThreshold, valueAt } from "./curves/curve.ts";

/** Where the last 20 % begin. */
const LAST_PART = 0.8;

/** What a score depends on besides the recorded values. */
export type ScoreOptions = {
  /**
   * Shape `[rows]`: what the last 20 %, the area, `at_x` and `time_to_threshold` are measured on.
   * Without it the last 20 % are those of the recorded values, rounded up, and the others count rows
   * from 0.
   */
  readonly x?: Column | undefined;
  /** Which values of the metric are good; `best` and `time_to_threshold` need it. */
  readonly direction?: Metric["direction"] | undefined;
};

/**
 * One number for what a run recorded under a metric.
 *
 * Rows without the metric are skipped. A NaN among the rows that count makes the score NaN: the
 * run diverged, and no other number would say so. A threshold that was never reached takes an
 * infinite time: left out, the runs that fail would make the others' mean look good.
 *
 * @param column - the metric, shape `[rows]`
 * @returns undefined if nothing was recorded, or nothing on both sides of `at_x`
 * @throws RangeError for text that is no aggregation, and for `best` and `time_to_threshold` without
 *   a direction
 */
export function score(
  column: Column,
  aggregation: Aggregation,
  { x, direction }: ScoreOptions = {},
): number | undefined {
  const parsed = parse(aggregation);
  switch (parsed.kind) {
    case "mean_on_last_20_percents":
      return meanOfLastPart(column, x);
    case "best":
      return plainScore(column, checked(direction, aggregation) === "maximise" ? "max" : "min");
    case "auc":
      return meanHeight(curveOf(column, x));
    case "at_x":
      return valueAt(curveOf(column, x), parsed.x);
    case "time_to_threshold": {
      const curve = curveOf(column, x);
      if (curve.x.length === 0) return undefined;
      const time = timeToThreshold(curve, parsed.threshold, checked(direction, aggregation));
      return time ?? Number.POSITIVE_INFINITY;
    }
    case "min":
    case "max":
    case "avg":
    case "last":
      return plainScore(column, parsed.kind);
  }
}

/** How tables and captions say what an aggregation does. */
export function describeAggregation(aggregation: Aggregation): string {
  const parsed = parse(aggregation);
  switch (parsed.kind) {
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
    case "best":
      return "best value";
    case "auc":
      return "mean height (area under the curve, divided by the range of x)";
    case "at_x":
      return `value at x = ${parsed.x}`;
    case "time_to_threshold":
      return `first x at which ${parsed.threshold} is reached`;
  }
}

function parse(aggregation: Aggregation): ParsedAggregation {
  const parsed = parseAggregation(aggregation);
  if (parsed !== undefined) return parsed;
  throw new RangeError(`Expected an aggregation, got ${JSON.stringify(aggregation)}`);
}

function checked(
  direction: Metric["direction"] | undefined,
  aggregation: Aggregation,
): Metric["direction"] {
  if (direction !== undefined) return direction;
  throw new RangeError(`Expected a direction for ${aggregation}, got none`);
}

/** Of the values in the order in which they were recorded. */
function plainScore(column: Column, kind: "min" | "max" | "avg" | "last"): number | undefined {
  const values = valuesIn(column, recordedRows(column, undefined));
  if (values.length === 0) return undefined;
  switch (kind) {
    case "last":
      return values.at(-1);
    case "min":
      return values.reduce((least, value) => Math.min(least, value));
    case "max":
      return values.reduce((most, value) => Math.max(most, value));
    case "avg":
      return mean(values);
  }
}

function meanOfLastPart(column: Column, x: Column | undefined): number | undefined {
  const rows = recordedRows(column, x);
  const values = valuesIn(column, rows);
  if (values.length === 0) return undefined;
  return mean(x === undefined ? lastPart(values) : lastPartOf(x, rows, values));
}

function valuesIn(column: Column, rows: readonly number[]): readonly number[] {
  return rows.map((row) => column.values[row] ?? Number.NaN);
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
