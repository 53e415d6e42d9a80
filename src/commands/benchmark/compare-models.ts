import { oneLine } from "../../core/printable.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { type AcrossSettings, type AcrossTasks, compareAcrossTasks } from "./across-tasks.ts";
import { type CurveSettings, learningCurves } from "./curve-figures.ts";
import type { BenchmarkFigure } from "./figure.ts";
import { modelScores } from "./model-figures.ts";
import { findModels, type ModelChoice, type TaskModels } from "./models.ts";
import type { SearchResults } from "./search-figures.ts";

/** What is said of models besides the ranking of their experiments. */
export type ModelComparison = AcrossTasks & {
  readonly tasks: readonly TaskModels[];
  readonly notes: readonly string[];
};

export type ModelSettings = CurveSettings &
  Omit<AcrossSettings, "scoreDirection"> & { readonly choice: ModelChoice };

/** More cannot be told apart by anybody, and each is compared with the best. */
const MAX_MODELS = 200;

/** Compares models: curves, scores, and what several tasks say together. */
export function compareModels(
  results: SearchResults,
  settings: ModelSettings,
  host: Pick<Host, "files" | "workingFolder">,
): { readonly comparison: ModelComparison; readonly figures: readonly BenchmarkFigure[] } {
  const { searches, rankings, metric, method, horizontalLines, visuals } = results;
  const tasks = findModels(searches, rankings, settings);
  checkNumber(tasks);
  const curves = learningCurves(tasks, settings);
  const scores = modelScores(tasks, { metric, method, horizontalLines, visuals });
  const across = compareAcrossTasks(tasks, { ...settings, scoreDirection: metric.direction }, host);
  return {
    comparison: {
      tasks,
      ...across.said,
      method: [...describeComparison(tasks), ...across.said.method],
      notes: [
        ...choiceNotes(results, settings),
        ...tasks.flatMap((task) => lengthNotes(task, settings.xName)),
        ...across.notes,
        ...widthNotes(across.said.improvements),
      ],
    },
    figures: [...(curves === undefined ? [] : [curves]), scores, ...across.figures],
  };
}

/** How far models are behind the best, where any is. */
function describeComparison(tasks: readonly TaskModels[]): readonly string[] {
  const counts = tasks.map(
    ({ models }) => models.filter(({ versusBest }) => versusBest?.test !== undefined).length,
  );
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return [];
  const comparisons = most === 1 ? "one comparison" : `up to ${most} comparisons`;
  const luck =
    most === 1
      ? ""
      : " The best was found by these same scores: what lies behind it seems further behind than it is.";
  return [
    `Behind the best by: difference of the means over seeds, with Welch's 95 % interval; p: Welch's t test of it, two-sided, adjusted for ${comparisons} on a task (Holm). The intervals are not adjusted.${luck}`,
  ];
}

function checkNumber(tasks: readonly TaskModels[]): void {
  const crowded = tasks.find(({ models }) => models.length > MAX_MODELS);
  if (crowded === undefined) return;
  throw new UserError(
    "usage",
    `${crowded.task} has ${crowded.models.length} experiments to compare as models; at most ${MAX_MODELS} can be.`,
    "Pass --experiments best, or retrain the best ones with alretrain and compare the retrains.",
  );
}

/** Of a choice by the very scores that are shown. */
function choiceNotes({ searches }: SearchResults, { choice }: ModelSettings): readonly string[] {
  if (choice === "all") return [];
  return searches
    .filter(({ experiments }) => experiments.length > 1)
    .map(
      ({ name, experiments }) =>
        `${name}: the best of ${experiments.length} experiments, chosen by the scores that are shown: partly luck. Retrain it with fresh seeds (alretrain) before reporting its score.`,
    );
}

/** Scores of runs that ended early are not those of the same training. */
function lengthNotes({ task, models }: TaskModels, xName: string): readonly string[] {
  const ends = models.flatMap(({ curves }) => curves.flatMap(({ x }) => x.at(-1) ?? []));
  const shortest = ends.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const longest = ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (shortest >= longest) return [];
  return [
    `${task}: runs end at ${oneLine(xName)} ${shortest} to ${longest}; their scores are of trainings of different lengths.`,
  ];
}

/** Resamples of samples that do not overlap do not overlap either. */
function widthNotes(pairs: AcrossTasks["improvements"]): readonly string[] {
  if (!pairs.some(({ interval }) => interval !== undefined && interval.low === interval.high)) {
    return [];
  }
  return [
    "A probability with an interval of no width says that every run of one model beats every run of the other, not that this is certain.",
  ];
}
