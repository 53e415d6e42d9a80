import { join } from "node:path";

import { type Config, isConfig } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { matches } from "../../core/query/evaluate-query.ts";
import { type FieldTable, lookUp } from "../../core/query/field-table.ts";
import { parseQuery } from "../../core/query/parse-query.ts";
import { operandsOf } from "../../core/query/query.ts";
import { pointing } from "../../core/query/query-error.ts";
import {
  type Cell,
  compareCells,
  formatCsv,
  type Table,
  tableRecords,
} from "../../core/query/table.ts";
import { checkFields } from "../../core/query/unknown-fields.ts";
import type { Host } from "../../host.ts";
import { columnReader, type ColumnReader, fieldLookups } from "./columns.ts";
import { Groups } from "./groups.ts";
import { checkMetrics } from "./unknown-metrics.ts";
import { openRecordings, rememberSummaries, type RunRecordings } from "./run-recordings.ts";

/** The runs that were found below a root, as they were when they were read. */
export type FoundRuns = {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root, one for each row of `fields`. */
  readonly paths: readonly string[];
  readonly fields: FieldTable;
  readonly host: Pick<Host, "files">;
};

/** One run of a result. Fields are at hand; metrics and artifacts are read when they are asked for. */
export type ResultRun = {
  /** Absolute. */
  readonly path: string;
  /** What a column shows of the run: {@link Results.toTable}. @throws UserError `usage` */
  readonly get: (column: string) => Cell;
  readonly config: Config;
  readonly info: Config;
} & Pick<RunRecordings, "metrics" | "artifacts">;

/** Some runs in an order: what a query found, or all. Never changes; every step gives a new one. */
export class Results implements Iterable<ResultRun> {
  readonly #found: FoundRuns;
  /** Rows of the table that was read. */
  readonly #rows: readonly number[];
  /** By row: opened once, so that columns of a run share what they read. */
  readonly #recordings = new Map<number, RunRecordings>();

  constructor(found: FoundRuns, rows: readonly number[]) {
    this.#found = found;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** @param index - from 0; from the end if it is negative */
  at(index: number): ResultRun | undefined {
    const row = this.#rows.at(index);
    return row === undefined ? undefined : this.#run(row);
  }

  *[Symbol.iterator](): Iterator<ResultRun> {
    for (const row of this.#rows) yield this.#run(row);
  }

  /**
   * The runs that meet a condition: a query (docs/queries.md) or a function.
   * @throws UserError `usage` for a query that cannot be understood, or names what no run has
   */
  filter(condition: string | ((run: ResultRun) => boolean)): Results {
    if (typeof condition !== "string") {
      return this.#with(this.#rows.filter((row) => condition(this.#run(row))));
    }
    return pointing("query", condition, () => {
      const query = parseQuery(condition);
      const operands = operandsOf(query);
      const { fields } = this.#found;
      checkFields(operands, fields);
      const look = fieldLookups(operands, fields);
      const seen = { asked: new Set<object>(), answered: new Set<object>() };
      const rows = this.#rows.filter((row) => {
        const remembered = rememberSummaries(() => this.#open(row));
        return matches(query, {
          value: (path) => look(path)(row),
          summary: (operand) => {
            const value = remembered(operand);
            seen.asked.add(operand);
            if (value !== undefined) seen.answered.add(operand);
            return value;
          },
        });
      });
      checkMetrics(operands, seen, this.#rows, (row) => this.#open(row));
      return this.#with(rows);
    });
  }

  /** The same runs ordered by a column; what has none is last. @throws UserError `usage` */
  sort(column: string, direction: "ascending" | "descending" = "ascending"): Results {
    const sign = direction === "ascending" ? 1 : -1;
    const read = this.#reader(column);
    const cells = new Map(this.#rows.map((row) => [row, read(row)]));
    const rows = [...this.#rows].sort((a, b) => compareCells(cells.get(a), cells.get(b), sign));
    return this.#with(rows);
  }

  /** Some of the runs, by their places from `start` up to, not including, `end`. */
  slice(start: number, end?: number): Results {
    return this.#with(this.#rows.slice(start, end));
  }

  /**
   * The fields below `prefix` that are not the same for all runs; what some lack is not.
   * @param prefix - `config`, `info`, `config.optimizer` …
   */
  diff(prefix = "config"): readonly string[] {
    const columns = [...this.#found.fields.columns];
    return columns.flatMap(([name, { path, codes }]) => {
      const isBelow = prefix === path[0] || name.startsWith(`${prefix}.`) || name === prefix;
      const [first = 0] = this.#rows;
      const differs = this.#rows.some((row) => codes[row] !== codes[first]);
      return isBelow && differs ? [name] : [];
    });
  }

  /** Runs that have the same values in some columns, together. @throws UserError `usage` */
  groupBy(...columns: readonly string[]): Groups {
    const reads = columns.map((column) => this.#reader(column));
    const groups = new Map<string, { readonly key: readonly Cell[]; readonly rows: number[] }>();
    for (const row of this.#rows) {
      const key = reads.map((read) => read(row));
      const name = key.map(nameOfCell).join("\0");
      const group = groups.get(name) ?? { key, rows: [] };
      groups.set(name, group);
      group.rows.push(row);
    }
    const list = [...groups.values()].map(({ key, rows }) => ({ key, runs: this.#with(rows) }));
    return new Groups(columns, list, (all) => this.#with(all.flatMap((one) => one.#rows)));
  }

  /** What columns show of each run; see {@link columnReader}. Without names: what differs, and the state. */
  toTable(columns: readonly string[] = this.defaultColumns()): Table {
    const reads = columns.map((column) => this.#reader(column));
    return { columns, rows: this.#rows.map((row) => reads.map((read) => read(row))) };
  }

  toCsv(columns?: readonly string[]): string {
    return formatCsv(this.toTable(columns));
  }

  /** An object for each run, for JSON: NaN and the infinities are texts. */
  toRecords(columns?: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
    return tableRecords(this.toTable(columns));
  }

  /** What `console.log` shows of the results: no metric is read for it. */
  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return this.toRecords();
  }

  /** Which run, in which state, and what makes it differ from the others. */
  defaultColumns(): readonly string[] {
    const { columns } = this.#found.fields;
    const first = ["info.run", "info.status"].filter((name) => columns.has(name));
    return [...first, ...this.diff("config")];
  }

  #with(rows: readonly number[]): Results {
    return new Results(this.#found, rows);
  }

  #reader(column: string): (row: number) => Cell {
    const read: ColumnReader = columnReader(column, this.#found.fields);
    return (row) => read(row, () => this.#open(row));
  }

  #open(row: number): RunRecordings {
    const known = this.#recordings.get(row);
    if (known !== undefined) return known;
    const opened = openRecordings(this.#pathOf(row), this.#found.host);
    this.#recordings.set(row, opened);
    return opened;
  }

  #pathOf(row: number): string {
    return join(this.#found.root, this.#found.paths[row] ?? "");
  }

  #run(row: number): ResultRun {
    const below = (root: string): Config => {
      const value = lookUp(this.#found.fields, [root])(row);
      return value !== undefined && isConfig(value) ? value : {};
    };
    const open = () => this.#open(row);
    return {
      path: this.#pathOf(row),
      get: (column) => this.#reader(column)(row),
      get config() {
        return below("config");
      },
      get info() {
        return below("info");
      },
      metrics: () => open().metrics(),
      artifacts: () => open().artifacts(),
    };
  }
}

function nameOfCell(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number" && !Number.isFinite(cell)) return String(cell);
  // Lists of numbers are values too.
  return canonicalJson(cell);
}
