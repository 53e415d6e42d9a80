import { rankByTask } from "../core/analysis/ranking.ts";
import { treatFailedRuns } from "../core/analysis/searches/failed-runs.ts";
import { needsDirection, scoreDirection } from "../core/search/aggregation.ts";
import type { Metric } from "../core/search/search-facts.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import { checkScored } from "./benchmark/check-scored.ts";
import { isSeriesOf, type ScoredSearch, scoreSearches } from "./benchmark/collect.ts";
import { CurveAxis } from "./benchmark/curve-axis.ts";
import { chooseMetric, requireDirection } from "./benchmark/metric.ts";
import { describeMethod, notesOf } from "./benchmark/notes.ts";
import { type BenchmarkOptions, parseBenchmarkOptions } from "./benchmark/options.ts";
import {
  type BenchmarkResults,
  makeOutputFolder,
  scoresJson,
  writeOutputs,
} from "./benchmark/outputs.ts";
import { type BenchmarkReport, renderBenchmark } from "./benchmark/report.ts";
import { searchFigures } from "./benchmark/search-figures.ts";
import type { Command } from "./command.ts";
import { chooseStorages } from "./storage-selection.ts";

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

  parse: parseBenchmarkOptions,

  run: async (options, host, signal) => {
    const { root, storages, name } = await chooseStorages(options, host);
    const facts = storages.map((storage) => ({ storage, facts: readSearchFacts(storage, host) }));
    const chosen = chooseMetric(
      options,
      facts.map((one) => one.facts),
      (series) => storages.some((storage) => isSeriesOf(storage, series, host)),
    );
    if (needsDirection(chosen.aggregation)) requireDirection(chosen);
    const axis = new CurveAxis(options.xMetric, false);
    const searches = await scoreSearches(facts, chosen, host, signal, axis);
    // A ranking of what happened to be read by then would look like one of the search.
    if (searches === undefined) return stopped(requireDirection(chosen), options);
    // First whether it was recorded: a misspelt metric has no direction either.
    checkScored(searches, { ...chosen, axis }, host);
    const results = resultsOf(searches, requireDirection(chosen), options);
    const folder = makeOutputFolder(options.outDir, root, `${options.benchmarkType}_${name}`, host);
    return { ...results, files: await writeOutputs(folder, results, host) };
  },

  render: renderBenchmark,
  toJson: (report) => ({ ...scoresJson(report), files: report.files }),
  ids: ({ files }) => files,
};

function resultsOf(
  searches: readonly ScoredSearch[],
  recorded: Metric,
  { crashPolicy, xMetric, topK, horizontalLines, ...options }: BenchmarkOptions,
): BenchmarkResults {
  // From here on the direction is that of the scores: short times are good.
  const metric = { ...recorded, direction: scoreDirection(recorded) };
  const experiments = searches.flatMap((search) => search.experiments);
  const treated = treatFailedRuns(experiments, crashPolicy, recorded);
  const rankings = rankByTask(treated, metric.direction);
  const method = describeMethod({ metric, searches, crashPolicy, xMetric });
  return {
    type: options.benchmarkType,
    metric,
    method,
    rankings,
    searches,
    notes: notesOf(searches, rankings, metric),
    topK,
    settings: { crashPolicy: crashPolicy ?? null, xMetric: xMetric ?? null, seed: options.seed },
    figures: searchFigures({ searches, rankings, metric, method, horizontalLines }),
  };
}

function stopped(metric: Metric, { benchmarkType, topK }: BenchmarkOptions): BenchmarkReport {
  const nothing = { method: [], rankings: [], searches: [], settings: {}, files: [] };
  const notes = ["stopped before all runs were read; nothing was written."];
  return { type: benchmarkType, metric, notes, topK, ...nothing };
}
