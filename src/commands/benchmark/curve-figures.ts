import { type Band, bandOf, type Spread } from "../../core/analysis/curves/bands.ts";
import type { FigureLine, LinePanelsFigure, LinePoint } from "../../core/figures/line-panels.ts";
import { linePanels } from "../../core/figures/line-panels.ts";
import { MAX_SERIES } from "../../core/figures/series-look.ts";
import type { TaskReference } from "../../core/figures/reference-lines.ts";
import { axisTitleOf, titleOf, type Visuals } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import type { Metric } from "../../core/search/metric.ts";
import { type BenchmarkFigure, lineRows } from "./figure.ts";
import type { Model, TaskModels } from "./models.ts";
import { hintOf, linesOf, scoreName } from "./figure-words.ts";

export const BANDS = ["bootstrap", "t", "stderr", "quantiles", "none"] as const;
export type BandChoice = (typeof BANDS)[number];

export type CurveSettings = {
  /** Of the recorded values, not of scores. */
  readonly metric: Metric;
  readonly xName: string;
  /** Undefined: t intervals below 20 seeds, bootstrap intervals from there on. */
  readonly band: BandChoice | undefined;
  readonly resamples: number;
  readonly seed: number;
  readonly horizontalLines: readonly TaskReference[];
  readonly visuals: Visuals;
};

/** Too few seeds for a band: they are drawn themselves. */
const FEW_SEEDS = 2;

/** With more, resamples are drawn, and the bands of models without a colour would take minutes. */
const MAX_COUNTED_SEEDS = 8;
const NO_BAND: Spread = { kind: "none" };

type DrawnModel = { readonly model: Model; readonly band: Band };

/** Learning curves with bands, a panel for each task; undefined if nobody recorded any. */
export function learningCurves(
  tasks: readonly TaskModels[],
  settings: CurveSettings,
): BenchmarkFigure | undefined {
  const spread = spreadOf(settings);
  const shown = shownLabels(tasks);
  const drawn = tasks.map(({ task, models }) => ({
    task,
    models: models
      .filter(({ curves }) => curves.some(({ x }) => x.length > 0))
      .map((model) => {
        const isQuick = shown.has(model.label) || model.curves.length <= MAX_COUNTED_SEEDS;
        return { model, band: bandOf(model.curves, { spread: isQuick ? spread : NO_BAND }) };
      }),
  }));
  const all = drawn.flatMap(({ models }) => models);
  if (all.length === 0) return undefined;
  const legend = legendOf(all, shown);
  const figure: LinePanelsFigure = {
    title: "Learning curves",
    caption: captionOf(all, shown, settings),
    panels: drawn
      .filter(({ models }) => models.length > 0)
      .map(({ task, models }) => ({
        name: titleOf(settings.visuals, task),
        lines: models.flatMap(({ model, band }) => {
          const label = legend.get(model.label);
          return label === undefined
            ? []
            : [{ label, look: model.look, points: pointsOf(band, settings.band) }];
        }),
        faint: models.flatMap((one) => faintLines(one, legend, settings.band)),
        references: linesOf(settings.horizontalLines).filter(
          (line) => (line.task ?? task) === task,
        ),
      })),
    x: { title: oneLine(axisTitleOf(settings.visuals, settings.xName)) },
    y: {
      title: scoreName(settings.metric, settings.visuals),
      hint: hintOf(settings.metric),
      isScore: true,
    },
  };
  return { name: "learning_curves", specification: linePanels(figure), rows: rowsOf(drawn) };
}

function spreadOf({ band, resamples, seed }: CurveSettings): Spread {
  switch (band) {
    case "stderr":
    case "quantiles":
    case "none":
      return { kind: band };
    case "t":
      return { kind: "interval", method: "t" };
    case "bootstrap":
      return { kind: "interval", method: "percentile", resamples, seed };
    case undefined:
      return { kind: "interval", resamples, seed };
  }
}

/** The models that have a colour: the best ones, by their place on the tasks. */
export function shownLabels(tasks: readonly TaskModels[]): ReadonlySet<string> {
  const places = new Map<string, number[]>();
  for (const { models } of tasks) {
    for (const [place, { label }] of models.entries()) {
      places.set(label, [...(places.get(label) ?? []), place]);
    }
  }
  const mean = (of: readonly number[]) => of.reduce((sum, place) => sum + place, 0) / of.length;
  const order = [...places].sort(([, a], [, b]) => mean(a) - mean(b));
  return new Set(order.slice(0, MAX_SERIES).map(([label]) => label));
}

/** `mlp (n = 5)`; `n = 3 to 5` if seeds end early, or tasks have different numbers. */
function legendOf(
  all: readonly DrawnModel[],
  shown: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  return new Map(
    [...shown].map((label) => {
      const own = all.filter(({ model }) => model.label === label);
      const counts = own.flatMap(({ band }) => [...new Set(band.n)].filter((n) => n > 0));
      const [least, most] = [Math.min(...counts), Math.max(...counts)];
      return [label, `${label} (n = ${least === most ? most : `${least} to ${most}`})`];
    }),
  );
}

function pointsOf(band: Band, choice: BandChoice | undefined): readonly LinePoint[] {
  return [...band.x].map((x, index) => {
    const point = { x, y: band.middle[index] ?? Number.NaN };
    if (choice === "none") return point;
    return { ...point, low: band.low[index] ?? Number.NaN, high: band.high[index] ?? Number.NaN };
  });
}

/** The seeds of a model that has no band; the middle of one that has no colour. */
function faintLines(
  { model, band }: DrawnModel,
  legend: ReadonlyMap<string, string>,
  choice: BandChoice | undefined,
): readonly FigureLine[] {
  const label = legend.get(model.label);
  if (label === undefined) return [{ label: "", points: pointsOf(band, "none") }];
  if (choice !== "none" && model.curves.length > FEW_SEEDS) return [];
  return model.curves.map(({ x, y }) => ({
    label,
    points: [...x].map((at, index) => ({ x: at, y: y[index] ?? Number.NaN })),
  }));
}

function captionOf(
  all: readonly DrawnModel[],
  shown: ReadonlySet<string>,
  { band: choice }: CurveSettings,
): readonly string[] {
  const coloured = all.filter(({ model }) => shown.has(model.label));
  const methods = [...new Set(coloured.map(({ band }) => withoutNumber(band.caption)))];
  const grey = new Set(all.map(({ model }) => model.label)).size - shown.size;
  const bands = all.map(({ band }) => band);
  const isUneven = bands.some(({ n }) => new Set(n).size > 1);
  const hasDiverged = bands.some(({ diverged }) => diverged.some((count) => count > 0));
  const few = coloured.some(({ model }) => model.curves.length <= FEW_SEEDS) && choice !== "none";
  return [
    `Line and band: ${methods.join("; ")}.`,
    "n, in the legend: how many seeds.",
    ...(few ? ["Models of one or two seeds have no band; thin lines are their seeds."] : []),
    ...(isUneven
      ? [
          "Seeds do not reach equally far: each x shows those that reach it, and a line can jump where one ends. Their number at each x stands in learning_curves.csv.",
        ]
      : []),
    ...(hasDiverged
      ? ["Where a seed diverged (no finite value), its model has no line and no band."]
      : []),
    ...(grey > 0 ? [`Grey, without bands: ${grey} more, which scored worse.`] : []),
    ...(choice !== "none" && coloured.some(({ band }) => band.low.some(Number.isFinite))
      ? ["Bands are pointwise: a whole curve need not stay within one."]
      : []),
  ];
}

/** How many seeds there are stands in the legend, for each model. */
function withoutNumber(caption: string): string {
  return caption.replace(/, n = \d+(?: to \d+)?/, "");
}

function rowsOf(
  drawn: readonly { readonly task: string; readonly models: readonly DrawnModel[] }[],
): BenchmarkFigure["rows"] {
  return drawn.flatMap(({ task, models }) =>
    models.flatMap(({ model, band }) => {
      const lines = [{ label: model.label, points: pointsOf(band, undefined) }];
      const rows = lineRows([{ name: task, lines }]);
      return rows.map((row, index) => ({
        ...row,
        n: band.n[index] ?? 0,
        diverged: band.diverged[index] ?? 0,
      }));
    }),
  );
}
