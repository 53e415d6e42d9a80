import type { Feature } from "../analysis/importance/features.ts";
import { type FigureFrame, PAGE_WIDTH, panelGrid } from "./panel-grid.ts";
import { formatFigureNumber } from "./interval-panels.ts";
import { categoryName } from "./marginals.ts";
import { parameterScale, scoreScale, type ScoreScale } from "./score-axis.ts";
import { INK } from "./style.ts";

export type ParallelCoordinatesFigure = FigureFrame & {
  /** From left to right; the score comes behind them. */
  readonly features: readonly Pick<Feature, "name" | "kind" | "values" | "codes">[];
  /** Shape `[experiments]`, finite, at least one. */
  readonly scores: readonly number[];
  readonly scoreName: string;
  readonly direction: "maximise" | "minimise";
};

/** More axes would stand too close. */
export const MAX_AXES = 8;
const HEIGHT = 300;
const MARGIN = 110;
/** Letters of a name above an axis, and of a value beside it. */
const MAX_NAME = 18;
const MAX_VALUE = 10;
/** Values that are written beside an axis of categories. */
const MAX_CATEGORIES = 8;
/** Of numbers beside an axis, as a part of its height. */
const MIN_GAP = 0.055;
/** The part of the experiments that is drawn on top, thick. */
const BEST_PART = 0.1;

/** A place on an axis, 0 at the bottom, 1 at the top, and what stands there. */
type Tick = { readonly place: number; readonly text: string };
type Axis = {
  readonly name: string;
  readonly placeOf: (experiment: number) => number;
  readonly ticks: readonly Tick[];
};

/** Each experiment as a line through its values, coloured by its score; the best ones are thick. */
export function parallelCoordinates(figure: ParallelCoordinatesFigure): object {
  const { scores, direction, scoreName } = figure;
  const axes = [
    ...figure.features.slice(0, MAX_AXES).map(featureAxis),
    scoreAxis(scoreName, scores),
  ];
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const worstFirst = direction === "maximise" ? order : order.reverse();
  const best = new Set(worstFirst.slice(-Math.ceil(BEST_PART * scores.length)));
  const lines = worstFirst.flatMap((experiment, rank) =>
    axes.map(({ placeOf }, axis) => ({
      line: rank,
      axis,
      place: placeOf(experiment),
      score: scores[experiment],
      isBest: best.has(experiment),
    })),
  );
  const x = {
    field: "axis",
    type: "quantitative",
    scale: { domain: [0, axes.length - 1], nice: false },
    axis: null,
  };
  const y = { field: "place", type: "quantitative", scale: { domain: [0, 1] }, axis: null };
  const color = {
    field: "score",
    type: "quantitative",
    scale: { scheme: "viridis", reverse: direction === "maximise" },
    legend: null,
  };
  const line = (width: number, opacity: number) => ({
    mark: { type: "line", strokeWidth: width, opacity },
    encoding: { x, y, color, detail: { field: "line" } },
  });
  const panel = {
    width: PAGE_WIDTH - MARGIN,
    height: HEIGHT,
    layer: [
      { data: { values: lines.filter(({ isBest }) => !isBest) }, ...line(1, 0.45) },
      { data: { values: lines.filter(({ isBest }) => isBest) }, ...line(2.4, 1) },
      ...axisLayers(axes, x, y),
    ],
  };
  return panelGrid(figure, [panel], 1);
}

function axisLayers(axes: readonly Axis[], x: object, y: object): readonly object[] {
  const rules = axes.map((_, axis) => ({ axis }));
  // Names of neighbours stand at two heights.
  const names = axes.map(({ name }, axis) => ({ axis, place: 1, name: shorten(name, MAX_NAME) }));
  const ticks = axes.flatMap(({ ticks: of }, axis) =>
    of.map(({ place, text }) => ({ axis, place, text: shorten(text, MAX_VALUE) })),
  );
  const name = (dy: number) => ({ type: "text", dy, fontSize: 11, fontWeight: "bold", color: INK });
  const encoding = { x, y, text: { field: "name" } };
  const text = { type: "text", align: "left", dx: 5, fontSize: 10, baseline: "middle" };
  const tick = { x, y, text: { field: "text" } };
  return [
    { data: { values: rules }, mark: { type: "rule", color: INK }, encoding: { x } },
    { data: { values: names.filter((_, axis) => axis % 2 === 0) }, mark: name(-14), encoding },
    { data: { values: names.filter((_, axis) => axis % 2 === 1) }, mark: name(-30), encoding },
    {
      data: { values: ticks },
      layer: [
        { mark: { ...text, stroke: "white", strokeWidth: 3 }, encoding: tick },
        { mark: { ...text, color: INK }, encoding: tick },
      ],
    },
  ];
}

function featureAxis({
  name,
  kind,
  values,
  codes,
}: ParallelCoordinatesFigure["features"][number]): Axis {
  const isNumeric = kind === "numeric" && values.every((value) => typeof value === "number");
  if (isNumeric) {
    const numbers = values.flatMap((value) => (typeof value === "number" ? value : []));
    const { placeOf, ticks } = numericAxis(numbers, parameterScale);
    return { name, ticks, placeOf: (one) => placeOf(numbers[codes[one] ?? -1] ?? Number.NaN) };
  }
  const last = Math.max(1, values.length - 1);
  const all = values.map((value, code) => ({ place: code / last, text: categoryName(value) }));
  const step = Math.ceil(all.length / MAX_CATEGORIES);
  return {
    name,
    ticks: all.filter((_, code) => code % step === 0),
    placeOf: (one) => (codes[one] ?? Number.NaN) / last,
  };
}

function scoreAxis(name: string, scores: readonly number[]): Axis {
  const { placeOf, ticks } = numericAxis(
    [...scores].sort((a, b) => a - b),
    (values) => scoreScale(values).type,
  );
  return { name, ticks, placeOf: (one) => placeOf(scores[one] ?? Number.NaN) };
}

/** By logarithms where the numbers span decades. @param sorted - ascending, at least one */
function numericAxis(
  sorted: readonly number[],
  scaleOf: (values: readonly number[]) => ScoreScale["type"],
) {
  const [low = Number.NaN] = sorted;
  const high = sorted.at(-1) ?? Number.NaN;
  const isLog = scaleOf(sorted) === "log";
  const at = (value: number) => (isLog ? Math.log(value) : value);
  const back = (value: number) => (isLog ? Math.exp(value) : value);
  const placeOf = (value: number) =>
    high > low ? (at(value) - at(low)) / (at(high) - at(low)) : 0.5;
  const regular = [0, 0.25, 0.5, 0.75, 1].map((place) => {
    return back((1 - place) * at(low) + place * at(high));
  });
  const distinct = [...new Set(sorted)];
  const shown = distinct.length <= MAX_CATEGORIES ? distinct : regular;
  const all = shown.map((value) => ({ place: placeOf(value), text: formatFigureNumber(value) }));
  const ticks = all.filter(
    ({ place }, index) => place - (all[index - 1]?.place ?? Number.NEGATIVE_INFINITY) >= MIN_GAP,
  );
  return { placeOf, ticks };
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
