import type { Aggregation } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";

export const DIRECTIONS = ["maximise", "minimise"] as const;

/** By what runs are judged, as flags say it. */
export type MetricFlags = {
  readonly performanceMetric: string | undefined;
  readonly performanceAggregation: Aggregation | undefined;
  readonly performanceDirection: Metric["direction"] | undefined;
};

/** What a metric is compared by if neither flags nor searches say it. */
const DEFAULTS = { series: "train", aggregation: "mean_on_last_20_percents" } as const;

/** A metric of which it may not be known yet which values are good. */
export type ChosenMetric = Omit<Metric, "direction"> & {
  readonly direction: Metric["direction"] | undefined;
};

/**
 * What the searches are compared by: the flags, else what they were prepared with.
 * @param isSeries - whether any run recorded a series of this name: keys may have dots too
 * @throws UserError `usage` if they were prepared with different metrics, or with none
 */
export function chooseMetric(
  flags: MetricFlags,
  searches: readonly SearchFacts[],
  isSeries: (name: string) => boolean,
): ChosenMetric {
  const { performanceMetric, performanceAggregation, performanceDirection } = flags;
  const prepared = searches.flatMap(({ metric }) => metric ?? []);
  const metric: PartialMetric =
    performanceMetric === undefined
      ? preparedMetric(prepared)
      : findMetric(performanceMetric, prepared, isSeries);
  const direction = performanceDirection ?? metric.direction ?? impliedBy(performanceAggregation);
  const aggregation = performanceAggregation ?? metric.aggregation ?? prepared[0]?.aggregation;
  return { ...metric, direction, aggregation: aggregation ?? DEFAULTS.aggregation };
}

/** @throws UserError `usage` if nobody says which values are good */
export function requireDirection({ direction, ...metric }: ChosenMetric): Metric {
  if (direction !== undefined) return { ...metric, direction };
  throw new UserError(
    "usage",
    `Nothing says whether high or low values of ${JSON.stringify(metric.name)} are good: no search was prepared with it.`,
    "Pass --performance_direction maximise or minimise.",
  );
}

type PartialMetric = Pick<Metric, "name" | "series"> &
  Partial<Pick<Metric, "direction" | "aggregation">>;

function preparedMetric(prepared: readonly Metric[]): Metric {
  const [first] = prepared;
  const different = new Set(prepared.map((metric) => JSON.stringify(metric)));
  if (first !== undefined && different.size === 1) return first;
  throw new UserError(
    "usage",
    first === undefined
      ? "The searches were prepared without a metric."
      : `The searches are judged by different metrics: ${[...different].join(", ")}.`,
    "Say with --performance_metric <key> or <series>.<key> what to compare.",
  );
}

/** `accuracy`, or `test.accuracy` for that of a series; as the searches were prepared, if they were with it. */
function findMetric(
  text: string,
  prepared: readonly Metric[],
  isSeries: (name: string) => boolean,
): PartialMetric {
  const [, prefix, rest] = /^([A-Za-z0-9-]+)\.(.+)$/.exec(text) ?? [];
  if (prefix !== undefined && rest !== undefined && isSeries(prefix)) {
    const same = prepared.find(({ name, series }) => name === rest && series === prefix);
    return same ?? { series: prefix, name: rest };
  }
  const same = prepared.find(({ name }) => name === text);
  return same ?? { series: DEFAULTS.series, name: text };
}

/** Whoever takes a run's smallest value takes small ones for good. */
function impliedBy(aggregation: Aggregation | undefined): Metric["direction"] | undefined {
  if (aggregation === "min") return "minimise";
  return aggregation === "max" ? "maximise" : undefined;
}
