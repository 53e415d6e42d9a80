import type { TaskRanking } from "../../core/analysis/ranking.ts";
import type { CrashPolicy } from "../../core/analysis/searches/crash-policy.ts";
import { failureName } from "../../core/analysis/searches/failure-name.ts";
import { describeFailedRuns } from "../../core/analysis/searches/failed-runs.ts";
import { topExperiments } from "../../core/analysis/searches/top.ts";
import { MIN_SEEDS_FOR_INTERVAL } from "../../core/analysis/seed-summary.ts";
import { describeAggregation } from "../../core/analysis/score.ts";
import { counted } from "../../core/counted.ts";
import { oneLine } from "../../core/printable.ts";
import { isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";
import { runLabel } from "../../tree/paths.ts";
import type { ScoredSearch } from "./collect.ts";
import type { BenchmarkOptions } from "./options.ts";

/** Names of experiments in a note. */
const MAX_NAMED = 5;

export type MethodFacts = {
  readonly metric: Metric;
  readonly searches: readonly ScoredSearch[];
  readonly crashPolicy: CrashPolicy | undefined;
  /** The key of x that scores are measured on, if one was asked for. */
  readonly xMetric: string | undefined;
};

/** How the scores came about, a sentence each. */
export function describeMethod({
  metric,
  searches,
  crashPolicy,
  xMetric,
}: MethodFacts): readonly string[] {
  const series = metric.series === "train" ? "" : ` of ${oneLine(metric.series)}`;
  const over = xMetric === undefined ? "" : ` over ${oneLine(xMetric)}`;
  const crashed = searches.reduce((sum, one) => sum + one.crashed, 0);
  return [
    `Score of a run: ${describeAggregation(metric.aggregation)} of ${oneLine(metric.name)}${series}${over}; of an experiment: mean over its completed seeds${seedsOf(searches)}.`,
    `Failures (${crashed === 0 ? "no run" : counted(crashed, "run")} crashed): ${describeFailedRuns(crashPolicy)}.`,
    `Interval: Student's t over the seeds of an experiment, 95 %, from ${MIN_SEEDS_FOR_INTERVAL} seeds on.`,
  ];
}

/** ` (3 each)`, ` (1 to 3)`. */
function seedsOf(searches: readonly ScoredSearch[]): string {
  const all = searches.flatMap(({ experiments }) => experiments.map(({ seeds }) => seeds.length));
  const counts = all.filter((count) => count > 0);
  if (counts.length === 0) return "";
  const least = counts.reduce((a, b) => Math.min(a, b));
  const most = counts.reduce((a, b) => Math.max(a, b));
  return least === most ? ` (${most} each)` : ` (${least} to ${most})`;
}

/** What the standing of an experiment says, and what it does not. */
export function describeStandings(rankings: readonly TaskRanking[]): readonly string[] {
  const counts = rankings.map(({ experiments }) => experiments.length);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  if (most < 2) return [];
  return [
    `Standing: tied where the interval overlaps that of the best, ? with fewer than ${MIN_SEEDS_FOR_INTERVAL} seeds; no allowance is made for looking at so many experiments (up to ${most} of a task).`,
  ];
}

/** What a reader should know before believing the table. */
export function notesOf(
  searches: readonly ScoredSearch[],
  rankings: readonly TaskRanking[],
  metric: Metric,
  type: BenchmarkOptions["benchmarkType"],
): readonly string[] {
  return [
    ...searches.flatMap(notesOfSearch),
    ...divergedNotes(rankings, metric),
    ...seedNotes(rankings),
    ...(type === "compare_searches"
      ? [...rankings.flatMap(standingNotes), ...budgetNotes(searches)]
      : []),
  ];
}

function notesOfSearch(search: ScoredSearch): readonly string[] {
  const { name, runs, crashed, unfinished, without, withoutX, damaged } = search;
  const [first] = without;
  const [firstX] = withoutX;
  return [
    ...(crashed > 0 ? [`${name}: ${crashed} of ${runs} runs crashed.`] : []),
    ...(unfinished > 0 ? [`${name}: ${unfinished} of ${runs} runs are not finished.`] : []),
    ...(damaged > 0 ? [`${name}: ${damaged} recorded lines could not be read.`] : []),
    ...(first === undefined
      ? []
      : [
          `${name}: ${without.length} completed runs, such as ${runLabel(first)}, did not record the metric.`,
        ]),
    ...(firstX === undefined
      ? []
      : [
          `${name}: ${withoutX.length} completed runs, such as ${runLabel(firstX)}, did not record x; they are left out.`,
        ]),
  ];
}

function divergedNotes(rankings: readonly TaskRanking[], metric: Metric): readonly string[] {
  const all = rankings.flatMap(({ experiments }) => experiments);
  const failed = all.filter(({ diverged }) => diverged.length > 0);
  const names = [...new Set(failed.map((one) => failureName(one, metric)))];
  return names.flatMap((name) => {
    const of = failed.filter((one) => failureName(one, metric) === name);
    const [example] = of;
    if (example === undefined) return [];
    const { search, experiment, diverged } = example;
    const place = `${search}/experiment${experiment}/seed${diverged[0] ?? ""}`;
    const what = isTime(metric.aggregation)
      ? "did not reach the threshold with each seed"
      : name === "diverged"
        ? "diverged (a score that is not finite)"
        : `${name} with some seed, and so have no number`;
    return [`${counted(of.length, "experiment")} ${what}, such as ${place}; ranked last.`];
  });
}

function seedNotes(rankings: readonly TaskRanking[]): readonly string[] {
  const all = rankings.flatMap(({ experiments }) => experiments);
  const counts = new Set(
    all.filter(({ summary }) => summary.n > 0).map(({ summary }) => summary.n),
  );
  if (counts.size < 2) return [];
  const list = [...counts].sort((a, b) => a - b).join(", ");
  return [`Experiments have different numbers of seeds (${list}).`];
}

/** Whether the best one can be told from the others. */
function standingNotes({ task, experiments }: TaskRanking): readonly string[] {
  const all = topExperiments(experiments, Number.POSITIVE_INFINITY);
  const [best] = all;
  if (best === undefined || all.length < 2) return [];
  const name = ({ search, experiment }: typeof best) => `${search}/experiment${experiment}`;
  const tied = all.filter(({ standing }) => standing === "tied");
  if (tied.length > 0) {
    const named = tied.slice(0, MAX_NAMED).map(name).join(", ");
    const more = tied.length > MAX_NAMED ? `, and ${tied.length - MAX_NAMED} more` : "";
    return [
      `${task}: the best, ${name(best)}, cannot be told from ${tied.length} others (intervals overlap, or means are equal): ${named}${more}.`,
    ];
  }
  if (!all.some(({ standing }) => standing === "unknown")) return [];
  return [
    `${task}: how sure it is which experiment is best cannot be said: it takes 3 seeds of each.`,
  ];
}

/** Searches that tried more find more. */
function budgetNotes(searches: readonly ScoredSearch[]): readonly string[] {
  const tasks = [...new Set(searches.map(({ facts }) => facts.name.taskName))];
  return tasks.flatMap((task) => {
    const of = searches.filter(({ facts }) => facts.name.taskName === task);
    const sizes = new Set(of.map(({ experiments }) => experiments.length));
    if (sizes.size < 2) return [];
    const list = of.map(({ name, experiments }) => `${name} ${experiments.length}`).join(", ");
    return [
      `${task}: the searches tried different numbers of experiments (${list}); compare their bests at equal n in best_of_n.`,
    ];
  });
}
