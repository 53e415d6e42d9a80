import type { Config } from "../config/config.ts";
import type { Metric } from "../search/metric.ts";
import { type SeedSummary, summariseSeeds } from "./seed-summary.ts";

/** What the completed runs of one experiment scored. */
export type ExperimentScores = {
  /** Name of the storage. */
  readonly search: string;
  readonly task: string;
  readonly experiment: number;
  /** The values that vary over the search, as in `config_unique.json`. */
  readonly varied: Config;
  /** Completed runs that recorded the metric. */
  readonly seeds: readonly SeedScore[];
  /** Seeds whose run crashed; not said where nobody asked. */
  readonly crashed?: readonly number[];
};

export type SeedScore = {
  readonly seed: number;
  /** Not finite if the run diverged. */
  readonly score: number;
};

export type RankedExperiment = ExperimentScores & {
  /** 1 for the best; equal scores share one. Undefined if it diverged or has no seeds. */
  readonly rank: number | undefined;
  readonly summary: SeedSummary;
  /** Seeds whose score is not finite. */
  readonly diverged: readonly number[];
};

/** The experiments of one task, best first. */
export type TaskRanking = {
  readonly task: string;
  /** Then those that diverged, then those without a score; each by search and number. */
  readonly experiments: readonly RankedExperiment[];
};

/** Ranks the experiments of each task; tasks in the order in which they first appear. */
export function rankByTask(
  experiments: readonly ExperimentScores[],
  direction: Metric["direction"],
): readonly TaskRanking[] {
  const tasks = [...new Set(experiments.map(({ task }) => task))];
  return tasks.map((task) => ({
    task,
    experiments: rank(
      experiments.filter((experiment) => experiment.task === task),
      direction,
    ),
  }));
}

function rank(
  experiments: readonly ExperimentScores[],
  direction: Metric["direction"],
): readonly RankedExperiment[] {
  const sign = direction === "maximise" ? -1 : 1;
  const summarised = experiments.map((experiment) => ({
    ...experiment,
    summary: summariseSeeds(experiment.seeds.map(({ score }) => score)),
    diverged: experiment.seeds.flatMap(({ seed, score }) => (Number.isFinite(score) ? [] : seed)),
  }));
  const sorted = summarised.sort(
    (a, b) =>
      group(a.summary) - group(b.summary) ||
      (group(a.summary) === 0 ? sign * (a.summary.mean - b.summary.mean) : 0) ||
      compareText(a.search, b.search) ||
      a.experiment - b.experiment,
  );
  let place = 0;
  return sorted.map((experiment, index) => {
    const { summary } = experiment;
    if (group(summary) > 0) return { ...experiment, rank: undefined };
    if (sorted[index - 1]?.summary.mean !== summary.mean) place = index + 1;
    return { ...experiment, rank: place };
  });
}

/** 0: has a score; 1: diverged; 2: has no seeds. */
function group({ n, mean }: SeedSummary): number {
  if (n === 0) return 2;
  return Number.isFinite(mean) ? 0 : 1;
}

/** Not localeCompare: the order must be the same on every machine. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
