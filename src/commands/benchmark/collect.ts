import { basename, join } from "node:path";

import type { ExperimentScores, SeedScore } from "../../core/analysis/ranking.ts";
import { type Curve, curveOf } from "../../core/analysis/curves/curve.ts";
import { score } from "../../core/analysis/score.ts";
import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { stateOf } from "../../core/run-state.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { type RunPath, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { listSeries, readSeries } from "../../tree/recording.ts";
import { CurveAxis } from "./curve-axis.ts";

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
  /** What the completed runs recorded along x, if it was asked for. */
  readonly curves: readonly RunCurve[];
  /** Completed runs that recorded the metric, but not along x. */
  readonly withoutX: readonly RunPath[];
};

/** What one completed run recorded along x. */
export type RunCurve = {
  readonly experiment: number;
  readonly seed: number;
  readonly curve: Curve;
};

/** What it takes to score a run. */
export type ScoredMetric = Omit<Metric, "direction"> & {
  readonly direction?: Metric["direction"] | undefined;
};

type FoundExperiment = {
  readonly varied: Config;
  readonly seeds: SeedScore[];
  readonly crashed: number[];
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
  axis: CurveAxis = new CurveAxis(undefined, false),
): Promise<readonly ScoredSearch[] | undefined> {
  const listed = searches.map((one) => ({ ...one, runs: listRuns(one.storage, { files }) }));
  const total = listed.reduce((sum, { runs }) => sum + runs.length, 0);
  const progress =
    total > RUNS_BETWEEN_LOOKS ? terminal.progress("reading runs", total) : undefined;
  let done = 0;
  try {
    const scored: ScoredSearch[] = [];
    for (const { storage, facts, runs } of listed) {
      const search = startSearch(storage, facts, { metric, axis }, { files });
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
  how: HowToScore,
  host: Pick<Host, "files">,
) {
  const name = basename(storage);
  const found = new Map<number, FoundExperiment>();
  const counts = { runs: 0, completed: 0, crashed: 0, unfinished: 0, damaged: 0 };
  const without: RunPath[] = [];
  const curves: RunCurve[] = [];
  const withoutX: RunPath[] = [];

  const add = (run: RunPath): void => {
    const experiment = found.get(run.experiment) ?? {
      varied: readVaried(run, host),
      seeds: [],
      crashed: [],
    };
    found.set(run.experiment, experiment);
    counts.runs += 1;
    const { kind } = stateOf(host.files.list(run.path) ?? []);
    if (kind !== "completed") {
      counts[kind === "crashed" ? "crashed" : "unfinished"] += 1;
      if (kind === "crashed") experiment.crashed.push(run.seed);
      return;
    }
    counts.completed += 1;
    const { damaged, isAlongX, value, curve } = scoreRun(run, how, host);
    counts.damaged += damaged;
    if (!isAlongX) withoutX.push(run);
    else if (value === undefined) without.push(run);
    else experiment.seeds.push({ seed: run.seed, score: value });
    if (curve !== undefined) curves.push({ experiment: run.experiment, seed: run.seed, curve });
  };

  const finish = (): ScoredSearch => ({
    name,
    storage,
    facts,
    experiments: [...found].map(([experiment, of]) => {
      return { search: name, task: facts.name.taskName, experiment, ...of };
    }),
    without,
    curves,
    withoutX,
    ...counts,
  });

  return { add, finish };
}

type HowToScore = { readonly metric: ScoredMetric; readonly axis: CurveAxis };

type ScoredRun = {
  readonly damaged: number;
  /** Whether it has the x that was asked for, or needs none. */
  readonly isAlongX: boolean;
  /** Undefined if the run did not record the metric. */
  readonly value?: number | undefined;
  readonly curve?: Curve | undefined;
};

function scoreRun(
  run: RunPath,
  { metric, axis }: HowToScore,
  host: Pick<Host, "files">,
): ScoredRun {
  const keys = [metric.name, ...axis.keys];
  const { columns, damaged } = readSeries(run, metric.series, keys, host);
  const column = columns.get(metric.name);
  if (column?.recorded.includes(1) !== true) return { damaged, isAlongX: true };
  const x = axis.find(columns, run);
  if (x === undefined) return { damaged, isAlongX: false };
  const { aggregation, direction } = metric;
  return {
    damaged,
    isAlongX: true,
    value: score(column, aggregation, { direction, x: axis.forScores(x) }),
    curve: axis.isKept ? curveOf(column, x.column) : undefined,
  };
}

function readVaried(run: RunPath, { files }: Pick<Host, "files">): Config {
  const path = join(run.path, UNIQUE_CONFIG_FILE);
  const text = files.read(path);
  return text === undefined ? {} : parseConfig(text, path);
}

function isCompleted(run: RunPath, { files }: Pick<Host, "files">): boolean {
  return stateOf(files.list(run.path) ?? []).kind === "completed";
}
