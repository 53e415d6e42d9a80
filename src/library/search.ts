import { basename, join } from "node:path";

import type { ExperimentScores } from "../core/analysis/ranking.ts";
import { scoreSearches } from "../commands/benchmark/collect.ts";
import type { Config } from "../core/config/config.ts";
import { parseConfig } from "../core/config/parse-config.ts";
import type { Series } from "../core/recording/columns.ts";
import { type RunState, stateOf } from "../core/run-state.ts";
import type { Metric } from "../core/search/metric.ts";
import type { SearchFacts } from "../core/search/search-facts.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { findStorage, listRuns, listStorages } from "../tree/directory-tree.ts";
import { CONFIG_FILE, type RunPath, runLabel, UNIQUE_CONFIG_FILE } from "../tree/paths.ts";
import { listKeys, listSeries, readSeries } from "../tree/recording.ts";
import { readSearchFacts } from "../tree/search-file.ts";

/** A folder of storages. Nothing is kept: every call reads the disk. */
export type DirectoryTree = {
  /** Absolute. */
  readonly root: string;
  /** The names of the storages, sorted. */
  readonly storages: () => readonly string[];
  /** @throws UserError `usage`, `not-found`, `config-invalid` */
  readonly openSearch: (name: string) => Search;
};

/** One search, to be read; also while it runs. */
export type Search = {
  readonly name: string;
  /** Absolute. */
  readonly storage: string;
  /** What `search.json` says. */
  readonly facts: SearchFacts;
  /** Every run as it is now, seed 1 of every experiment before seed 2 of any. */
  readonly runs: () => readonly Run[];
  /**
   * The scores of the completed runs, experiment by experiment.
   * @param metric - the search's own if left out
   * @throws UserError `usage` if the search has none
   */
  readonly scores: (metric?: Metric) => Promise<readonly ExperimentScores[]>;
};

/** One run of a search: a configuration with a seed. What it has on disk is read when it is asked for. */
export type Run = RunPath & {
  /** `<storage>/experiment12/seed3` */
  readonly label: string;
  readonly state: () => RunState;
  /** The whole configuration, seed included. @throws UserError `not-found`, `config-invalid` */
  readonly config: () => Config;
  /** What the search varies, by dotted names. @throws UserError `not-found`, `config-invalid` */
  readonly varied: () => Config;
} & Recording;

/** What was recorded in a folder. */
export type Recording = {
  /** The names of the series, sorted. */
  readonly series: () => readonly string[];
  /** The keys of a series, in the order they came. */
  readonly keys: (series: string) => readonly string[];
  /** The columns that are asked for, all attempts put together; nothing else is kept in memory. */
  readonly readSeries: (series: string, keys: readonly string[]) => Series;
};

type ReaderHost = Pick<Host, "files" | "clock" | "terminal">;

/** @param root - absolute */
export function openTree(root: string, host: ReaderHost): DirectoryTree {
  return {
    root,
    storages: () => listStorages(root, host),
    openSearch: (name) => openSearch(findStorage(root, name, host), host),
  };
}

/** @param storage - absolute. @throws UserError `not-found`, `config-invalid` */
export function openSearch(storage: string, host: ReaderHost): Search {
  const facts = readSearchFacts(storage, host);
  return {
    name: basename(storage),
    storage,
    facts,
    runs: () => listRuns(storage, host).map((run) => openRun(run, host)),
    scores: async (metric = ownMetric(storage, facts)) => {
      const never = new AbortController().signal;
      const searches = await scoreSearches([{ storage, facts }], metric, host, never);
      return searches?.flatMap(({ experiments }) => experiments) ?? [];
    },
  };
}

/** @param folder - absolute; the one in which `recorders/` lies */
export function openRecording(folder: string, host: Pick<Host, "files">): Recording {
  // Recordings are found by the folder alone, which need not be one of a search.
  const run: RunPath = { path: folder, storage: folder, experiment: Number.NaN, seed: Number.NaN };
  return {
    series: () => listSeries(run, host),
    keys: (series) => listKeys(run, series, host),
    readSeries: (series, keys) => readSeries(run, series, keys, host),
  };
}

function openRun(run: RunPath, host: ReaderHost): Run {
  return {
    ...run,
    ...openRecording(run.path, host),
    label: runLabel(run),
    state: () => stateOf(host.files.list(run.path) ?? []),
    config: () => readConfig(join(run.path, CONFIG_FILE), host),
    varied: () => readConfig(join(run.path, UNIQUE_CONFIG_FILE), host),
  };
}

function readConfig(path: string, { files }: Pick<Host, "files">): Config {
  const text = files.read(path);
  if (text !== undefined) return parseConfig(text, path);
  throw new UserError(
    "not-found",
    `There is no ${path}.`,
    "Was the run removed? `aldoctor` says what is wrong in a storage.",
  );
}

function ownMetric(storage: string, { metric }: SearchFacts): Metric {
  if (metric !== null) return metric;
  throw new UserError(
    "usage",
    `${storage} was prepared without a metric.`,
    'Pass one: scores({ name: "accuracy", series: "train", direction: "maximise", aggregation: "last" }).',
  );
}
