import type { Argv } from "yargs";

import { isAggregation, KNOWN_AGGREGATIONS } from "../core/search/aggregation.ts";
import type { Aggregation, Metric } from "../core/search/search-facts.ts";
import { UserError } from "../errors.ts";
import { DIRECTIONS, type MetricFlags } from "./benchmark/metric.ts";

/** The flags that say by what runs are judged. */
export function metricOptions<Options>(args: Argv<Options>) {
  return args
    .option("performance_metric", {
      type: "string",
      defaultDescription: "the searches' own",
      describe: "recorded key, or <series>.<key>",
    })
    .option("performance_aggregation", {
      type: "string",
      defaultDescription: "the searches' own",
      describe: `how a run's recorded values become its score: ${KNOWN_AGGREGATIONS.join(", ")}`,
    })
    .option("performance_direction", {
      choices: DIRECTIONS,
      defaultDescription: "the searches' own",
      describe: "whether high or low scores are good",
    });
}

/** What those flags say. @throws UserError `usage` for an unknown aggregation */
export function metricFlags(given: {
  readonly performance_metric: string | undefined;
  readonly performance_aggregation: string | undefined;
  readonly performance_direction: Metric["direction"] | undefined;
}): MetricFlags {
  return {
    performanceMetric: given.performance_metric,
    performanceAggregation: checkAggregation(given.performance_aggregation),
    performanceDirection: given.performance_direction,
  };
}

function checkAggregation(text: string | undefined): Aggregation | undefined {
  if (text === undefined || isAggregation(text)) return text;
  throw new UserError(
    "usage",
    `--performance_aggregation: expected one of ${KNOWN_AGGREGATIONS.join(", ")}, got ${JSON.stringify(text)}.`,
    "For example --performance_aggregation best, or at_x=5000.",
  );
}
