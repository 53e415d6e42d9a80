import Table from "cli-table3";

import { oneLine } from "../core/printable.ts";

/** Columns by space alone: reads the same in a terminal, a file and a mail. */
const PLAIN_TABLE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ",
};

/** As long as the longest file name: names stay whole, and values are for a glance. */
const MAX_CELL = 255;

export type TableColumn = {
  readonly head: string;
  readonly align: "left" | "right";
  /** One for each row. */
  readonly cells: readonly string[];
};

/** A table for a person: a line for each row, whatever its cells hold. */
export function renderTable(columns: readonly TableColumn[]): string {
  const table = new Table({
    head: columns.map(({ head }) => oneLine(head, MAX_CELL)),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true },
    chars: PLAIN_TABLE,
  });
  const rows = columns.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  for (let row = 0; row < rows; row += 1) {
    table.push(columns.map(({ cells }) => oneLine(cells[row] ?? "", MAX_CELL)));
  }
  return table.toString();
}
