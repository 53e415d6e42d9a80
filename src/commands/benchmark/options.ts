import type { Argv } from "yargs";

import { CRASH_POLICIES, type CrashPolicy } from "../../core/analysis/searches/crash-policy.ts";
import type { ReferenceLine } from "../../core/figures/reference-lines.ts";
import { isAggregation, KNOWN_AGGREGATIONS } from "../../core/search/aggregation.ts";
import type { Aggregation, Metric } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import { checkInteger, storageChoice, storageOptions } from "../options.ts";
import type { StorageChoice } from "../storage-selection.ts";
import { DIRECTIONS } from "./metric.ts";

export const BENCHMARK_TYPES = ["compare_searches"] as const;

export type BenchmarkOptions = StorageChoice & {
  readonly benchmarkType: (typeof BENCHMARK_TYPES)[number];
  readonly performanceMetric: string | undefined;
  readonly performanceAggregation: Aggregation | undefined;
  readonly performanceDirection: Metric["direction"] | undefined;
  readonly crashPolicy: CrashPolicy | undefined;
  readonly xMetric: string | undefined;
  readonly topK: number;
  readonly horizontalLines: readonly HorizontalLine[];
  /** Seed of whatever is drawn at random. */
  readonly seed: number;
  readonly outDir: string | undefined;
};

/** A score that is known otherwise, in the panel of its task, or in all. */
export type HorizontalLine = ReferenceLine & { readonly task: string | undefined };

const MAX_SEED = 2 ** 32 - 1;
/** An experiment's number has no more. */
const MAX_TOP_K = 1_000_000;

export async function parseBenchmarkOptions(args: Argv): Promise<BenchmarkOptions> {
  const given = await figureOptions(metricOptions(storageOptions(args))).parseAsync();
  return {
    ...storageChoice(given),
    benchmarkType: given.benchmark_type,
    performanceMetric: given.performance_metric,
    performanceAggregation: checkAggregation(given.performance_aggregation),
    performanceDirection: given.performance_direction,
    crashPolicy: given.crash_policy,
    xMetric: given.x_metric,
    topK: checkInteger("top_k", given.top_k, { min: 1, max: MAX_TOP_K }),
    horizontalLines: given.horizontal_line.map(parseHorizontalLine),
    seed: checkInteger("seed", given.seed, { min: 0, max: MAX_SEED }),
    outDir: given.out_dir,
  };
}

function metricOptions<Options>(args: Argv<Options>) {
  return args
    .option("benchmark_type", {
      choices: BENCHMARK_TYPES,
      default: "compare_searches" as const,
      describe: "what is compared",
    })
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
    })
    .option("crash_policy", {
      choices: CRASH_POLICIES,
      defaultDescription: "crashed runs left out, diverged ones ranked last",
      describe:
        "what runs that crashed or diverged count as: left out, the worst score on their task, no number",
    })
    .option("x_metric", {
      type: "string",
      defaultDescription: "rows for scores; step, epoch, … for curves",
      describe: "recorded key that is the x axis, or row: the number of the recorded row",
    });
}

function figureOptions<Options>(args: Argv<Options>) {
  return args
    .option("top_k", { type: "number", default: 10, describe: "experiments in the table" })
    .option("horizontal_line", {
      type: "string",
      array: true,
      default: [] as string[],
      describe: "a score to compare with, [<task>:]<name>=<score>; may be repeated",
    })
    .option("seed", { type: "number", default: 0, describe: "of whatever is drawn at random" })
    .option("out_dir", {
      type: "string",
      defaultDescription: "<root_dir>/benchmark/…",
      describe: "folder for the results",
    });
}

/** @throws UserError `usage` for an unknown one */
function checkAggregation(text: string | undefined): Aggregation | undefined {
  if (text === undefined || isAggregation(text)) return text;
  throw new UserError(
    "usage",
    `--performance_aggregation: expected one of ${KNOWN_AGGREGATIONS.join(", ")}, got ${JSON.stringify(text)}.`,
    "For example --performance_aggregation best, or at_x=5000.",
  );
}

/** `digits:logistic regression=0.93` @throws UserError `usage` */
export function parseHorizontalLine(text: string): HorizontalLine {
  const [, task, label = "", digits = ""] = /^(?:([^:=]+):)?(.+)=([^=]+)$/s.exec(text) ?? [];
  const value = digits.trim() === "" ? Number.NaN : Number(digits);
  if (Number.isFinite(value)) return { task, label, value };
  throw new UserError(
    "usage",
    `--horizontal_line: expected [<task>:]<name>=<score>, got ${JSON.stringify(text)}.`,
    "For example --horizontal_line chance=0.1, or --horizontal_line digits:SVM=0.97.",
  );
}
