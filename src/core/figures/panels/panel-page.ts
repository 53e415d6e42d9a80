import { oneLine } from "../../printable.ts";
import type { ReferenceLine } from "../reference-lines.ts";
import { FIGURE_CONFIG } from "../style.ts";
import { formatTick, type Limits, ticksOf } from "./limits.ts";
import { curves, frames, type PlacedReference, references, rules } from "./panel-marks.ts";
import { roundPixels as round, type Text, textAt as text, textMarks } from "./panel-texts.ts";
import { LETTER, panelTitle, type PanelTitle } from "./panel-title.ts";
import type { Stroke } from "./thin-curve.ts";

/** One run's curve in a panel. */
export type PanelCurve = {
  /** The same label has the same colour and dashes in every panel. */
  readonly label: string;
  readonly strokes: readonly Stroke[];
};

/** A small set of axes. */
export type Panel = {
  /** What it shows. */
  readonly title: PanelTitle;
  readonly curves: readonly PanelCurve[];
  /** States of runs that have no curve, or whose curve is not the whole one. */
  readonly states: readonly string[];
};

/** One page of a plot array. */
export type PanelPage = {
  /** Of the page, pixels, 96 to the inch. */
  readonly width: number;
  readonly title: string;
  readonly caption: readonly string[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly limits: Limits;
  /** Labels that have a colour, in their order; a legend names them if there are several. */
  readonly labels: readonly string[];
  /** Of the curves, if they have one label. */
  readonly colour?: string | undefined;
  /** Across every panel, in units of y. */
  readonly references: readonly ReferenceLine[];
  /** Shape `[rows][columns]`; undefined: nothing stands there. */
  readonly rows: readonly (readonly (Panel | undefined)[])[];
};

/** Pixels, 96 to the inch. */
const LEFT = 44;
const BOTTOM = 22;
const GAP = 10;
const MIN_WIDTH = 92;
const MAX_WIDTH = 300;
const TITLE_LINE = 12;

/**
 * A page of panels as one Vega-Lite view with few marks, whatever the number of panels: a
 * specification with a view for each would take seconds to draw.
 */
export function panelPage(page: PanelPage): object {
  const { rows, labels, title, caption, xTitle, yTitle } = page;
  const layout = layoutOf(rows, page.width);
  const axisOf = (length: number, isDown: boolean) => ({
    type: "quantitative",
    axis: null,
    scale: { domain: isDown ? [length, 0] : [0, length], nice: false, zero: false },
  });
  const [x, y] = [axisOf(layout.width, false), axisOf(layout.height, true)];
  const drawn = rows.flatMap((row, r) =>
    row.flatMap((panel, c) => (panel === undefined ? [] : [place(panel, r, c, page, layout)])),
  );
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: oneLine(title), subtitle: caption.map((line) => oneLine(line)) },
    width: layout.width,
    height: layout.height,
    layer: [
      frames(
        drawn.map(({ frame }) => frame),
        { x, y },
      ),
      rules(
        drawn.flatMap(({ ticks }) => ticks),
        { x, y },
      ),
      curves(
        drawn.flatMap(({ lines }) => lines),
        labels,
        page.colour,
      ),
      ...references(placedReferences(page, drawn), { x, y }),
      ...textMarks([...drawn.flatMap((one) => one.texts), ...axisTitles(xTitle, yTitle, layout)], {
        x,
        y,
      }),
    ],
    config: FIGURE_CONFIG,
  };
}

/** Those within the limits, in every panel that is drawn. */
function placedReferences(
  { references: all, limits }: PanelPage,
  drawn: readonly { readonly references: PlacedReference["places"] }[],
): readonly PlacedReference[] {
  return all.flatMap(({ value, ...look }, index) => {
    const places = drawn.flatMap((one) => one.references[index] ?? []);
    return value < limits.yMin || value > limits.yMax ? [] : [{ look, places }];
  });
}

type Layout = {
  readonly panelWidth: number;
  readonly panelHeight: number;
  readonly titleLines: number;
  readonly width: number;
  readonly height: number;
};

/** Of a row with its titles and the gap below it, pixels. */
export function rowHeight(rows: PanelPage["rows"], pageWidth: number): number {
  const { titleLines, panelHeight } = layoutOf(rows, pageWidth);
  return heightOf(titleLines, panelHeight);
}

const heightOf = (titleLines: number, panelHeight: number) =>
  titleLines * TITLE_LINE + panelHeight + GAP + 4;

function layoutOf(rows: PanelPage["rows"], pageWidth: number): Layout {
  const columns = Math.max(1, ...rows.map(({ length }) => length));
  const room = (pageWidth - LEFT) / columns - GAP;
  const panelWidth = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, room));
  const panelHeight = Math.max(70, Math.min(150, panelWidth * 0.62));
  const titleLines = Math.max(
    0,
    ...rows.flat().map((panel) => panelTitle(panel?.title ?? [], panelWidth).length),
  );
  return {
    panelWidth,
    panelHeight,
    titleLines,
    width: LEFT + columns * (panelWidth + GAP),
    height: rows.length * heightOf(titleLines, panelHeight) + BOTTOM,
  };
}

function place(panel: Panel, row: number, column: number, page: PanelPage, layout: Layout) {
  const { panelWidth, panelHeight, titleLines } = layout;
  const left = LEFT + column * (panelWidth + GAP);
  const top = row * heightOf(titleLines, panelHeight) + titleLines * TITLE_LINE;
  const [right, bottom] = [left + panelWidth, top + panelHeight];
  const { xMin, xMax, yMin, yMax } = page.limits;
  const toX = (value: number) => left + ((value - xMin) / (xMax - xMin)) * panelWidth;
  const toY = (value: number) => bottom - ((value - yMin) / (yMax - yMin)) * panelHeight;
  const lines = panel.curves.flatMap(({ label, strokes }) => {
    const parts = strokes.flatMap((stroke) => {
      const inside = stroke.filter(([x]) => x >= xMin && x <= xMax);
      const points = inside.map(([x, y]) => {
        return `${round(toX(x))},${round(toY(Math.min(yMax, Math.max(yMin, y))))}`;
      });
      // A line through one point is none: a dash as long as it is wide.
      return points.length === 1
        ? [`M${points[0] ?? ""}h1.5`]
        : points.length === 0
          ? []
          : [`M${points.join("L")}`];
    });
    return parts.length === 0 ? [] : [{ label, path: parts.join("") }];
  });
  const isLast = page.rows[row + 1]?.[column] === undefined;
  const isFirst = column === 0;
  const [xTicks, yTicks] = [ticksOf(xMin, xMax), ticksOf(yMin, yMax)];
  const rule = (value: number) => ({ x: left, x2: right, y: round(toY(value)) });
  return {
    frame: { x: left, x2: right, y: top, y2: bottom },
    ticks: yTicks.map(rule),
    lines,
    references: page.references.map(({ value }) => rule(value)),
    texts: [
      ...titleTexts(panel.title, left, top, layout),
      ...stateTexts(panel, { x: left + panelWidth / 2, y: (top + bottom) / 2 }, panelWidth),
      ...(isFirst ? yTicks.map((v) => text(left - 4, toY(v), formatTick(v), "right")) : []),
      ...(isLast ? xTicks.map((v) => text(toX(v), bottom + 8, formatTick(v), "centre")) : []),
    ],
  };
}

type Place = { readonly x: number; readonly y: number };

function titleTexts(title: Panel["title"], left: number, top: number, layout: Layout) {
  const lines = panelTitle(title, layout.panelWidth);
  return lines.map((line, index) =>
    text(left, top - (lines.length - index - 0.4) * TITLE_LINE, line, "left"),
  );
}

/** In the middle of an empty panel; small in a corner where there are curves. */
function stateTexts({ states, curves }: Panel, { x, y }: Place, width: number): readonly Text[] {
  const look = curves.length === 0 ? "state" : "remark";
  const letters = Math.floor(width / (LETTER + 0.6));
  return states.map((state, index) =>
    text(x, y + (index - (states.length - 1) / 2) * 13, oneLine(state, letters), look),
  );
}

function axisTitles(xTitle: string, yTitle: string, { width, height }: Layout): readonly Text[] {
  return [
    text(LEFT + (width - LEFT) / 2, height - 2, oneLine(xTitle, 60), "title"),
    text(6, height / 2, oneLine(yTitle, 60), "turned"),
  ];
}
