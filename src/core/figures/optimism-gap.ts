import type { OptimismGap } from "../analysis/searches/optimism.ts";
import type { SeedSummary } from "../analysis/seed-summary.ts";
import { PAGE_WIDTH, wrapLines } from "./panel-grid.ts";
import { scoreScale } from "./score-axis.ts";
import { colourOf } from "./series-look.ts";
import { FIGURE_CONFIG, INK } from "./style.ts";

/** A retrained experiment, as it is to be drawn. */
export type GapRow = Pick<OptimismGap, "searched" | "retrained"> & {
  readonly task: string;
  readonly label: string;
};

export type OptimismGapFigure = {
  /** At least one; those without any score are left out. */
  readonly rows: readonly GapRow[];
  readonly metric: string;
  /** Which scores are good, for the axis. */
  readonly hint: string;
  /** How the scores came about, a line each. */
  readonly caption: readonly string[];
};

/** Mean width of a letter of a row's label; of a label, pixels: longer ones end in an ellipsis. */
const LETTER_WIDTH = 6.4;
const MAX_LABEL_WIDTH = 320;
/** Between label and panel, and for the half of the last number that stands beyond the panel. */
const LABEL_GAPS = 32;
/** Between two numbers of the axis, pixels. */
const TICK_WIDTH = 70;
const ROW_HEIGHT = 40;
/** The two points of a row stand above each other, in shares of its height. */
const OFFSET = 0.16;
const SIDES = ["in the search", "retrained"] as const;
const SHAPES = ["circle", "diamond"] as const;

/**
 * What searches promised of experiments, and what retraining them gave: a row for each, a panel for
 * each task, as a Vega-Lite specification that holds its data.
 */
export function optimismGapFigure({ rows, metric, hint, caption }: OptimismGapFigure): object {
  const longest = rows.reduce((most, { label }) => Math.max(most, label.length), 0);
  const labelWidth = Math.min(MAX_LABEL_WIDTH, longest * LETTER_WIDTH) + LABEL_GAPS;
  const tasks = [...new Set(rows.map(({ task }) => task))];
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: "What the searches promised, and what retraining kept",
      subtitle: wrapLines(caption),
    },
    vconcat: tasks.map((task) =>
      panel(
        rows.filter((row) => row.task === task),
        { metric, hint, width: PAGE_WIDTH - labelWidth },
      ),
    ),
    spacing: 24,
    config: FIGURE_CONFIG,
  };
}

function panel(
  rows: readonly GapRow[],
  { metric, hint, width }: Pick<OptimismGapFigure, "metric" | "hint"> & { readonly width: number },
): object {
  const values = rows.flatMap(({ searched, retrained }, place) => [
    ...pointOf(searched, place, 0),
    ...pointOf(retrained, place, 1),
  ]);
  const scale = scoreScale(values.flatMap(({ low, score, high }) => [low, score, high]));
  const title = `${metric} (${hint}${scale.type === "log" ? ", log scale" : ""})`;
  const axis = { tickCount: Math.floor(width / TICK_WIDTH) };
  const x = (field: string) => ({ field, type: "quantitative", scale, title, axis });
  const y = {
    field: "place",
    type: "quantitative",
    title: null,
    scale: { domain: [-0.5, rows.length - 0.5], nice: false, zero: false, reverse: true },
    axis: {
      values: rows.map((_, place) => place),
      labelExpr: `${JSON.stringify(rows.map(({ label }) => label))}[datum.value]`,
      grid: false,
      ticks: false,
      labelPadding: 8,
      labelLimit: MAX_LABEL_WIDTH,
    },
  };
  const side = <Value>(range: readonly Value[]) => ({
    field: "side",
    type: "nominal",
    scale: { domain: SIDES, range },
    legend: { title: null, orient: "top" },
  });
  const color = side(SIDES.map((_, index) => colourOf(index)));
  return {
    title: { text: rows[0]?.task ?? "", fontSize: 12, offset: 6 },
    width,
    height: rows.length * ROW_HEIGHT + 10,
    data: { values },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { y, x: x("low"), x2: { field: "high" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 90, stroke: INK, strokeWidth: 0.5, opacity: 1 },
        encoding: { y, x: x("score"), color, shape: side(SHAPES) },
      },
    ],
  };
}

function pointOf({ mean, interval }: SeedSummary, row: number, side: 0 | 1) {
  if (!Number.isFinite(mean)) return [];
  const place = row + (side === 0 ? -OFFSET : OFFSET);
  const { low, high } = interval ?? { low: mean, high: mean };
  return [{ place, side: SIDES[side], score: mean, low, high }];
}
