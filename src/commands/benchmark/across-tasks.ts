import { failureName } from "../../core/analysis/searches/failure-name.ts";
import { AGGREGATE_RESAMPLES } from "../../core/analysis/tasks/aggregates.ts";
import {
  compareOverTasks,
  improvements,
  type ModelOnTasks,
  type OverTasks,
  type PairImprovement,
} from "../../core/analysis/tasks/compare-over-tasks.ts";
import { IMPROVEMENT_RESAMPLES } from "../../core/analysis/tasks/improvement.ts";
import { CURVE_RESAMPLES } from "../../core/analysis/tasks/sample-efficiency.ts";
import { MIN_SEEDS_FOR_INTERVAL } from "../../core/analysis/seed-summary.ts";
import { isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { Host } from "../../host.ts";
import { shownLabels } from "./curve-figures.ts";
import type { BenchmarkFigure } from "./figure.ts";
import { improvementFigure, type IntervalWords, taskFigures } from "./model-figures.ts";
import type { Model, TaskModels } from "./models.ts";
import { chooseNormalisation } from "./references.ts";

/** How what is said over tasks is computed. */
export type AcrossSettings = {
  readonly metric: Pick<Metric, "aggregation">;
  readonly scoreDirection: Metric["direction"];
  readonly xName: string;
  /** `min_max`, `none` or a file. */
  readonly normalise: string;
  readonly seed: number;
  /** Undefined: as many as each statistic takes by default. */
  readonly aggregateResamples: number | undefined;
};

/** What several tasks say together. */
export type AcrossTasks = {
  /** Undefined for one task, and where no model is on all of them. */
  readonly overTasks: (OverTasks & { readonly tasks: readonly string[] }) | undefined;
  readonly improvements: readonly PairImprovement[];
  /** How scores of several tasks were put on one scale. */
  readonly method: readonly string[];
};

/** With more models, the best one is compared with each other one. */
const MAX_IN_ALL_PAIRS = 5;

/** Aggregates if there are several tasks; the probability that one model beats another in any case. */
export function compareAcrossTasks(
  tasks: readonly TaskModels[],
  settings: AcrossSettings,
  host: Pick<Host, "files" | "workingFolder">,
): {
  readonly said: AcrossTasks;
  readonly notes: readonly string[];
  readonly figures: readonly BenchmarkFigure[];
} {
  const { models, notes } = modelsOnAllTasks(tasks, settings.metric);
  const nothing = { overTasks: undefined, improvements: [], method: [] };
  if (models.length === 0) return { said: nothing, notes, figures: [] };
  const { normalise, scoreDirection: direction, seed, aggregateResamples, metric } = settings;
  const scores = models.map((model) => model.tasks);
  // Of one task, too: a file that is not there is a mistake in any case.
  const { references, caption, hasGoal } = chooseNormalisation(normalise, scores, direction, host);
  if (tasks.length === 1) return { ...pairsOnly(models, settings), notes };
  const usable = models.map(({ label, tasks: all }) => {
    return { label, tasks: all.filter(({ task }) => references.has(task)) };
  });
  const names = usable[0]?.tasks.map(({ task }) => task) ?? [];
  const equal = (models[0]?.tasks ?? []).filter(({ task }) => !references.has(task));
  const more = equal.map(
    ({ task }) => `${task}: all scores are equal; it is left out of what is said over all tasks.`,
  );
  if (names.length === 0) return { said: nothing, notes: [...notes, ...more], figures: [] };
  const said = compareOverTasks(usable, {
    references,
    seed,
    hasCurves: !isTime(metric.aggregation),
    resamples: aggregateResamples,
  });
  const method = [
    `Over ${names.length} tasks (${names.join(", ")}), ${runsOf(usable)} of each model on each.`,
    caption,
  ];
  const pairs = pairsOnly(usable, settings);
  const intervals = describeIntervals(settings);
  return {
    said: {
      overTasks: { ...said, tasks: names },
      improvements: pairs.said.improvements,
      method: [...method, `All tasks. ${intervals.aggregates}`, ...pairs.said.method],
    },
    notes: [...notes, ...more],
    figures: [
      ...taskFigures(said, method, {
        looks: looksOfModels(tasks),
        xName: settings.xName,
        hasGoal,
        intervals,
      }),
      ...pairs.figures,
    ],
  };
}

const looksOfModels = (tasks: readonly TaskModels[]) =>
  new Map(tasks.flatMap(({ models }) => models.map(({ label, look }) => [label, look] as const)));

/** `5 runs`, `3 to 5 runs`. */
function runsOf(models: readonly ModelOnTasks[]): string {
  const counts = models.flatMap(({ tasks }) => tasks.map(({ scores }) => scores.length));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least === most) return most === 1 ? "1 run" : `${most} runs`;
  return `${least} to ${most} runs`;
}

function describeIntervals({ aggregateResamples, seed }: AcrossSettings): IntervalWords {
  const said = (what: string, resamples: number) =>
    `${what}: 95 %, percentile bootstrap of the runs within each task (stratified), ${inThousands(resamples)} resamples, seed ${seed}; they are about these tasks, not about others.`;
  const most = aggregateResamples ?? AGGREGATE_RESAMPLES;
  return {
    aggregates: said("Intervals", most),
    curves: said("Bands, pointwise", Math.min(most, CURVE_RESAMPLES)),
  };
}

const inThousands = (count: number) => count.toLocaleString("en");

function pairsOnly(
  models: readonly ModelOnTasks[],
  { scoreDirection: direction, seed, aggregateResamples: resamples }: AcrossSettings,
) {
  const pairs = models.length > MAX_IN_ALL_PAIRS ? "first" : "all";
  const found = improvements(models, { direction, seed, resamples, pairs });
  const names = models[0]?.tasks.map(({ task }) => task).join(", ") ?? "";
  if (found.length === 0) {
    return { said: { overTasks: undefined, improvements: [], method: [] }, figures: [] };
  }
  const count = inThousands(resamples ?? IMPROVEMENT_RESAMPLES);
  const how = `95 % intervals: percentile bootstrap of the runs of both within each task, ${count} resamples, seed ${seed}; none where a model has fewer than ${MIN_SEEDS_FOR_INTERVAL} on a task.`;
  const method = [`Probability that one beats another: ${runsOf(models)} of each model. ${how}`];
  const figures = [
    improvementFigure(found, [`On ${names}, ${runsOf(models)} of each model.`, how]),
  ];
  return { said: { overTasks: undefined, improvements: found, method }, figures };
}

/** Those of the models with a colour that have finite scores on every task, and why others have not. */
function modelsOnAllTasks(
  tasks: readonly TaskModels[],
  metric: AcrossSettings["metric"],
): {
  readonly models: readonly ModelOnTasks[];
  readonly notes: readonly string[];
} {
  const shown = shownLabels(tasks);
  const notes: string[] = [];
  const models = [...shown].flatMap((label) => {
    const own = tasks.flatMap((one) => one.models.filter((model) => model.label === label));
    const missing = tasks.filter(({ models: all }) => !all.some((model) => model.label === label));
    const problem =
      missing.length > 0
        ? `has no score on ${missing.map(({ task }) => task).join(", ")}`
        : problemOf(own, metric);
    if (problem === undefined) {
      return [
        {
          label,
          tasks: own.map(({ task, ranked, curves }) => {
            return { task, scores: ranked.seeds.map(({ score }) => score), curves };
          }),
        },
      ];
    }
    notes.push(`${label} ${problem}; it is left out of what is said over all runs and tasks.`);
    return [];
  });
  return { models, notes };
}

function problemOf(own: readonly Model[], metric: AcrossSettings["metric"]): string | undefined {
  const failed = own.find(({ ranked }) => ranked.diverged.length > 0);
  if (failed !== undefined) {
    return `${failureName(failed.ranked, metric)} on ${failed.task} with ${failed.ranked.diverged.length} of ${failed.ranked.summary.n} seeds (--crash_policy drop or worst says what they count as)`;
  }
  const values = new Set(own.map(({ configuration }) => configuration));
  return values.size > 1 ? "has other values on each task: it is not one model" : undefined;
}
