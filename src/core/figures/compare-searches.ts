import { boxStatistics } from "../analysis/box-statistics.ts";
import { densityCurve } from "../analysis/density.ts";
import { type LabelLayout, layoutLabels } from "./label-layout.ts";
import { referenceLines, type TaskReference } from "./reference-lines.ts";
import { PAGE_WIDTH, panelName, wrapLines } from "./panel-grid.ts";
import { jitter, scoreScale } from "./score-axis.ts";
import { distinctSeries, looksOf, type OwnLook, type Series } from "./series-look.ts";
import { FIGURE_CONFIG, INK } from "./style.ts";

/** One box of the figure: the experiments of one search. */
export type SearchBox = {
  readonly task: string;
  /** What its panel is called; the task, if it is not given. */
  readonly title?: string | undefined;
  /** The lines under the box. The same label has the same colour in every task. */
  readonly label: readonly string[];
  readonly look?: OwnLook | undefined;
  /** One for each experiment, shape `[experiments]`, finite, at least one. */
  readonly scores: readonly number[];
};

export type CompareSearchesFigure = {
  /** At least one. */
  readonly boxes: readonly SearchBox[];
  /** What the scores are, e.g. `accuracy`. */
  readonly metric: string;
  readonly direction: "maximise" | "minimise";
  /** How the scores came about, a line each. */
  readonly caption: readonly string[];
  /** Scores to compare with, in the panel of their task, or in all. */
  readonly references?: readonly TaskReference[];
};

const PANEL_HEIGHT = 230;
/** Space beside a panel for the axis, its title and the gap. */
const AXIS_WIDTH = 90;
/** Boxes stand no further apart, pixels. */
const MAX_STEP = 180;
/** Width of density, box and points together: a part of their place, but no more than these pixels. */
const CLOUD_PART = 0.78;
const MAX_CLOUD_WIDTH = 110;
/** Where they lie, in halves of this width from the middle: density to the left, points to the right. */
const BOX_LEFT = -0.14;
const BOX_RIGHT = 0.14;
const DENSITY_FROM = -0.2;
const POINTS_FROM = 0.24;
/** Fewer scores have no shape worth drawing. */
const MIN_FOR_DENSITY = 5;
/** More points than this in one box are drawn smaller. */
const MANY_POINTS = 80;

/**
 * The scores of all experiments of each search: box plots with their points, a panel for each
 * task, as a Vega-Lite specification that holds its data.
 */
export function compareSearches(figure: CompareSearchesFigure): object {
  const { boxes, metric, direction, caption, references = [] } = figure;
  const tasks = [...new Set(boxes.map(({ task }) => task))];
  const byTask = tasks.map((task) => boxes.filter((box) => box.task === task));
  const most = Math.max(...byTask.map(({ length }) => length));
  const least = layoutLabels(boxes.map(axisLabel), most, PAGE_WIDTH - AXIS_WIDTH);
  const fitting = Math.floor(PAGE_WIDTH / (most * least.step + AXIS_WIDTH));
  const columns = Math.max(1, Math.min(fitting, tasks.length));
  // Panels that leave room on the page take it.
  const room = (PAGE_WIDTH / columns - AXIS_WIDTH) / most;
  const layout = { ...least, step: Math.max(least.step, Math.min(room, MAX_STEP)) };
  const series = distinctSeries(boxes.map(({ label, look }) => ({ label: label.join(" "), look })));
  const hint = direction === "maximise" ? "higher is better ↑" : "lower is better ↓";
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: "Scores of all experiments of each search", subtitle: wrapLines(caption) },
    concat: byTask.map((ofTask) => panel(ofTask, { layout, series, metric, hint, references })),
    columns,
    align: "each",
    spacing: { row: 24, column: 24 },
    config: FIGURE_CONFIG,
  };
}

type PanelStyle = {
  readonly layout: LabelLayout;
  /** Each has a colour. */
  readonly series: readonly Series[];
  readonly metric: string;
  readonly hint: string;
  readonly references: NonNullable<CompareSearchesFigure["references"]>;
};

/** @param boxes - of one task */
function panel(boxes: readonly SearchBox[], style: PanelStyle): object {
  const { layout, metric, hint } = style;
  const task = boxes[0]?.task ?? "";
  const references = style.references.filter((line) => (line.task ?? task) === task);
  const all = boxes.flatMap(({ scores }) => scores);
  const scale = scoreScale([...all, ...references.map(({ value }) => value)]);
  const isLog = scale.type === "log";
  const title = `${metric} (${hint}${isLog ? ", log scale" : ""})`;
  const axes = {
    x: (field: string) => ({
      field,
      // Places are numbers, so that points can stand beside each other in one.
      type: "quantitative",
      scale: { domain: [-0.5, boxes.length - 0.5], nice: false, zero: false },
      axis: xAxis(boxes, layout),
    }),
    y: (field: string) => ({ field, type: "quantitative", scale, title }),
    color: colour(style),
  };
  const half = Math.min(CLOUD_PART, MAX_CLOUD_WIDTH / layout.step) / 2;
  const values = boxes.map((box, index) => boxDatum(box, index, half));
  const shapes = boxes.flatMap((box, index) => densityData(box, { index, half, isLog }));
  const pointValues = boxes.flatMap((box, index) => pointData(box, index, half));
  return {
    width: boxes.length * layout.step,
    height: PANEL_HEIGHT,
    layer: [
      panelName(boxes[0]?.title ?? task, PAGE_WIDTH),
      ...(shapes.length === 0 ? [] : [{ data: { values: shapes }, ...density(axes) }]),
      { data: { values: pointValues }, ...points(axes, boxes) },
      { data: { values }, ...boxArea(axes) },
      { data: { values }, layer: boxLines(axes) },
      ...referenceLines(references, axes.y("value")),
    ],
  };
}

type Axes = {
  readonly x: (field: string) => object;
  readonly y: (field: string) => object;
  readonly color: object;
};

/** Lines over scores from the left, as wide as the share of experiments there. */
function density({ x, y, color }: Axes): object {
  return {
    mark: { type: "area", orient: "horizontal", opacity: 0.45 },
    encoding: {
      y: y("score"),
      x: x("edge"),
      x2: { field: "from" },
      color,
      detail: { field: "place" },
    },
  };
}

function boxArea({ x, y, color }: Axes): object {
  return {
    mark: { type: "rect", fillOpacity: 0.25, stroke: INK, strokeWidth: 1 },
    encoding: {
      x: x("left"),
      x2: { field: "right" },
      y: y("lowerQuartile"),
      y2: { field: "upperQuartile" },
      color,
    },
  };
}

function points({ x, y, color }: Axes, boxes: readonly SearchBox[]): object {
  const areMany = boxes.some(({ scores }) => scores.length > MANY_POINTS);
  const size = areMany ? { size: 8, opacity: 0.6 } : { size: 20, opacity: 0.8 };
  return {
    mark: { type: "circle", ...size, stroke: INK, strokeWidth: areMany ? 0 : 0.4 },
    encoding: { x: x("place"), y: y("score"), color },
  };
}

function boxLines({ x, y }: Axes): readonly object[] {
  const line = (from: string, to: string) => ({
    mark: { type: "rule", color: INK },
    encoding: { x: x("place"), y: y(from), y2: { field: to } },
  });
  return [
    line("lowerWhisker", "lowerQuartile"),
    line("upperQuartile", "upperWhisker"),
    {
      mark: { type: "rule", color: INK, strokeWidth: 2 },
      encoding: { x: x("left"), x2: { field: "right" }, y: y("median") },
    },
  ];
}

function xAxis(boxes: readonly SearchBox[], { axis, shorten }: LabelLayout): object {
  const labels = boxes.map((box) => shorten(axisLabel(box)));
  return {
    ...axis,
    title: null,
    values: boxes.map((_, index) => index),
    labelExpr: `${JSON.stringify(labels)}[datum.value]`,
  };
}

function colour({ series }: PanelStyle): object {
  const looks = looksOf(series.map(({ look }) => look));
  const scale = {
    domain: series.map(({ label }) => label),
    range: looks.map(({ colour: of }) => of),
  };
  return { field: "label", type: "nominal", legend: null, scale };
}

function axisLabel({ label, scores }: SearchBox): readonly string[] {
  return [...label, `n = ${scores.length}`];
}

function boxDatum({ label, scores }: SearchBox, index: number, half: number): object {
  const edges = { left: index + BOX_LEFT * half, right: index + BOX_RIGHT * half };
  return { label: label.join(" "), place: index, ...edges, ...boxStatistics(scores) };
}

function pointData({ label, scores }: SearchBox, index: number, half: number): readonly object[] {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = (POINTS_FROM + 1) / 2;
  return sorted.map((score, rank) => ({
    label: label.join(" "),
    place: index + half * (middle + (1 - middle) * jitter(rank, sorted.length)),
    score,
  }));
}

/** The density of the scores as they lie on the axis: on a logarithmic one, that of the logarithms. */
function densityData(
  { label, scores }: SearchBox,
  {
    index,
    half,
    isLog,
  }: { readonly index: number; readonly half: number; readonly isLog: boolean },
): readonly object[] {
  const values = isLog ? scores.map((score) => Math.log(score)) : scores;
  const curve = scores.length < MIN_FOR_DENSITY ? undefined : densityCurve(values);
  if (curve === undefined) return [];
  const most = curve.density.reduce((a, b) => Math.max(a, b));
  const from = index + half * DENSITY_FROM;
  return [...curve.x].map((x, point) => ({
    label: label.join(" "),
    place: index,
    score: isLog ? Math.exp(x) : x,
    from,
    edge: from - half * (1 + DENSITY_FROM) * ((curve.density[point] ?? Number.NaN) / most),
  }));
}
