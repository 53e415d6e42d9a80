import { basename, join } from "node:path";

import type { ExperimentScores, SeedScore } from "../../core/analysis/ranking.ts";
import { score } from "../../core/analysis/score.ts";
import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { suggestion } from "../../core/config/problems.ts";
import { stateOf } from "../../core/run-state.ts";
import type { Metric, SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { type RunPath, runLabel, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { listKeys, listSeries, readSeries } from "../../tree/recording.ts";

/** One search, read and scored. */
export type ScoredSearch = {
  readonly name: string;
  readonly facts: SearchFacts;
  readonly experiments: readonly ExperimentScores[];
  readonly runs: number;
  readonly completed: number;
  readonly crashed: number;
  /** Neither completed nor crashed. */
  readonly unfinished: number;
  /** Completed runs that did not record the metric. */
  readonly without: readonly RunPath[];
  /** Lines of recordings that could not be read. */
  readonly damaged: number;
};

/** Scores every completed run of a search; the others are counted. */
export function scoreSearch(
  storage: string,
  facts: SearchFacts,
  metric: Metric,
  host: Pick<Host, "files">,
): ScoredSearch {
  const seeds = new Map<number, { varied: Config; scores: SeedScore[] }>();
  const counts = { completed: 0, crashed: 0, unfinished: 0, damaged: 0 };
  const without: RunPath[] = [];
  const runs = listRuns(storage, host);
  for (const run of runs) {
    const experiment = seeds.get(run.experiment) ?? { varied: readVaried(run, host), scores: [] };
    seeds.set(run.experiment, experiment);
    const { kind } = stateOf(host.files.list(run.path) ?? []);
    if (kind !== "completed") {
      counts[kind === "crashed" ? "crashed" : "unfinished"] += 1;
      continue;
    }
    counts.completed += 1;
    const { columns, damaged } = readSeries(run, metric.series, [metric.name], host);
    counts.damaged += damaged;
    const column = columns.get(metric.name);
    const value = column && score(column, metric.aggregation);
    if (value === undefined) without.push(run);
    else experiment.scores.push({ seed: run.seed, score: value });
  }
  const name = basename(storage);
  const experiments = [...seeds].map(([experiment, { varied, scores }]) => ({
    search: name,
    task: facts.name.taskName,
    experiment,
    varied,
    seeds: scores,
  }));
  return { name, facts, experiments, runs: runs.length, without, ...counts };
}

/**
 * Holds that there is something to compare.
 * @throws UserError `not-found`: no run has completed, or none recorded the metric
 */
export function checkScored(
  searches: readonly ScoredSearch[],
  metric: Metric,
  host: Pick<Host, "files">,
): void {
  const sum = (of: (search: ScoredSearch) => number) =>
    searches.reduce((total, search) => total + of(search), 0);
  const completed = sum((search) => search.completed);
  if (completed === 0) {
    throw new UserError(
      "not-found",
      `No run is COMPLETED: of ${sum(({ runs }) => runs)}, ${sum(({ crashed }) => crashed)} are CRASH and ${sum(({ unfinished }) => unfinished)} are not finished.`,
      "Run them with allaunch, then compare; `alstatus` says how far they are.",
    );
  }
  const without = searches.flatMap((search) => search.without);
  const [example] = without;
  if (example === undefined || without.length < completed) return;
  const keys = listSeries(example, host).flatMap((series) =>
    listKeys(example, series, host).map((key) => (series === "train" ? key : `${series}.${key}`)),
  );
  const wanted = metric.series === "train" ? metric.name : `${metric.series}.${metric.name}`;
  throw new UserError(
    "not-found",
    `No run recorded ${JSON.stringify(wanted)}; ${runLabel(example)} recorded ${keys.join(", ") || "nothing"}.${suggestion(wanted, keys)}`,
    "Name a recorded metric with --performance_metric <key> or <series>.<key>.",
  );
}

function readVaried(run: RunPath, { files }: Pick<Host, "files">): Config {
  const path = join(run.path, UNIQUE_CONFIG_FILE);
  const text = files.read(path);
  return text === undefined ? {} : parseConfig(text, path);
}
