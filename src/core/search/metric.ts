import { isConfig } from "../config/config.ts";
import { mismatch, type Problem, suggestion, unknownKeys, within } from "../config/problems.ts";
import {
  type Aggregation,
  type Direction,
  isAggregation,
  KNOWN_AGGREGATIONS,
} from "./aggregation.ts";

/** What a search is judged by. */
export type Metric = {
  /** Key in the recorded lines, e.g. `accuracy`. */
  readonly name: string;
  /** Recorded series, e.g. `train`. */
  readonly series: string;
  readonly direction: Direction;
  readonly aggregation: Aggregation;
};

/** The same as authors write it: all but the name has a default. */
export type MetricOptions = Pick<Metric, "name"> & Partial<Metric>;

const DIRECTIONS = ["maximise", "minimise"] as const;

/** The metric with its defaults filled in. */
export function completeMetric(options: MetricOptions): Metric {
  const { series = "train", direction = "maximise" } = options;
  const { aggregation = "mean_on_last_20_percents" } = options;
  return { name: options.name, series, direction, aggregation };
}

/** Whatever keeps `value` from being {@link MetricOptions}. */
export function metricProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, 'an object such as { name: "accuracy" }', value)];
  const problems = [
    ...unknownKeys(value, ["name", "series", "direction", "aggregation"], place),
    ...oneOfProblems(value["direction"], DIRECTIONS, within(place, "direction")),
    ...aggregationProblems(value["aggregation"], within(place, "aggregation")),
  ];
  for (const key of ["name", "series"]) {
    const text = value[key];
    if (text === undefined && key === "series") continue;
    if (typeof text !== "string" || text === "") {
      problems.push(mismatch(within(place, key), "a name", text));
    }
  }
  return problems;
}

function aggregationProblems(value: unknown, place: string): readonly Problem[] {
  if (typeof value === "string" && isAggregation(value)) return [];
  return oneOfProblems(value, KNOWN_AGGREGATIONS, place);
}

function oneOfProblems(
  value: unknown,
  known: readonly string[],
  place: string,
): readonly Problem[] {
  if (value === undefined || (typeof value === "string" && known.includes(value))) return [];
  const remedy = typeof value === "string" ? suggestion(value, known).trim() : "";
  return [mismatch(place, `one of ${known.join(", ")}`, value, remedy)];
}
