import type { Argv } from "yargs";

import { type CrashPolicy, CRASH_POLICIES } from "../../core/analysis/searches/crash-policy.ts";
import { TRAIN_TIME_KEYS } from "../../core/search/retraining/train-time.ts";
import type { MetricFlags } from "../benchmark/metric.ts";
import type { EvaluationSettings } from "../evaluate/evaluate-runs.ts";
import {
  evaluationOptions,
  evaluationSettings,
  metricFlags,
  metricOptions,
} from "../metric-options.ts";
import { checkInteger, checkNumber, storageChoice, storageOptions } from "../options.ts";
import type { StorageChoice } from "../storage-selection.ts";

export type RetrainOptions = StorageChoice &
  MetricFlags &
  EvaluationSettings & {
    /** JSON file: storage → experiment. */
    readonly mapping: string | undefined;
    readonly topK: number;
    readonly nRetrainSeeds: number;
    readonly trainTimeFactor: number;
    readonly trainTimeKey: string | undefined;
    readonly crashPolicy: CrashPolicy;
    readonly allowUnfinished: boolean;
    readonly dryRun: boolean;
    readonly yes: boolean;
  };

export async function parseRetrainOptions(args: Argv): Promise<RetrainOptions> {
  const given = await evaluationOptions(metricOptions(storageOptions(args)))
    .option("best_experiments_mapping", {
      type: "string",
      describe: 'JSON file that names the experiments: { "<storage>": 12, … }',
    })
    .option("top_k", {
      type: "number",
      default: 1,
      describe: "experiments of each search, the best first",
    })
    .option("n_retrain_seeds", {
      type: "number",
      default: 10,
      describe: "seeds of each, none of which the search used",
    })
    .option("train_time_factor", {
      type: "number",
      default: 2,
      describe: "how much longer (or shorter) they train",
    })
    .option("train_time_key", {
      type: "string",
      defaultDescription: `the first there is of ${TRAIN_TIME_KEYS.join(", ")}`,
      describe: "parameter that says how long a run trains, by its dotted name",
    })
    .option("crash_policy", {
      choices: CRASH_POLICIES,
      default: "nan" as const,
      describe:
        "experiments with runs that crashed or diverged: nan passes over them, drop judges by the other runs, worst counts each as the worst score",
    })
    .option("allow_unfinished", {
      type: "boolean",
      default: false,
      describe: "choose although runs of the search are still to be executed",
    })
    .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
    .option("yes", { type: "boolean", default: false, describe: "do not ask" })
    .parseAsync();
  return {
    ...storageChoice(given),
    ...metricFlags(given),
    ...evaluationSettings(given),
    mapping: given.best_experiments_mapping,
    topK: checkInteger("top_k", given.top_k, { min: 1, max: 1_000_000 }),
    nRetrainSeeds: checkInteger("n_retrain_seeds", given.n_retrain_seeds, {
      min: 1,
      max: 1_000_000,
    }),
    trainTimeFactor: checkNumber("train_time_factor", given.train_time_factor, {
      min: 1e-6,
      max: 1e6,
    }),
    trainTimeKey: given.train_time_key,
    crashPolicy: given.crash_policy,
    allowUnfinished: given.allow_unfinished,
    dryRun: given.dry_run,
    yes: given.yes,
  };
}

/**
 * The words that retrain one search in the same way.
 * @param fromProject - turns a path that was given into one from the project's root
 */
export function retrainWords(
  search: string,
  options: RetrainOptions,
  fromProject: (path: string) => string,
): readonly string[] {
  const { mapping, topK, nRetrainSeeds, trainTimeFactor, trainTimeKey, crashPolicy } = options;
  const { performanceMetric, performanceAggregation, performanceDirection } = options;
  const chosen =
    mapping === undefined
      ? ["--storage_name", search, "--top_k", String(topK), "--crash_policy", crashPolicy]
      : ["--best_experiments_mapping", fromProject(mapping)];
  const asked = {
    train_time_key: trainTimeKey,
    performance_metric: performanceMetric,
    performance_aggregation: performanceAggregation,
    performance_direction: performanceDirection,
  };
  return [
    ...["alretrain", ...chosen, "--n_retrain_seeds", String(nRetrainSeeds)],
    ...["--train_time_factor", String(trainTimeFactor)],
    ...Object.entries(asked).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    ),
    ...(options.allowUnfinished ? ["--allow_unfinished"] : []),
  ];
}
