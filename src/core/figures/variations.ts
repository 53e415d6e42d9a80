import { histogram } from "./histogram.ts";
import { jitter } from "./score-axis.ts";
import { FIGURE_CONFIG, INK } from "./style.ts";
import { valueCounts } from "./variation-counts.ts";
import {
  ADDED,
  countAxis,
  EARLIER,
  PANEL_HEIGHT,
  PANEL_WIDTH,
  shorten,
  type VariedValue,
} from "./variation-panel.ts";

export type { VariedValue };

export type VariedParameter = {
  readonly name: string;
  /** One for each experiment that has the parameter. */
  readonly values: readonly VariedValue[];
  /** Numbers on an axis: `log` if each order of magnitude is as likely; `categories`: counted. */
  readonly axis: "linear" | "log" | "categories";
};

export type VariationsFigure = {
  readonly title: string;
  readonly caption: readonly string[];
  readonly parameters: readonly VariedParameter[];
};

const COLUMNS = 3;
/** So many parameters fit a figure that can be looked at. */
const MAX_PANELS = 60;
/** Points are drawn up to this number; more would be one black band. */
const MAX_POINTS = 300;
/** Part of the panel, at its bottom, in which the points lie. */
const POINTS_PART = 0.3;
const MAX_NAME_LETTERS = 30;
/** Labels of a logarithmic axis that fit a panel. */
const MAX_POWERS = 5;

/**
 * The values of each varied parameter over the experiments, a panel for each: numbers as a histogram
 * with a point for each value, everything else counted. Earlier experiments are grey.
 */
export function variations({ title, caption, parameters }: VariationsFigure): object {
  const shown = parameters.slice(0, MAX_PANELS);
  const left = parameters.length - shown.length;
  const more = left === 0 ? [] : [`${left} more parameters are not drawn.`];
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: title, subtitle: [...caption, ...more] },
    concat: shown.map(panel),
    columns: COLUMNS,
    align: "each",
    spacing: { row: 30, column: 24 },
    config: FIGURE_CONFIG,
  };
}

function panel(parameter: VariedParameter): object {
  const numbers = numbersOf(parameter);
  const size = { width: PANEL_WIDTH, height: PANEL_HEIGHT };
  const name = heading(parameter);
  if (parameter.values.length === 0) return { ...size, layer: [name, note("in no experiment")] };
  return numbers === undefined
    ? { ...size, layer: [name, valueCounts(parameter.values)] }
    : { ...size, layer: [name, ...distribution(numbers, parameter.axis === "log")] };
}

/** Not a title: those of neighbouring panels stand at different places. */
function heading({ name, axis, values }: VariedParameter): object {
  const count = axis === "log" ? `${values.length}, log scale` : `${values.length}`;
  const text = { text: shorten(name, MAX_NAME_LETTERS), fontSize: 11, fontWeight: "bold", x: 0 };
  const side = { text: `n = ${count}`, fontSize: 10, x: PANEL_WIDTH, align: "right" };
  return {
    data: { values: [{}] },
    layer: [text, side].map((one) => ({
      mark: { type: "text", align: "left", color: INK, ...one, y: one === text ? -18 : -6 },
    })),
  };
}

function note(text: string): object {
  const place = { x: PANEL_WIDTH / 2, y: PANEL_HEIGHT / 2 };
  return { data: { values: [{}] }, mark: { type: "text", text, color: "#555555", ...place } };
}

type NumberValue = { readonly value: number; readonly isEarlier: boolean };

/** Undefined for categories, and for values of which one has no place on the axis. */
function numbersOf({ values, axis }: VariedParameter): readonly NumberValue[] | undefined {
  const numbers = values.flatMap(({ value, isEarlier }) =>
    typeof value === "number" && Number.isFinite(value) && (axis !== "log" || value > 0)
      ? [{ value, isEarlier }]
      : [],
  );
  return axis === "categories" || numbers.length < values.length ? undefined : numbers;
}

function distribution(numbers: readonly NumberValue[], isLog: boolean): readonly object[] {
  const { edges, binOf } = histogram(
    numbers.map(({ value }) => value),
    isLog,
  );
  const bins = edges.slice(1).map((high, index) => {
    const within = numbers.filter(({ value }) => binOf(value) === index);
    const earlier = within.filter(({ isEarlier }) => isEarlier).length;
    return { low: edges[index], high, earlier, all: within.length };
  });
  const domain = [edges[0], edges.at(-1)];
  const scale = {
    type: isLog ? "log" : "linear",
    domain,
    nice: false,
    ...(!isLog && { zero: false }),
  };
  const marks = isLog ? logMarks(edges) : { tickCount: 4 };
  const axis = { ticks: true, labelOverlap: "greedy", ...marks };
  const x = (field: string) => ({ field, type: "quantitative", scale, axis, title: null });
  const bars = [
    bar("earlier", "all", ADDED, x("low")),
    ...(numbers.some(({ isEarlier }) => isEarlier) ? [bar("0", "earlier", EARLIER, x("low"))] : []),
  ];
  const layers = [{ data: { values: bins.map((bin) => ({ ...bin, 0: 0 })) }, layer: bars }];
  return numbers.length > MAX_POINTS ? layers : [...layers, points(numbers, x("value"))];
}

/** Powers of ten, written as 1e-5, 0.001, 100, 1e+6; what vega finds where there is no more than one. */
export function logMarks([low = 1, ...rest]: readonly number[]): object {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(rest.at(-1) ?? low))];
  const step = Math.ceil((last - first) / MAX_POWERS) || 1;
  const count = Math.floor((last - first) / step) + 1;
  if (count < 2) return { tickCount: 4 };
  const values = Array.from({ length: count }, (_, index) => 10 ** (first + index * step));
  const isShort = "datum.value < 1e4 && datum.value >= 1e-3";
  return { values, labelExpr: `format(datum.value, ${isShort} ? '~g' : '~e')` };
}

function bar(from: string, to: string, color: string, x: object): object {
  const y = { field: from, type: "quantitative", axis: countAxis("y"), title: null };
  return {
    mark: { type: "rect", color, stroke: "white", strokeWidth: 1 },
    encoding: { x, x2: { field: "high" }, y, y2: { field: to } },
  };
}

function points(numbers: readonly NumberValue[], x: object): object {
  const sorted = [...numbers].sort((a, b) => a.value - b.value);
  const values = sorted.map(({ value, isEarlier }, rank) => ({
    value,
    isEarlier,
    // From the bottom of the panel upwards, in pixels: the axis beside it counts.
    place: PANEL_HEIGHT * (1 - (POINTS_PART * (jitter(rank, sorted.length) + 1)) / 2),
  }));
  return {
    data: { values },
    mark: { type: "circle", size: 12, opacity: 0.85, strokeWidth: 0 },
    encoding: {
      x,
      y: { field: "place", type: "quantitative", scale: null },
      color: { condition: { test: "datum.isEarlier", value: "#777777" }, value: INK },
    },
  };
}
