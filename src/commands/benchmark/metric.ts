import { type Aggregation, type Metric, type SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";

type MetricFlags = {
  readonly performanceMetric: string | undefined;
  readonly performanceAggregation: Aggregation | undefined;
};

/**
 * What the searches are compared by: the flags, else what they were prepared with.
 * @throws UserError `usage` if they were prepared with different metrics, or with none
 */
export function chooseMetric(flags: MetricFlags, searches: readonly SearchFacts[]): Metric {
  const { performanceMetric, performanceAggregation } = flags;
  const prepared = searches.flatMap(({ metric }) => metric ?? []);
  const [first] = prepared;
  const different = new Set(prepared.map((metric) => JSON.stringify(metric)));
  if (performanceMetric === undefined && (first === undefined || different.size > 1)) {
    throw new UserError(
      "usage",
      first === undefined
        ? "The searches were prepared without a metric."
        : `The searches are judged by different metrics: ${[...different].join(", ")}.`,
      "Say with --performance_metric <key> or <series>.<key> what to compare.",
    );
  }
  const base = first ?? {
    name: "",
    series: "train",
    direction: "maximise" as const,
    aggregation: "mean_on_last_20_percents" as const,
  };
  return {
    ...base,
    ...(performanceMetric === undefined ? {} : parseMetricName(performanceMetric)),
    aggregation: performanceAggregation ?? base.aggregation,
  };
}

/** `accuracy` of the series `train`, or `test.accuracy`. */
function parseMetricName(text: string): Pick<Metric, "name" | "series"> {
  const [, series, name] = /^([A-Za-z0-9-]+)\.(.+)$/.exec(text) ?? [];
  return series !== undefined && name !== undefined
    ? { series, name }
    : { series: "train", name: text };
}
