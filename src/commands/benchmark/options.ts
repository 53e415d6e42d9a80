import type { Argv } from "yargs";

import { CRASH_POLICIES, type CrashPolicy } from "../../core/analysis/searches/crash-policy.ts";
import type { TaskReference } from "../../core/figures/reference-lines.ts";
import { UserError } from "../../errors.ts";
import type { EvaluationSettings } from "../evaluate/evaluate-runs.ts";
import {
  evaluationOptions,
  evaluationSettings,
  metricFlags,
  metricOptions,
} from "../metric-options.ts";
import { type FigureLook, figureLook, figureLookOptions } from "../figure-files.ts";
import { checkInteger, storageChoice, storageOptions } from "../options.ts";
import type { StorageChoice } from "../storage-selection.ts";
import { type VisualsChoice, visualsOptions } from "../visuals-files.ts";
import { type BandChoice, BANDS } from "./curve-figures.ts";
import type { MetricFlags } from "./metric.ts";
import { MODEL_CHOICES, type ModelChoice } from "./models.ts";

export const BENCHMARK_TYPES = ["compare_searches", "compare_models"] as const;

export type BenchmarkOptions = StorageChoice &
  MetricFlags &
  VisualsChoice &
  EvaluationSettings & {
    readonly benchmarkType: (typeof BENCHMARK_TYPES)[number];
    readonly crashPolicy: CrashPolicy | undefined;
    readonly xMetric: string | undefined;
    readonly topK: number;
    readonly horizontalLines: readonly TaskReference[];
    /** Of models; undefined: t intervals below 20 seeds, bootstrap intervals from there on. */
    readonly band: BandChoice | undefined;
    readonly experiments: ModelChoice;
    /** `min_max`, `none`, or the path of a file. */
    readonly normalise: string;
    /** Whether to find out which parameters mattered. */
    readonly importance: boolean;
    /** Undefined: as many as each statistic takes by default. */
    readonly resamples: number | undefined;
    /** Seed of whatever is drawn at random. */
    readonly seed: number;
    readonly outDir: string | undefined;
    readonly look: FigureLook;
  };

/** What is compared, and how, where no flag says otherwise. */
export const USUAL_COMPARISON = {
  benchmarkType: "compare_searches",
  performanceMetric: undefined,
  performanceAggregation: undefined,
  performanceDirection: undefined,
  nEvalRuns: 1,
  reRunIfExists: false,
  nProcesses: 1,
  crashPolicy: undefined,
  xMetric: undefined,
  topK: 10,
  horizontalLines: [],
  band: undefined,
  experiments: "all",
  normalise: "min_max",
  importance: false,
  resamples: undefined,
  seed: 0,
  visualsFile: "none",
  additionalCurvesFile: "none",
  look: { formats: ["png", "svg"], style: "screen" },
} as const satisfies Omit<BenchmarkOptions, keyof StorageChoice | "outDir">;

const MAX_RESAMPLES = 1_000_000;
const MAX_SEED = 2 ** 32 - 1;
/** An experiment's number has no more. */
const MAX_TOP_K = 1_000_000;

export async function parseBenchmarkOptions(args: Argv): Promise<BenchmarkOptions> {
  const judged = evaluationOptions(metricOptions(storageOptions(args)));
  const given = await figureOptions(modelOptions(comparisonOptions(judged))).parseAsync();
  return {
    ...storageChoice(given),
    benchmarkType: given.benchmark_type,
    ...metricFlags(given),
    ...evaluationSettings(given),
    crashPolicy: given.crash_policy,
    xMetric: given.x_metric,
    topK: checkInteger("top_k", given.top_k, { min: 1, max: MAX_TOP_K }),
    horizontalLines: given.horizontal_line.map(parseHorizontalLine),
    band: given.band,
    experiments: given.experiments,
    normalise: given.normalise,
    importance: given.importance,
    resamples:
      given.resamples === undefined
        ? undefined
        : checkInteger("resamples", given.resamples, { min: 100, max: MAX_RESAMPLES }),
    seed: checkInteger("seed", given.seed, { min: 0, max: MAX_SEED }),
    outDir: given.out_dir,
    look: figureLook(given),
    visualsFile: given.visuals_file,
    additionalCurvesFile: given.additional_curves_file,
  };
}

function comparisonOptions<Options>(args: Argv<Options>) {
  return args
    .option("benchmark_type", {
      choices: BENCHMARK_TYPES,
      default: "compare_searches" as const,
      describe: "what is compared",
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

function modelOptions<Options>(args: Argv<Options>) {
  return args
    .option("band", {
      choices: BANDS,
      defaultDescription: "t intervals below 20 seeds, bootstrap from there on",
      describe: "compare_models: what the bands of learning curves show",
    })
    .option("experiments", {
      choices: MODEL_CHOICES,
      default: "all" as const,
      describe: "compare_models: every experiment of a search is a model, or its best one",
    })
    .option("normalise", {
      type: "string",
      default: "min_max",
      describe:
        "compare_models: how several tasks are put on one scale: min_max, none, or a JSON file of references",
    })
    .option("resamples", {
      type: "number",
      defaultDescription: "10,000 for bands, 50,000 for aggregates",
      describe: "compare_models: bootstrap resamples",
    });
}

function figureOptions<Options>(args: Argv<Options>) {
  return figureLookOptions(visualsOptions(args), "png,svg")
    .option("top_k", { type: "number", default: 10, describe: "experiments in the table" })
    .option("importance", {
      type: "boolean",
      default: false,
      describe: "compare_searches: which parameters mattered, from 20 experiments on",
    })
    .option("horizontal_line", {
      type: "string",
      array: true,
      requiresArg: true,
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

/** `digits:logistic regression=0.93` @throws UserError `usage` */
export function parseHorizontalLine(text: string): TaskReference {
  const [, task, label = "", digits = ""] = /^(?:([^:=]+):)?(.+)=([^=]+)$/s.exec(text) ?? [];
  const value = digits.trim() === "" ? Number.NaN : Number(digits);
  if (Number.isFinite(value)) return { task, label, value };
  throw new UserError(
    "usage",
    `--horizontal_line: expected [<task>:]<name>=<score>, got ${JSON.stringify(text)}.`,
    "For example --horizontal_line chance=0.1, or --horizontal_line digits:SVM=0.97.",
  );
}
