import { DEFAULT_RESAMPLES } from "../core/analysis/intervals/sample-interval.ts";
import { rankByTask } from "../core/analysis/ranking.ts";
import { treatFailedRuns } from "../core/analysis/searches/failed-runs.ts";
import { needsDirection, scoreDirection } from "../core/search/aggregation.ts";
import type { Metric } from "../core/search/metric.ts";
import type { Host } from "../host.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import { checkScored } from "./benchmark/check-scored.ts";
import { isSeriesOf, type ScoredSearch, scoreSearches } from "./benchmark/collect.ts";
import { compareModels } from "./benchmark/compare-models.ts";
import { CurveAxis, ROWS } from "./benchmark/curve-axis.ts";
import { describeEvaluations, evaluateFor } from "./evaluate/evaluation-metric.ts";
import { findImportance } from "./benchmark/importance.ts";
import { chooseMetric, type ChosenMetric, requireDirection } from "./benchmark/metric.ts";
import { type OptimismRow, optimismFigures, optimismOf } from "./benchmark/optimism.ts";
import { describeMethod, describeStandings, notesOf } from "./benchmark/notes.ts";
import { type BenchmarkOptions, parseBenchmarkOptions } from "./benchmark/options.ts";
import { type BenchmarkResults, makeOutputFolder, writeOutputs } from "./benchmark/outputs.ts";
import { scoresJson } from "./benchmark/score-tables.ts";
import { type BenchmarkReport, renderBenchmark } from "./benchmark/report.ts";
import { searchFigures } from "./benchmark/search-figures.ts";
import type { Command } from "./command.ts";
import { type FoundVisuals, readVisuals } from "./visuals-files.ts";
import { chooseStorages } from "./storage-selection.ts";

/** albench: ranks the experiments of searches and draws their distributions. */
export const benchmark: Command<BenchmarkOptions, BenchmarkReport> = {
  name: "albench",
  summary:
    "Compares searches (all their experiments) or models (learning curves and scores), as tables and figures.",
  examples: [
    [
      "albench --from_file schedules/digits/list_searches_digits.txt",
      "by the metric that the searches were prepared with",
    ],
    [
      "albench -s ju12_f7b375e_mlp_digits_grid_first --performance_metric loss --performance_aggregation min",
      "by another one",
    ],
    [
      "albench --from_file schedules/digits/list_retrains_digits.txt --benchmark_type compare_models",
      "learning curves with intervals, and which model is better",
    ],
  ],

  parse: parseBenchmarkOptions,

  run: async (options, host, signal) => {
    const { root, storages, name } = await chooseStorages(options, host);
    const facts = storages.map((storage) => ({ storage, facts: readSearchFacts(storage, host) }));
    const { options: judged, counts } = await evaluateFor(options, facts, host, signal);
    const chosen = chooseMetric(
      judged,
      facts.map((one) => one.facts),
      (series) => storages.some((storage) => isSeriesOf(storage, series, host)),
    );
    if (needsDirection(chosen.aggregation)) requireDirection(chosen);
    const axis = new CurveAxis(options.xMetric, options.benchmarkType === "compare_models");
    const searches = await scoreSearches(facts, chosen, host, signal, axis);
    // A ranking of what happened to be read by then would look like one of the search.
    if (searches === undefined || isStopped(signal)) return stopped(chosen, options);
    // First whether it was recorded: a misspelt metric has no direction either.
    checkScored(searches, { ...chosen, axis }, host);
    const recorded = requireDirection(chosen);
    const found = readVisuals(options, options.fromFile, facts, host);
    const optimism = await optimismOf(searches, recorded, host, signal);
    const evaluated = describeEvaluations(counts);
    const results = resultsOf(
      searches,
      { recorded, axis, optimism, found, evaluated },
      options,
      host,
    );
    const folder = makeOutputFolder(options.outDir, root, `${options.benchmarkType}_${name}`, host);
    return { ...results, files: await writeOutputs(folder, results, options.look, host) };
  },

  render: renderBenchmark,
  toJson: (report) => ({ ...scoresJson(report), files: report.files }),
  ids: ({ files }) => files,
};

const isStopped = ({ aborted }: AbortSignal) => aborted;

type Judged = {
  readonly recorded: Metric;
  readonly axis: CurveAxis;
  readonly optimism: readonly OptimismRow[];
  readonly found: FoundVisuals;
  /** How runs were evaluated, if they were. */
  readonly evaluated: readonly string[];
};

function resultsOf(
  searches: readonly ScoredSearch[],
  { recorded, axis, optimism, found: { visuals, ...found }, evaluated }: Judged,
  options: BenchmarkOptions,
  host: Host,
): BenchmarkResults {
  const { benchmarkType: type, crashPolicy, xMetric, topK, seed } = options;
  const horizontalLines = [...options.horizontalLines, ...found.lines];
  // From here on the direction is that of the scores: short times are good.
  const metric = { ...recorded, direction: scoreDirection(recorded) };
  const experiments = searches.flatMap((search) => search.experiments);
  const treated = treatFailedRuns(experiments, crashPolicy, recorded);
  const rankings = rankByTask(treated, metric.direction);
  const method = [...describeMethod({ metric, searches, crashPolicy, xMetric }), ...evaluated];
  const results = { searches, rankings, metric, method, horizontalLines, optimism, visuals };
  const gaps = optimismFigures(optimism, { metric: recorded, method, visuals });
  const settings = {
    crashPolicy: crashPolicy ?? null,
    xMetric: xMetric ?? null,
    seed,
    ...found.files,
  };
  const notes = [...notesOf(searches, rankings, metric, type), ...found.notes];
  if (type === "compare_searches") {
    const mattered = options.importance ? findImportance(results, seed) : undefined;
    return {
      ...results,
      type,
      method: [...method, ...describeStandings(rankings), ...(mattered?.method ?? [])],
      ...(mattered && { importance: mattered.importance }),
      notes: [...notes, ...(mattered?.notes ?? [])],
      topK,
      settings,
      figures: [...searchFigures(results), ...(mattered?.figures ?? []), ...gaps],
    };
  }
  const { band, experiments: choice, normalise, resamples } = options;
  const { comparison, figures } = compareModels(
    results,
    {
      metric: recorded,
      xName: axis.name ?? ROWS,
      band,
      choice,
      normalise,
      resamples: resamples ?? DEFAULT_RESAMPLES,
      aggregateResamples: resamples,
      seed,
      horizontalLines,
      visuals,
    },
    host,
  );
  return {
    ...results,
    type,
    models: comparison,
    method: [...method, ...comparison.method],
    notes: [...notes, ...comparison.notes],
    topK,
    settings: { ...settings, band: band ?? null, choice, normalise, resamples: resamples ?? null },
    figures: [...figures, ...gaps],
  };
}

function stopped(chosen: ChosenMetric, { benchmarkType, topK }: BenchmarkOptions): BenchmarkReport {
  const metric = { ...chosen, direction: chosen.direction ?? "maximise" };
  const nothing = { method: [], rankings: [], searches: [], optimism: [], settings: {}, files: [] };
  const notes = ["stopped before all runs were read; nothing was written."];
  return { type: benchmarkType, metric, notes, topK, ...nothing };
}
