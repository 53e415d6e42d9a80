import { type Cell, cellText, type Table } from "../../core/query/table.ts";
import { counted } from "../../core/counted.ts";
import { renderTable } from "../plain-table.ts";
import type { Field } from "../../tree/reading/reader.ts";

/** What was found. */
export type QueryReport = {
  /** Absolute. */
  readonly root: string;
  readonly query: string;
  /** How many runs there are, and how many were found. */
  readonly runs: number;
  readonly found: number;
  readonly table: Table;
  /** What can be asked about, if that was the question. */
  readonly fields: readonly Field[] | null;
  /** The runs that were found, in their order. */
  readonly names: readonly string[];
  /** Where the table was written. */
  readonly csv: string | null;
};

/** More lines are no help on a screen; JSON and CSV have all. */
const MAX_LINES = 200;
const DIGITS = 6;
const MAX_TEXT = 60;

/** What was found, for a person. */
export function renderResults({ root, query, runs, found, table, csv }: QueryReport): string {
  const of = found === runs ? counted(runs, "run") : `${found} of ${counted(runs, "run")}`;
  const head = `${of} in ${root}${query === "" ? "" : ` with ${query}`}`;
  if (found === 0) return runs === 0 ? `There are no runs in ${root}.` : head;
  const rows = table.rows.slice(0, MAX_LINES);
  const columns = table.columns.map((name, index) => {
    const cells = rows.map((row) => row[index]);
    const areNumbers = cells.every((cell) => cell === undefined || typeof cell === "number");
    const align = areNumbers ? ("right" as const) : ("left" as const);
    return { head: name, align, cells: cells.map(shortCell) };
  });
  const more = table.rows.length - rows.length;
  const notes = [
    ...(more > 0 ? [`… and ${counted(more, "line")} more; --csv and --json have all.`] : []),
    ...(csv === null ? [] : [`written to ${csv}`]),
  ];
  // What is copied from a screen should have no blanks at its ends.
  const lines = renderTable(columns)
    .split("\n")
    .map((line) => line.trimEnd());
  return [head, "", ...lines, ...notes].join("\n");
}

export function renderFields(fields: readonly Field[]): string {
  return renderTable([
    { head: "field", align: "left", cells: fields.map(({ name }) => name) },
    { head: "type", align: "left", cells: fields.map(({ type }) => type) },
    { head: "runs", align: "right", cells: fields.map(({ runs }) => String(runs ?? "")) },
  ]);
}

/** Short enough for a glance: a long list by its ends. */
function shortCell(cell: Cell): string {
  if (typeof cell === "number") return shortNumber(cell);
  if (Array.isArray(cell) && cell.length > 4) {
    const [first, last] = [cell[0], cell.at(-1)] as readonly Cell[];
    return `[${shortCell(first)}, …, ${shortCell(last)}] (${cell.length})`;
  }
  const text = cellText(cell);
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

const shortNumber = (value: number) =>
  Number.isInteger(value) && Math.abs(value) < 1e15
    ? String(value)
    : String(Number(value.toPrecision(DIGITS)));
