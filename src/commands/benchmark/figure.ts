import type { IntervalPanelsFigure } from "../../core/figures/interval-panels.ts";
import type { LinePanelsFigure } from "../../core/figures/line-panels.ts";

/** A figure of the results, and the numbers in it. */
export type BenchmarkFigure = {
  /** Of its files, without an ending. */
  readonly name: string;
  /** Vega-Lite. */
  readonly specification: object;
  /** The numbers, a row each; all have the same keys. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
};

/** The places of the lines; a gap and an end that is missing are empty. */
export function lineRows(panels: LinePanelsFigure["panels"]): BenchmarkFigure["rows"] {
  return panels.flatMap(({ name, lines, faint = [] }) =>
    [...lines, ...faint].flatMap(({ label, points }) =>
      points.map(({ x, y, low, high }) => ({
        panel: name,
        series: label,
        x,
        y: cell(y),
        low: cell(low),
        high: cell(high),
      })),
    ),
  );
}

export function intervalRows(panels: IntervalPanelsFigure["panels"]): BenchmarkFigure["rows"] {
  return panels.flatMap(({ name, rows }) =>
    rows.map(({ label, estimate, interval }) => ({
      panel: name,
      label,
      estimate: cell(estimate),
      low: cell(interval?.low),
      high: cell(interval?.high),
    })),
  );
}

const cell = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? "" : value;
