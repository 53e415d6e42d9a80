import { rankByTask, type TaskRanking } from "../core/analysis/ranking.ts";
import { isTime, needsDirection, scoreDirection } from "../core/search/aggregation.ts";
import type { Metric } from "../core/search/search-facts.ts";
import { runLabel } from "../tree/paths.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import { checkScored, isSeriesOf, type ScoredSearch, scoreSearches } from "./benchmark/collect.ts";
import {
  chooseMetric,
  type ChosenMetric,
  type MetricFlags,
  requireDirection,
} from "./benchmark/metric.ts";
import { optimismOf } from "./benchmark/optimism.ts";
import { describeMethod, makeOutputFolder, scoresJson, writeOutputs } from "./benchmark/outputs.ts";
import { type BenchmarkReport, renderBenchmark } from "./benchmark/report.ts";
import type { Command } from "./command.ts";
import type { EvaluationSettings } from "./evaluate/evaluate-runs.ts";
import { describeEvaluations, evaluateFor } from "./evaluate/evaluation-metric.ts";
import {
  evaluationOptions,
  evaluationSettings,
  metricFlags,
  metricOptions,
} from "./metric-options.ts";
import { checkInteger, storageChoice, storageOptions } from "./options.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";

const BENCHMARK_TYPES = ["compare_searches"] as const;

export type BenchmarkOptions = StorageChoice &
  MetricFlags &
  EvaluationSettings & {
    readonly benchmarkType: (typeof BENCHMARK_TYPES)[number];
    readonly topK: number;
    readonly outDir: string | undefined;
  };

/** albench: ranks the experiments of searches and draws their distributions. */
export const benchmark: Command<BenchmarkOptions, BenchmarkReport> = {
  name: "albench",
  summary: "Compares searches: the best experiments as a table, all of them in a figure.",
  examples: [
    [
      "albench --from_file schedules/digits/list_searches_digits.txt",
      "by the metric that the searches were prepared with",
    ],
    [
      "albench -s ju12_f7b375e_mlp_digits_grid_first --performance_metric loss --performance_aggregation min",
      "by another one",
    ],
  ],

  parse: async (args) => {
    const given = await evaluationOptions(metricOptions(storageOptions(args)))
      .option("benchmark_type", {
        choices: BENCHMARK_TYPES,
        default: "compare_searches" as const,
        describe: "what is compared",
      })
      .option("top_k", { type: "number", default: 10, describe: "experiments in the table" })
      .option("out_dir", {
        type: "string",
        defaultDescription: "<root_dir>/benchmark/…",
        describe: "folder for the results",
      })
      .parseAsync();
    return {
      ...storageChoice(given),
      ...metricFlags(given),
      ...evaluationSettings(given),
      benchmarkType: given.benchmark_type,
      topK: given.top_k,
      outDir: given.out_dir,
    };
  },

  run: async (options, host, signal) => {
    const topK = checkInteger("top_k", options.topK, { min: 1, max: 1_000_000 });
    const { root, storages, name } = await chooseStorages(options, host);
    const facts = storages.map((storage) => ({ storage, facts: readSearchFacts(storage, host) }));
    const { options: judged, counts } = await evaluateFor(options, facts, host, signal);
    const chosen = chooseMetric(
      judged,
      facts.map((one) => one.facts),
      (series) => storages.some((storage) => isSeriesOf(storage, series, host)),
    );
    if (needsDirection(chosen.aggregation)) requireDirection(chosen);
    const searches = await scoreSearches(facts, chosen, host, signal);
    // A ranking of what happened to be read by then would look like one of the search.
    if (searches === undefined || isStopped(signal)) return stopped(chosen, topK);
    // First whether it was recorded: a misspelt metric has no direction either.
    checkScored(searches, chosen, host);
    const recorded = requireDirection(chosen);
    // From here on the direction is that of the scores: short times are good.
    const metric = { ...recorded, direction: scoreDirection(recorded) };
    const rankings = rankByTask(
      searches.flatMap(({ experiments }) => experiments),
      metric.direction,
    );
    const method = [...describeMethod({ metric, searches }), ...describeEvaluations(counts)];
    const report = {
      metric,
      method,
      rankings,
      searches,
      notes: notesOf(searches, rankings, metric),
      optimism: await optimismOf(searches, recorded, host, signal),
      topK,
    };
    const folder = makeOutputFolder(options.outDir, root, name, host);
    return { ...report, files: await writeOutputs(folder, report, host) };
  },

  render: renderBenchmark,
  toJson: (report) => ({ ...scoresJson(report), files: report.files }),
  ids: ({ files }) => files,
};

const isStopped = ({ aborted }: AbortSignal) => aborted;

function stopped(chosen: ChosenMetric, topK: number): BenchmarkReport {
  const metric = { ...chosen, direction: chosen.direction ?? "maximise" };
  const notes = ["stopped before all runs were read; nothing was written."];
  return { metric, method: [], rankings: [], searches: [], notes, optimism: [], topK, files: [] };
}

function notesOf(
  searches: readonly ScoredSearch[],
  rankings: readonly TaskRanking[],
  { aggregation }: Metric,
): readonly string[] {
  const notes = searches.flatMap(({ name, runs, crashed, unfinished, without, damaged }) => [
    ...(crashed > 0 ? [`${name}: ${crashed} of ${runs} runs crashed.`] : []),
    ...(unfinished > 0 ? [`${name}: ${unfinished} of ${runs} runs are not finished.`] : []),
    ...(damaged > 0 ? [`${name}: ${damaged} recorded lines could not be read.`] : []),
    ...without
      .slice(0, 1)
      .map(
        (run) =>
          `${name}: ${without.length} completed runs, such as ${runLabel(run)}, did not record the metric.`,
      ),
  ]);
  const all = rankings.flatMap(({ experiments }) => experiments);
  const diverged = all.filter(({ diverged: seeds }) => seeds.length > 0);
  const [example] = diverged;
  if (example !== undefined) {
    const { search, experiment, diverged: seeds } = example;
    const what = isTime(aggregation)
      ? "did not reach the threshold with each seed"
      : "diverged (a score that is not finite)";
    notes.push(
      `${diverged.length} experiments ${what}, such as ${search}/experiment${experiment}/seed${seeds[0] ?? ""}; they are ranked last.`,
    );
  }
  const counts = new Set(
    all.filter(({ summary }) => summary.n > 0).map(({ summary }) => summary.n),
  );
  if (counts.size > 1) {
    notes.push(
      `Experiments have different numbers of seeds (${[...counts].sort((a, b) => a - b).join(", ")}).`,
    );
  }
  return notes;
}
