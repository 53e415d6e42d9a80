import type { OverTasks, PairImprovement } from "../../core/analysis/tasks/compare-over-tasks.ts";
import type { Aggregates } from "../../core/analysis/tasks/aggregates.ts";
import {
  type IntervalPanel,
  intervalPanels,
  MAX_LABEL_LETTERS,
} from "../../core/figures/interval-panels.ts";
import { shortenMiddle } from "../../core/figures/label-layout.ts";
import { type LinePanel, linePanels } from "../../core/figures/line-panels.ts";
import type { OwnLook } from "../../core/figures/series-look.ts";
import type { TaskReference } from "../../core/figures/reference-lines.ts";
import { titleOf, type Visuals } from "../../core/figures/visuals.ts";
import type { Metric } from "../../core/search/metric.ts";
import { type BenchmarkFigure, intervalRows, lineRows } from "./figure.ts";
import type { TaskModels } from "./models.ts";
import { hintOf, linesOf, scoreName } from "./figure-words.ts";

/** More rows would make a page of their own; the tables have all. */
const MAX_ROWS = 24;

/** A label with what has to be read behind it, however long the label is. */
function withNote(label: string, note: string): string {
  return `${shortenMiddle(label, MAX_LABEL_LETTERS - note.length - 1)} ${note}`;
}

/** The score of each model with its interval and its seeds, a panel for each task. */
export function modelScores(
  tasks: readonly TaskModels[],
  settings: {
    readonly metric: Metric;
    readonly method: readonly string[];
    readonly horizontalLines: readonly TaskReference[];
    readonly visuals: Visuals;
  },
): BenchmarkFigure {
  const { metric, method, horizontalLines, visuals } = settings;
  const panels = tasks
    .filter(({ models }) => models.length > 0)
    .map(({ task, models }): IntervalPanel => ({
      name: titleOf(visuals, task),
      x: `${scoreName(metric, visuals)} (${hintOf(metric, "→")})`,
      rows: models.slice(0, MAX_ROWS).map(({ label, look, ranked }) => ({
        label: `${label} (n = ${ranked.summary.n})`,
        short: withNote(label, `(n = ${ranked.summary.n})`),
        series: label,
        look,
        estimate: ranked.summary.mean,
        interval: ranked.summary.interval,
        points: ranked.seeds.map(({ score }) => score),
      })),
      references: linesOf(horizontalLines).filter((line) => (line.task ?? task) === task),
    }));
  const left = tasks.some(({ models }) => models.length > MAX_ROWS);
  const caption = [
    ...method,
    "Symbols: means over n seeds; thick lines: their intervals; thin strokes: seeds.",
    ...(left ? [`The best ${MAX_ROWS} of each task; scores.csv has all.`] : []),
  ];
  const specification = intervalPanels({ title: "Scores of the models", caption, panels });
  return { name: "model_scores", specification, rows: intervalRows(panels) };
}

const AGGREGATE_NAMES: Readonly<Record<keyof Aggregates, string>> = {
  iqm: "interquartile mean",
  mean: "mean",
  median: "median of the tasks",
  optimalityGap: "optimality gap (less is better)",
};

/** How intervals over tasks came about, for tables and captions. */
export type IntervalWords = { readonly aggregates: string; readonly curves: string };

type TaskFigureSettings = {
  /** What was chosen of models' looks, by their labels. */
  readonly looks: ReadonlyMap<string, OwnLook | undefined>;
  /** Of the curves. */
  readonly xName: string;
  /** Whether 1 is a score that is good enough. */
  readonly hasGoal: boolean;
  /** How intervals and bands came about. */
  readonly intervals: IntervalWords;
};

/**
 * What several tasks say together.
 * @param caption - how scores were normalised, and of which tasks
 */
export function taskFigures(
  { aggregates, profiles, efficiency }: OverTasks,
  caption: readonly string[],
  { xName, hasGoal, intervals, looks }: TaskFigureSettings,
): readonly BenchmarkFigure[] {
  // Without a score that is good enough nothing can fall short of it.
  const kinds = (["iqm", "mean", "median", "optimalityGap"] as const).filter(
    (kind) => hasGoal || kind !== "optimalityGap",
  );
  const panels = kinds.map((kind): IntervalPanel => ({
    name: AGGREGATE_NAMES[kind],
    x: "normalised score",
    rows: aggregates.map(({ label, aggregates: of }) => ({
      label,
      series: label,
      look: looks.get(label),
      estimate: of[kind].estimate,
      interval: of[kind].interval,
    })),
  }));
  return [
    {
      name: "aggregates",
      specification: intervalPanels({
        title: "Scores over all tasks",
        caption: [...caption, intervals.aggregates],
        panels,
      }),
      rows: intervalRows(panels),
    },
    profileFigure(profiles, [...caption, intervals.curves], looks),
    ...(efficiency === undefined
      ? []
      : efficiencyFigure(efficiency, [...caption, intervals.curves], { xName, looks })),
  ];
}

function profileFigure(
  profiles: OverTasks["profiles"],
  caption: readonly string[],
  looks: TaskFigureSettings["looks"],
): BenchmarkFigure {
  const lines = profiles.map(({ label, profile: { thresholds, share, bands } }) => ({
    label,
    look: looks.get(label),
    points: [...thresholds].map((x, index) => ({
      x,
      y: share[index] ?? Number.NaN,
      low: bands?.[index]?.low ?? Number.NaN,
      high: bands?.[index]?.high ?? Number.NaN,
    })),
  }));
  const panels: readonly LinePanel[] = [{ name: "", lines }];
  const specification = linePanels({
    title: "Performance profiles",
    caption: [
      ...caption,
      "A curve above another one everywhere is the better model, whatever score counts.",
    ],
    panels,
    x: { title: "normalised score" },
    y: { title: "share of runs that score more", domain: [0, 1] },
    interpolate: "step",
  });
  return { name: "performance_profiles", specification, rows: lineRows(panels) };
}

function efficiencyFigure(
  efficiency: NonNullable<OverTasks["efficiency"]>,
  caption: readonly string[],
  { xName, looks }: Pick<TaskFigureSettings, "xName" | "looks">,
): readonly BenchmarkFigure[] {
  const lines = efficiency.map(({ label, efficiency: { x, points } }) => ({
    label,
    look: looks.get(label),
    points: [...x].map((at, index) => {
      const point = points[index];
      const { low = Number.NaN, high = Number.NaN } = point?.interval ?? {};
      return { x: at, y: point?.estimate ?? Number.NaN, low, high };
    }),
  }));
  if (!lines.some(({ points }) => points.some(({ y }) => Number.isFinite(y)))) return [];
  const panels: readonly LinePanel[] = [{ name: "", lines }];
  const specification = linePanels({
    title: "Sample efficiency: interquartile mean over all tasks",
    caption: [...caption, "Only where every run of a model has a finite value."],
    panels,
    x: { title: xName },
    y: { title: "interquartile mean of normalised values" },
  });
  return [{ name: "sample_efficiency", specification, rows: lineRows(panels) }];
}

/** Of each model of a pair. */
const MAX_PAIR_LETTERS = Math.floor((MAX_LABEL_LETTERS - 3) / 2);

/** How likely one model is to beat another. */
export function improvementFigure(
  pairs: readonly PairImprovement[],
  caption: readonly string[],
): BenchmarkFigure {
  const panel: IntervalPanel = {
    name: "",
    x: "probability",
    rows: pairs.map(({ better, other, estimate, interval }) => ({
      label: `${better} > ${other}`,
      short: [better, other].map((name) => shortenMiddle(name, MAX_PAIR_LETTERS)).join(" > "),
      series: better,
      estimate,
      interval,
    })),
    references: [{ label: "no difference", value: 0.5 }],
    domain: [0, 1],
  };
  const specification = intervalPanels({
    title: "Probability that a run of the first model beats one of the second",
    caption: [
      ...caption,
      "Clear if the interval leaves out 0.5. One without width says that every run of one beats every run of the other, not that this is certain.",
    ],
    panels: [panel],
  });
  return { name: "probability_of_improvement", specification, rows: intervalRows([panel]) };
}
