import { isConfig } from "../config/config.ts";
import { mismatch, type Problem, suggestion, unknownKeys, within } from "../config/problems.ts";
import type { MetricOptions } from "./schedule.ts";
import { isAggregation, KNOWN_AGGREGATIONS } from "./aggregation.ts";
import type { Metric } from "./search-facts.ts";

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
