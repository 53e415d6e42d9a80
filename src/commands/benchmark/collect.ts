import { basename, join } from "node:path";

import type { ExperimentScores, SeedScore } from "../../core/analysis/ranking.ts";
import { score } from "../../core/analysis/score.ts";
import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { suggestion } from "../../core/config/problems.ts";
import { oneLine } from "../../core/printable.ts";
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
  /** Absolute. */
  readonly storage: string;
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

const MAX_KEYS_SHOWN = 50;

/** What it takes to score a run. */
type ScoredMetric = Omit<Metric, "direction"> & {
  readonly direction?: Metric["direction"] | undefined;
};

/** Runs read between two looks at the rest of the world; some 100 ms. */
const RUNS_BETWEEN_LOOKS = 200;

/**
 * Scores the completed runs of each search; the others are counted.
 * @returns undefined if `signal` aborted
 */
export async function scoreSearches(
  searches: readonly { readonly storage: string; readonly facts: SearchFacts }[],
  metric: ScoredMetric,
  { files, clock, terminal }: Pick<Host, "files" | "clock" | "terminal">,
  signal: AbortSignal,
): Promise<readonly ScoredSearch[] | undefined> {
  const listed = searches.map((one) => ({ ...one, runs: listRuns(one.storage, { files }) }));
  const total = listed.reduce((sum, { runs }) => sum + runs.length, 0);
  const progress =
    total > RUNS_BETWEEN_LOOKS ? terminal.progress("reading runs", total) : undefined;
  let done = 0;
  try {
    const scored: ScoredSearch[] = [];
    for (const { storage, facts, runs } of listed) {
      const search = startSearch(storage, facts, metric, { files });
      for (const run of runs) {
        search.add(run);
        done += 1;
        if (done % RUNS_BETWEEN_LOOKS !== 0) continue;
        // Reading blocks the event loop: this lets signals in.
        progress?.update(done);
        await clock.sleep(0);
        if (signal.aborted) return undefined;
      }
      scored.push(search.finish());
    }
    return scored;
  } finally {
    progress?.stop();
  }
}

/** Whether any completed run of a storage recorded a series of this name. */
export function isSeriesOf(storage: string, series: string, host: Pick<Host, "files">): boolean {
  return listRuns(storage, host).some(
    (run) => isCompleted(run, host) && listSeries(run, host).includes(series),
  );
}

function startSearch(
  storage: string,
  facts: SearchFacts,
  metric: ScoredMetric,
  host: Pick<Host, "files">,
) {
  const name = basename(storage);
  const found = new Map<number, { readonly varied: Config; readonly seeds: SeedScore[] }>();
  const counts = { runs: 0, completed: 0, crashed: 0, unfinished: 0, damaged: 0 };
  const without: RunPath[] = [];

  const add = (run: RunPath): void => {
    const experiment = found.get(run.experiment) ?? { varied: readVaried(run, host), seeds: [] };
    found.set(run.experiment, experiment);
    counts.runs += 1;
    const { kind } = stateOf(host.files.list(run.path) ?? []);
    if (kind !== "completed") {
      counts[kind === "crashed" ? "crashed" : "unfinished"] += 1;
      return;
    }
    counts.completed += 1;
    const { columns, damaged } = readSeries(run, metric.series, [metric.name], host);
    counts.damaged += damaged;
    const column = columns.get(metric.name);
    const value = column && score(column, metric.aggregation, { direction: metric.direction });
    if (value === undefined) without.push(run);
    else experiment.seeds.push({ seed: run.seed, score: value });
  };

  const finish = (): ScoredSearch => ({
    name,
    storage,
    facts,
    experiments: [...found].map(([experiment, { varied, seeds }]) => {
      return { search: name, task: facts.name.taskName, experiment, varied, seeds };
    }),
    without,
    ...counts,
  });

  return { add, finish };
}

/**
 * Holds that there is something to compare.
 * @throws UserError `not-found`: no run has completed, or none recorded the metric
 */
export function checkScored(
  searches: readonly ScoredSearch[],
  metric: ScoredMetric,
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
  const some = keys.slice(0, MAX_KEYS_SHOWN).map((key) => oneLine(key));
  if (keys.length > MAX_KEYS_SHOWN) some.push("…");
  throw new UserError(
    "not-found",
    `No run recorded ${JSON.stringify(wanted)}; ${runLabel(example)} recorded ${some.join(", ") || "nothing"}.${suggestion(wanted, keys)}`,
    "Name a recorded metric with --performance_metric <key> or <series>.<key>.",
  );
}

function readVaried(run: RunPath, { files }: Pick<Host, "files">): Config {
  const path = join(run.path, UNIQUE_CONFIG_FILE);
  const text = files.read(path);
  return text === undefined ? {} : parseConfig(text, path);
}

function isCompleted(run: RunPath, { files }: Pick<Host, "files">): boolean {
  return stateOf(files.list(run.path) ?? []).kind === "completed";
}
