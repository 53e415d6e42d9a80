import { stringify } from "csv-stringify/sync";

import type { ConfigValue } from "../config/config.ts";

/** What stands in one place of a table; undefined where there is nothing. Numbers may be NaN or infinite. */
export type Cell = ConfigValue | readonly number[] | undefined;

/** Rows of cells under names. */
export type Table = {
  readonly columns: readonly string[];
  /** Shape `[rows, columns]` */
  readonly rows: readonly (readonly Cell[])[];
};

/** For other programs: a line for each row, texts as they are, lists and objects as JSON, nothing for what is missing. */
export function formatCsv({ columns, rows }: Table): string {
  const cells = rows.map((row) => columns.map((_, index) => cellText(row[index])));
  return stringify([columns, ...cells]);
}

/** A cell for people and for CSV. */
export function cellText(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "string") return cell;
  return typeof cell === "number" ? String(cell) : JSON.stringify(jsonCell(cell));
}

/** An object for each row, without what is missing. */
export function tableRecords({
  columns,
  rows,
}: Table): readonly Readonly<Record<string, unknown>>[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.flatMap((name, index) => {
        const cell = row[index];
        return cell === undefined ? [] : [[name, jsonCell(cell)]];
      }),
    ),
  );
}

/** As JSON can hold it: NaN and the infinities as texts. */
function jsonCell(cell: Exclude<Cell, undefined>): unknown {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : String(cell);
  if (!Array.isArray(cell)) return cell;
  return cell.map((one: ConfigValue) => (typeof one === "number" ? jsonCell(one) : one));
}

/**
 * The order of cells in a sorted column: numbers, then texts, then anything else; NaN behind the
 * numbers, what is missing last, whichever way the rest goes.
 */
export function compareCells(a: Cell, b: Cell, direction: 1 | -1): number {
  const [first, second] = [rankOf(a), rankOf(b)];
  if (first !== second) return first - second;
  if (typeof a === "number" && typeof b === "number") {
    return Number.isNaN(a) ? 0 : direction * (a === b ? 0 : a < b ? -1 : 1);
  }
  if (a === undefined || b === undefined) return 0;
  const [text, other] = [cellText(a), cellText(b)];
  return text === other ? 0 : direction * (text < other ? -1 : 1);
}

function rankOf(cell: Cell): number {
  if (cell === undefined) return 4;
  if (typeof cell === "number") return Number.isNaN(cell) ? 1 : 0;
  return typeof cell === "string" ? 2 : 3;
}

/** The same rows in the order of one column. */
export function sortTable({ columns, rows }: Table, column: string, direction: 1 | -1): Table {
  const index = columns.indexOf(column);
  const sorted = [...rows].sort((a, b) => compareCells(a[index], b[index], direction));
  return { columns, rows: sorted };
}
