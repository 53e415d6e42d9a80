import type { ConfigValue } from "../config/config.ts";
import {
  ADDED,
  countAxis,
  EARLIER,
  MAX_CATEGORIES,
  ROW_HEIGHT,
  shorten,
  type VariedValue,
} from "./variation-panel.ts";

const MAX_LETTERS = 14;
const SIGNIFICANT_DIGITS = 6;

/** How many experiments have each value, as horizontal bars. */
export function valueCounts(values: readonly VariedValue[]): object {
  const rows = joinRare(countRows(values));
  const y = categoryAxis(rows.map(({ text }) => shorten(text, MAX_LETTERS)));
  const x = (field: string) => ({ field, type: "quantitative", axis: countAxis("x"), title: null });
  const size = { height: ROW_HEIGHT - 3 };
  return {
    data: {
      values: rows.map(({ earlier, added }, place) => ({
        place,
        earlier,
        all: earlier + added,
        zero: 0,
      })),
    },
    layer: [
      { from: "earlier", to: "all", color: ADDED },
      { from: "zero", to: "earlier", color: EARLIER },
    ].map(({ from, to, ...mark }) => ({
      mark: { type: "bar", orient: "horizontal", ...size, ...mark },
      encoding: { x: x(from), x2: { field: to }, y },
    })),
  };
}

function categoryAxis(labels: readonly string[]): object {
  return {
    field: "place",
    type: "quantitative",
    scale: { domain: [-0.5, MAX_CATEGORIES - 0.5], reverse: true, nice: false, zero: false },
    axis: {
      values: labels.map((_, index) => index),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      grid: false,
      domain: false,
      ticks: false,
    },
    title: null,
  };
}

type Row = { readonly text: string; readonly earlier: number; readonly added: number };

/** A row for each value: numbers by size, the others as they came. */
function countRows(values: readonly VariedValue[]): readonly Row[] {
  const rows = new Map<string, { text: string; earlier: number; added: number }>();
  const areNumbers = values.every(({ value }) => typeof value === "number");
  for (const { value, isEarlier } of areNumbers ? values.toSorted(bySize) : values) {
    const text = textOf(value);
    const row = rows.get(text) ?? { text, earlier: 0, added: 0 };
    row[isEarlier ? "earlier" : "added"] += 1;
    rows.set(text, row);
  }
  return [...rows.values()];
}

const bySize = (a: VariedValue, b: VariedValue) => Number(a.value) - Number(b.value);

function textOf(value: ConfigValue): string {
  if (typeof value === "number") return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The last of too many rows stands for all that have no row of their own. */
function joinRare(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MAX_CATEGORIES) return rows;
  const kept = rows.slice(0, MAX_CATEGORIES - 1);
  const rest = rows.slice(MAX_CATEGORIES - 1);
  const sum = (of: (row: Row) => number) => rest.reduce((total, row) => total + of(row), 0);
  const text = `${rest.length} others`;
  return [...kept, { text, earlier: sum((row) => row.earlier), added: sum((row) => row.added) }];
}
