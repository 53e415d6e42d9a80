import {
  type FigureFrame,
  PAGE_WIDTH,
  panelGrid,
  panelName,
  type PanelSize,
  panelSize,
} from "./panel-grid.ts";
import { type ReferenceLine, referenceLines } from "./reference-lines.ts";
import { type ScoreScale, scoreScale } from "./score-axis.ts";
import { distinctSeries, type OwnLook, seriesEncodings } from "./series-look.ts";

/** A place of a line; what is not finite is a gap. */
export type LinePoint = {
  readonly x: number;
  readonly y: number;
  /** The ends of the band. */
  readonly low?: number;
  readonly high?: number;
};

export type FigureLine = {
  /** What the legend says; the same label has the same look in every panel. */
  readonly label: string;
  readonly look?: OwnLook | undefined;
  /** By ascending x. */
  readonly points: readonly LinePoint[];
};

export type LinePanel = {
  readonly name: string;
  readonly lines: readonly FigureLine[];
  /** Drawn thin behind the lines: in the look of that label, or grey if it has none. */
  readonly faint?: readonly FigureLine[];
  readonly references?: readonly ReferenceLine[];
};

export type LinePanelsFigure = FigureFrame & {
  /** At least one. */
  readonly panels: readonly LinePanel[];
  readonly x: LineAxis;
  readonly y: LineAxis;
  /** `step`: a value holds until the next one. */
  readonly interpolate?: "linear" | "step";
};

export type LineAxis = {
  readonly title: string;
  /** Such as `higher is better ↑`: on a line of its own where panels are narrow. */
  readonly hint?: string;
  /** Default: of the values, the same kind of axis in every panel. */
  readonly domain?: readonly [number, number];
  /** Whether the values are scores, which may stand on a logarithmic axis; counts and shares do not. */
  readonly isScore?: boolean;
  /** The same axis in every panel. */
  readonly shared?: boolean;
};

/** Between two numbers of the x axis, pixels. */
const TICK_WIDTH = 70;
/** Of a panel's name over the beginning of the space to its right, pixels. */
const NAME_OVERHANG = 40;
/** Of a line: more are closer than the dots of a page. */
const MAX_POINTS = 1000;
/** Symbols on a line, so that it can be told from others without colours. */
const MARKERS = 6;

/** Lines with bands, a panel for each task, one legend for all. */
export function linePanels(figure: LinePanelsFigure): object {
  const { panels } = figure;
  const series = distinctSeries(panels.flatMap(({ lines }) => lines));
  const labels = series.map(({ label }) => label);
  const size = panelSize(panels.length);
  const encodings = seriesEncodings(series, legendColumns(labels));
  const drawn = panels.map((panel) => {
    const scales = {
      x: scaleOf(figure.x, panels, panel, xValues),
      y: scaleOf(figure.y, panels, panel, yValues),
    };
    return drawPanel(panel, figure, { labels, size, encodings, scales });
  });
  return panelGrid(figure, drawn, size.columns);
}

type Drawing = {
  readonly labels: readonly string[];
  readonly size: PanelSize;
  readonly encodings: ReturnType<typeof seriesEncodings>;
  readonly scales: { readonly x: Partial<ScoreScale>; readonly y: Partial<ScoreScale> };
};

function drawPanel(panel: LinePanel, figure: LinePanelsFigure, drawing: Drawing): object {
  const { labels, size, encodings, scales } = drawing;
  const x = {
    field: "x",
    type: "quantitative",
    scale: scales.x,
    title: titleOf(figure.x, scales.x, size),
    axis: {
      tickCount: Math.floor(size.width / TICK_WIDTH),
      // There is no half epoch.
      ...(xValues(panel).every(Number.isInteger) && { tickMinStep: 1 }),
    },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: scales.y,
    title: titleOf(figure.y, scales.y, size),
  };
  const interpolate = figure.interpolate === "step" ? "step-after" : "linear";
  const line = { type: "line", interpolate };
  const { color, strokeDash, shape } = encodings;
  const faint = panel.faint ?? [];
  const coloured = faint.filter(({ label }) => labels.includes(label));
  const grey = faint.filter(({ label }) => !labels.includes(label));
  return {
    width: size.width,
    height: size.height,
    layer: [
      panelName(panel.name, size.width + NAME_OVERHANG),
      ...layer(grey, {
        mark: { ...line, strokeWidth: 0.8, color: "#bdbdbd" },
        encoding: { x, y, detail: { field: "line" } },
      }),
      ...layer(coloured, {
        mark: { ...line, strokeWidth: 0.8, opacity: 0.55 },
        encoding: { x, y, color, detail: { field: "line" } },
      }),
      ...layer(panel.lines.filter(hasBand), {
        mark: { type: "area", interpolate, opacity: 0.2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      }),
      ...layer(panel.lines, {
        mark: { ...line, strokeWidth: 2 },
        encoding: { x, y, color, strokeDash },
      }),
      ...layer(markers(panel.lines, labels), {
        mark: { type: "point", filled: true, size: 46, opacity: 1 },
        encoding: { x, y, color, shape },
      }),
      ...referenceLines(panel.references ?? [], { ...y, field: "value" }),
    ],
  };
}

/** A layer over the points of lines; none without lines. */
function layer(lines: readonly FigureLine[], what: object): readonly object[] {
  const values = lines.flatMap(({ label, points }, index) =>
    thinned(points).map(({ x, y, low, high }) => ({
      series: label,
      line: index,
      x,
      y: finite(y),
      ...(low === undefined ? {} : { low: finite(low), high: finite(high) }),
    })),
  );
  return values.length === 0 ? [] : [{ data: { values }, ...what }];
}

/** Evenly many of them, the first and the last one too. */
function thinned(points: readonly LinePoint[]): readonly LinePoint[] {
  if (points.length <= MAX_POINTS) return points;
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => {
    return points[Math.round(index * step)] ?? { x: Number.NaN, y: Number.NaN };
  });
}

/** JSON has no other numbers; a null breaks the line. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function hasBand({ points }: FigureLine): boolean {
  return points.some(({ low }) => low !== undefined && Number.isFinite(low));
}

/** A few places of each line, not the same ones for all: symbols would hide each other. */
function markers(lines: readonly FigureLine[], labels: readonly string[]): readonly FigureLine[] {
  return lines.map(({ label, points }) => {
    const drawn = points.filter(({ y }) => Number.isFinite(y));
    const shift = (labels.indexOf(label) + 0.5) / labels.length;
    const places = Array.from({ length: MARKERS }, (_, index) =>
      Math.floor(((index + shift) / MARKERS) * drawn.length),
    );
    return { label, points: [...new Set(places)].flatMap((place) => drawn[place] ?? []) };
  });
}

const xValues = ({ lines, faint = [] }: LinePanel) =>
  [...lines, ...faint].flatMap(({ points }) => points.map(({ x }) => x));
const yValues = ({ lines, faint = [], references = [] }: LinePanel) => [
  ...[...lines, ...faint].flatMap(({ points }) =>
    points.flatMap(({ y, low = y, high = y }) => [y, low, high]),
  ),
  ...references.map(({ value }) => value),
];

function scaleOf(
  axis: LineAxis,
  panels: readonly LinePanel[],
  panel: LinePanel,
  valuesOf: (panel: LinePanel) => readonly number[],
): Partial<ScoreScale> {
  if (axis.domain !== undefined) return { domain: axis.domain, nice: false, zero: false };
  const of = axis.shared === true ? panels : [panel];
  const values = of.flatMap(valuesOf).filter(Number.isFinite);
  if (values.length === 0) return { domain: [0, 1] };
  if (axis.isScore === true) return scoreScale(values);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  // One value has no range: it stands in the middle.
  return { domain: low < high ? [low, high] : [low - 0.5, high + 0.5], nice: false, zero: false };
}

function titleOf(
  { title, hint }: LineAxis,
  scale: Partial<ScoreScale>,
  { columns }: PanelSize,
): string | readonly string[] {
  const hints = [
    ...(hint === undefined ? [] : [hint]),
    ...(scale.type === "log" ? ["log scale"] : []),
  ];
  if (hints.length === 0) return title;
  return columns === 1 ? `${title} (${hints.join(", ")})` : [title, hints.join(", ")];
}

/** As many columns of the legend as fit on the page. */
function legendColumns(labels: readonly string[]): number {
  const longest = labels.reduce((most, { length }) => Math.max(most, length), 1);
  return Math.max(1, Math.min(labels.length, Math.floor(PAGE_WIDTH / (longest * 6.6 + 60))));
}
