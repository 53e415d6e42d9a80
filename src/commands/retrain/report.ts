import type { Choice, Tie } from "../../core/analysis/searches/choice.ts";
import { type Interval, summariseSeeds } from "../../core/analysis/seed-summary.ts";
import { describeAggregation } from "../../core/analysis/score.ts";
import { valueAt } from "../../core/config/config.ts";
import { counted } from "../../core/counted.ts";
import { oneLine } from "../../core/printable.ts";
import { failureWord } from "../../core/search/aggregation.ts";
import type { TrainTime } from "../../core/search/retraining/retrained-from.ts";
import type { Metric } from "../../core/search/metric.ts";
import { formatSearchName } from "../../core/search-name.ts";
import { shellWord } from "../../core/shell-word.ts";
import { shortNumber } from "../../core/short-number.ts";
import { codeNotes } from "../launch/code-version.ts";
import type { RetrainOptions } from "./options.ts";
import type { PlannedRetraining } from "./plan.ts";
import { missingSeeds, retrainedExperiments } from "./write.ts";

/** What was prepared, or would be. */
export type RetrainReport = {
  readonly dryRun: boolean;
  /** Whether Ctrl-C ended it before everything was written. */
  readonly stopped: boolean;
  readonly retrainings: readonly RetrainingReport[];
  /** The lists that hold the storages' names, relative to the working folder. */
  readonly lists: readonly string[];
  /** The root as it was given, undefined for the project's own. */
  readonly rootDir: string | undefined;
};

export type RetrainingReport = {
  readonly name: string;
  /** Name of the storage of the search. */
  readonly search: string;
  /** Whether it was there before. */
  readonly existing: boolean;
  /** By what the scores were computed. */
  readonly metric: Metric | null;
  readonly chosenBy: "score" | "mapping";
  /** Experiments of the search that had a score. */
  readonly candidates: number;
  readonly experiments: readonly ExperimentReport[];
  /** All that it has, or lacks. */
  readonly seeds: readonly number[];
  /** That are written. */
  readonly runs: number;
  readonly trainTime: TrainTime | null;
  /** Experiments that were not chosen and cannot be told from the last one that was. */
  readonly ties: readonly Tie[];
  /** What a person should know before launching. */
  readonly notes: readonly string[];
};

export type ExperimentReport = {
  readonly experiment: number;
  readonly from: number;
  /** Mean over the seeds of the search; null if it has none. */
  readonly score: number | null;
  readonly interval: Interval | null;
  readonly nSeeds: number;
  /** The value of the parameter that is the training time, before and now. */
  readonly trainTime: readonly [number, number] | null;
};

export function reportRetraining(
  plan: PlannedRetraining,
  { nRetrainSeeds, topK }: Pick<RetrainOptions, "nRetrainSeeds" | "topK">,
): RetrainingReport {
  const { source, name, retrained, seeds, existing, choice, metric, configs } = plan;
  const lacking = existing === undefined ? seeds : missingSeeds(existing, nRetrainSeeds);
  const after = retrainedExperiments(plan);
  const key = retrained.trainTime?.key;
  const timeOf = (index: number): readonly [number, number] | null => {
    if (key === undefined) return null;
    const [before, now] = [
      valueAt(configs[index] ?? {}, key),
      valueAt(after[index]?.config ?? {}, key),
    ];
    return typeof before === "number" && typeof now === "number" ? [before, now] : null;
  };
  return {
    name: existing?.name ?? formatSearchName(name),
    search: retrained.search,
    existing: existing !== undefined,
    metric,
    chosenBy: retrained.chosenBy,
    candidates: retrained.candidates,
    experiments: retrained.experiments.map(({ experiment, from, scores }, index) => {
      const chosen = choice?.chosen[index]?.summary ?? summariseSeeds(scores);
      return {
        experiment,
        from,
        score: chosen.n === 0 ? null : chosen.mean,
        interval: chosen.interval ?? null,
        nSeeds: chosen.n,
        trainTime: timeOf(index),
      };
    }),
    seeds: existing === undefined ? seeds : [...existing.seeds, ...lacking],
    runs: configs.length * lacking.length,
    trainTime: retrained.trainTime,
    ties: choice?.ties ?? [],
    notes: [
      ...(choice !== undefined && choice.candidates < topK
        ? [`--top_k ${topK}: only ${choice.candidates} have a score.`]
        : []),
      ...choiceNotes(choice, metric),
      ...lateNotes(plan, [...new Set(after.flatMap(({ names }) => names))]),
      ...codeNotes(source.facts.repositories, plan.repositories),
    ],
  };
}

const MAX_NAMED = 8;

function choiceNotes(choice: Choice | undefined, metric: Metric | null): readonly string[] {
  if (choice === undefined || metric === null) return [];
  const { ties, isBlind, passedOver, chosen } = choice;
  const equal = ties.filter(({ kind }) => kind === "equal").map(({ experiment }) => experiment);
  const near = ties.filter(({ kind }) => kind === "overlap").map(({ experiment }) => experiment);
  const last = chosen.length === 1 ? "the chosen one" : "the last one chosen";
  const word = failureWord(metric.aggregation) === "diverged" ? "crashed or diverged" : "failed";
  return [
    ...(equal.length > 0
      ? [`a tie: ${named(equal)} have the same score as ${last}, which has the lowest number.`]
      : []),
    ...(near.length > 0
      ? [`${named(near)} cannot be told from ${last}: their 95 % intervals overlap.`]
      : []),
    ...(isBlind ? ["too few seeds (below 3) to tell the experiments apart."] : []),
    ...(passedOver.length > 0
      ? [
          `passed over: ${named(passedOver)}, better by the runs that have a score, but others of theirs ${word} (--crash_policy drop takes them).`,
        ]
      : []),
  ];
}

/** @param followed - the late values that are others than in the search */
function lateNotes(
  { source, retrained }: PlannedRetraining,
  followed: readonly string[],
): readonly string[] {
  const { derived = [] } = source.facts;
  return [
    ...(followed.length === 0 ? [] : [`${followed.join(", ")}: computed anew from what changes.`]),
    ...(derived.length === 0 || retrained.trainTime === null
      ? []
      : [`${derived.join(", ")}: computed by functions of the schedule, and kept as they were.`]),
  ];
}

function named(experiments: readonly number[]): string {
  const some = experiments.slice(0, MAX_NAMED).map((one) => `experiment${one}`);
  const more = experiments.length - some.length;
  return some.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** For a person: the storages, what they are made of, the lists, and what to do next. */
export function renderRetrain(report: RetrainReport): string {
  const { dryRun, stopped, retrainings, lists, rootDir } = report;
  if (stopped) return "Stopped before all was written.";
  const runs = retrainings.reduce((sum, one) => sum + one.runs, 0);
  const searches = retrainings.length === 1 ? "1 search" : `${retrainings.length} searches`;
  const done = dryRun ? "Would prepare" : "Prepared";
  const head =
    runs === 0
      ? `Nothing is to be written: what retrains ${searches} is there:`
      : `${done} ${counted(runs, "run")} to retrain the best of ${searches}:`;
  const lines = [head, ...retrainings.map(renderRetraining)];
  if (dryRun) {
    return [...lines, "Nothing was written. The ids may be others when it is done."].join("\n");
  }
  const root = rootDir === undefined ? "" : ` --root_dir ${shellWord(rootDir)}`;
  const next = lists.map((list) => `Next: allaunch --from_file ${shellWord(list)}${root}`);
  return [...lines, ...lists.map((list) => `List: ${list}`), ...next].join("\n");
}

export function renderRetraining(report: RetrainingReport): string {
  const { name, search, existing, experiments, seeds, runs, notes, chosenBy, candidates } = report;
  const state = existing ? (runs === 0 ? "exists" : `exists, ${counted(runs, "run")} added`) : "";
  const head = [name, state || counted(runs, "run")].join("  ");
  const shown = experiments.slice(0, MAX_NAMED).map((one) => renderExperiment(one, report));
  if (experiments.length > MAX_NAMED) shown.push(`… and ${experiments.length - MAX_NAMED} more`);
  const how = chosenBy === "mapping" ? "as the mapping says" : `best of ${candidates}`;
  return [
    `  ${head}`,
    `    from ${search}, ${how}${by(report.metric)}:`,
    ...shown.map((line) => `      ${line}`),
    `    seeds ${formatSeeds(seeds)}`,
    ...notes.map((note) => `    Note: ${note}`),
  ].join("\n");
}

function by(metric: Metric | null): string {
  if (metric === null) return "";
  const series = metric.series === "train" ? "" : ` of ${oneLine(metric.series)}`;
  return ` by the ${describeAggregation(metric.aggregation)} of ${oneLine(metric.name)}${series}, ${metric.direction}d`;
}

function renderExperiment(
  { from, score, interval, nSeeds, trainTime }: ExperimentReport,
  { trainTime: time }: RetrainingReport,
): string {
  const half = interval === null ? "" : ` ± ${shortNumber((interval.high - interval.low) / 2)}`;
  const scored =
    score === null ? "no score" : `${shortNumber(score)}${half} (${counted(nSeeds, "seed")})`;
  const longer =
    trainTime === null || time === null ? "" : `, ${time.key} ${trainTime[0]} → ${trainTime[1]}`;
  return `experiment${from}: ${scored}${longer}`;
}

/** `4 to 13` for what has no gaps, else one by one. */
function formatSeeds(seeds: readonly number[]): string {
  const sorted = [...seeds].sort((a, b) => a - b);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? first;
  const isWhole = last - first === sorted.length - 1;
  if (sorted.length > 2 && isWhole) return `${first} to ${last}`;
  const some = sorted.slice(0, 2 * MAX_NAMED).join(", ");
  return sorted.length > 2 * MAX_NAMED ? `${some}, …` : some;
}
