import type { Interval } from "../analysis/seed-summary.ts";
import { type FigureFrame, PAGE_WIDTH, panelGrid, panelName } from "./panel-grid.ts";
import {
  distinctSeries,
  looksOf,
  type OwnLook,
  type Series,
  type SeriesLook,
} from "./series-look.ts";
import { INK } from "./style.ts";

/** A number with its interval. */
export type IntervalRow = {
  /** What stands at the row. */
  readonly label: string;
  /** The same where it is drawn, if that has to be shorter: {@link MAX_LABEL_LETTERS}. */
  readonly short?: string;
  /** The same series has the same look in every panel. */
  readonly series: string;
  readonly look?: OwnLook | undefined;
  readonly estimate: number;
  readonly interval: Interval | undefined;
  /** What the estimate was made of, such as the scores of the seeds. */
  readonly points?: readonly number[];
};

export type IntervalPanel = {
  readonly name: string;
  /** From the top down. */
  readonly rows: readonly IntervalRow[];
  readonly x: string;
  /** Lines down the panel, such as 0.5 for a chance. */
  readonly references?: readonly { readonly label: string; readonly value: number }[];
  readonly domain?: readonly [number, number];
};

export type IntervalPanelsFigure = FigureFrame & {
  /** At least one. */
  readonly panels: readonly IntervalPanel[];
};

const ROW_HEIGHT = 30;
const LETTER_WIDTH = 6.4;
/** Of a label, pixels; longer ones end in an ellipsis. */
const MAX_LABEL_WIDTH = 260;
/** Letters of a label that are shown in any case. */
export const MAX_LABEL_LETTERS = 38;
/** Mean width of a letter of the numbers beside a panel, and of the gaps around them, pixels. */
const VALUE_LETTER_WIDTH = 6.1;
const VALUE_GAPS = 40;
const MIN_PANEL_WIDTH = 96;
/** Between two numbers of the axis, pixels. */
const TICK_WIDTH = 40;
/** Room left and right of the values, as a part of their range. */
const PADDING = 0.08;

/** Numbers as points with their intervals, a row for each, the number written beside it. */
export function intervalPanels(figure: IntervalPanelsFigure): object {
  const { panels } = figure;
  const rows = panels.flatMap((panel) => panel.rows);
  const series = distinctSeries(rows.map(({ series: label, look }) => ({ label, look })));
  const longest = rows.reduce((most, row) => Math.max(most, labelOf(row).length), 0);
  const labelWidth = Math.min(MAX_LABEL_WIDTH, longest * LETTER_WIDTH + 12);
  const values = rows.map(({ estimate, interval }) => valueText(estimate, interval).length);
  const valueWidth = Math.max(...values) * VALUE_LETTER_WIDTH + VALUE_GAPS;
  const needed = labelWidth + valueWidth + MIN_PANEL_WIDTH;
  const columns = Math.max(1, Math.min(panels.length, 2, Math.floor(PAGE_WIDTH / needed)));
  const width = Math.floor(PAGE_WIDTH / columns - labelWidth - valueWidth);
  const drawn = panels.map((panel) => drawPanel(panel, { series, width, valueWidth }));
  return panelGrid(figure, drawn, columns);
}

type Drawing = {
  readonly series: readonly Series[];
  readonly width: number;
  /** Of the numbers beside the panel. */
  readonly valueWidth: number;
};

const labelOf = ({ label, short = label }: IntervalRow) => short;

function drawPanel(panel: IntervalPanel, { series, width, valueWidth }: Drawing): object {
  const { rows, references = [] } = panel;
  const looks = looksOf(series.map(({ look: own }) => own));
  const range = <Value>(of: (look: SeriesLook) => Value) => ({
    field: "series",
    type: "nominal",
    scale: { domain: series.map(({ label }) => label), range: looks.map(of) },
    legend: null,
  });
  const look = { color: range(({ colour }) => colour), shape: range(({ shape }) => shape) };
  const scale = { domain: panel.domain ?? domainOf(panel), nice: false, zero: false };
  const axis = { tickCount: Math.max(3, Math.floor(width / TICK_WIDTH)), labelSeparation: 4 };
  const x = { field: "estimate", type: "quantitative", scale, title: panel.x, axis };
  const y = yAxis(rows);
  const values = rows.map(rowDatum);
  const withInterval = values.filter(({ low }) => low !== null);
  const points = rows.flatMap(({ series: of, points: all = [] }, row) =>
    all.filter(Number.isFinite).map((point) => ({ series: of, row, point })),
  );
  return {
    width,
    height: rows.length * ROW_HEIGHT + 10,
    layer: [
      panelName(panel.name, width + valueWidth),
      ...referenceLines(references, scale),
      ...layer(points, {
        mark: { type: "tick", thickness: 1, size: 12, opacity: 0.5 },
        encoding: { x: { ...x, field: "point" }, y, color: look.color },
      }),
      ...layer(withInterval, {
        mark: { type: "rule", strokeWidth: 2.5 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color: look.color },
      }),
      ...layer(
        values.filter(({ estimate }) => estimate !== null),
        {
          mark: { type: "point", filled: true, size: 70, opacity: 1 },
          encoding: { x, y, ...look },
        },
      ),
      {
        data: { values },
        mark: { type: "text", align: "left", x: width + 8, fontSize: 10.5, color: INK },
        encoding: { y, text: { field: "text" } },
      },
    ],
  };
}

/** Rows are places from 0 down, so that the same label may stand at several. */
function yAxis(rows: readonly IntervalRow[]): object {
  return {
    field: "row",
    type: "quantitative",
    scale: { domain: [rows.length - 0.5, -0.5], nice: false, zero: false },
    title: null,
    axis: {
      values: rows.map((_, row) => row),
      labelExpr: `${JSON.stringify(rows.map(labelOf))}[datum.value]`,
      labelLimit: MAX_LABEL_WIDTH,
      labelOverlap: false,
      ticks: false,
      domain: false,
      labelPadding: 8,
    },
  };
}

function rowDatum({ series, estimate, interval }: IntervalRow, row: number) {
  const isFinite = Number.isFinite(estimate);
  return {
    series,
    row,
    estimate: isFinite ? estimate : null,
    low: isFinite && interval !== undefined ? interval.low : null,
    high: isFinite && interval !== undefined ? interval.high : null,
    text: valueText(estimate, interval),
  };
}

function valueText(estimate: number, interval: Interval | undefined): string {
  if (!Number.isFinite(estimate)) return "no number";
  if (interval === undefined) return withMinus(formatFigureNumber(estimate));
  const numbers = [estimate, interval.low, interval.high];
  const [text = "", low = "", high = ""] = alike(numbers).map(withMinus);
  return `${text} [${low}, ${high}]`;
}

/** As the axis writes it. */
const withMinus = (text: string) => text.replace("-", "\u2212");

/** As many digits behind the point for each: the largest has three significant ones. */
function alike(values: readonly number[]): readonly string[] {
  const largest = Math.max(...values.map(Math.abs));
  if (largest >= 1e5 || largest < 1e-2) return values.map(formatFigureNumber);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return values.map((value) => value.toFixed(digits));
}

/** Three significant digits. */
export function formatFigureNumber(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) {
    return String(Number(value.toPrecision(2)));
  }
  return String(Number(value.toPrecision(3)));
}

function layer(values: readonly object[], what: object): readonly object[] {
  return values.length === 0 ? [] : [{ data: { values }, ...what }];
}

function referenceLines(
  references: readonly { readonly label: string; readonly value: number }[],
  scale: object,
): readonly object[] {
  const x = { field: "value", type: "quantitative", scale };
  const text = { type: "text", baseline: "bottom", dy: -1, fontSize: 10, color: INK, y: 0 };
  return layer(references, {
    layer: [
      { mark: { type: "rule", color: INK, strokeDash: [3, 3] }, encoding: { x } },
      { mark: text, encoding: { x, text: { field: "label" } } },
    ],
  });
}

function domainOf({ rows, references = [] }: IntervalPanel): readonly [number, number] {
  const values = [
    ...rows.flatMap(({ estimate, interval, points = [] }) => [
      estimate,
      ...(interval === undefined ? [] : [interval.low, interval.high]),
      ...points,
    ]),
    ...references.map(({ value }) => value),
  ].filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const room = PADDING * (high > low ? high - low : Math.abs(low) || 1);
  return [low - room, high + room];
}
