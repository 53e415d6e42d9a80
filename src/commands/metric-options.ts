import type { Argv } from "yargs";

import { isAggregation, KNOWN_AGGREGATIONS } from "../core/search/aggregation.ts";
import type { Aggregation } from "../core/search/aggregation.ts";
import type { Metric } from "../core/search/metric.ts";
import { UserError } from "../errors.ts";
import { DIRECTIONS, type MetricFlags } from "./benchmark/metric.ts";
import type { EvaluationSettings } from "./evaluate/evaluate-runs.ts";
import { checkInteger } from "./options.ts";

/** The flags that say by what runs are judged. */
export function metricOptions<Options>(args: Argv<Options>) {
  return args
    .option("performance_metric", {
      type: "string",
      defaultDescription: "the searches' own",
      describe:
        "recorded key, or <series>.<key>; evaluation_runs: what the program's evaluate() measures",
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

/** The flags that say how runs are evaluated, where the metric is `evaluation_runs`. */
export function evaluationOptions<Options>(args: Argv<Options>) {
  return args
    .option("n_eval_runs", {
      type: "number",
      default: 100,
      describe: "evaluation_runs: how often the program's evaluate() is called for each run",
    })
    .option("re_run_if_exists", {
      type: "boolean",
      default: false,
      describe: "evaluation_runs: evaluate again what was evaluated before",
    })
    .option("n_processes", {
      alias: "p",
      type: "number",
      default: 1,
      describe: "evaluation_runs: processes that evaluate",
    });
}

/** What the flags of {@link evaluationOptions} say. @throws UserError `usage` for numbers out of range */
export function evaluationSettings(given: {
  readonly n_eval_runs: number;
  readonly re_run_if_exists: boolean;
  readonly n_processes: number;
}): EvaluationSettings {
  return {
    nEvalRuns: checkInteger("n_eval_runs", given.n_eval_runs, { min: 1, max: 1_000_000 }),
    reRunIfExists: given.re_run_if_exists,
    nProcesses: checkInteger("n_processes", given.n_processes, { min: 1, max: 1000 }),
  };
}

/** What the flags of {@link metricOptions} say. @throws UserError `usage` for an unknown aggregation */
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
