import { type Config, type ConfigValue, isConfig } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { formatPath, type Path } from "../expression/syntax.ts";
import type { FieldTable } from "./field-table.ts";

/** A column that rows are still added to. */
type Growing = {
  readonly path: Path;
  codes: Int32Array;
  /** Values of the table that is gone on from; taken over when the first row is added. */
  known: (() => readonly ConfigValue[]) | undefined;
  readonly values: ConfigValue[];
  readonly places: Places;
};

/** Where values stand, by themselves; lists and empty objects by their JSON. */
type Places = {
  readonly scalars: Map<ConfigValue, number>;
  readonly others: Map<string, number>;
};

/** A name that fields have on their way: the column of a value there, and the names below it. */
type Branch = {
  readonly path: Path;
  readonly inner: Map<string, Branch>;
  column: Growing | undefined;
};

/** Puts the fields of runs together, run by run. */
export class FieldTableBuilder {
  readonly #columns: Map<string, Growing>;
  /** So that no name of a column has to be put together for each of its values. */
  readonly #top: Branch = newBranch([]);
  #rows: number;

  /** @param table - what is there already; it stays as it is */
  constructor(table: FieldTable = { rows: 0, columns: new Map() }) {
    this.#rows = table.rows;
    const columns = [...table.columns].map(([name, { path, codes, values }]) => {
      const growing = { path, codes, known: values, values: [], places: newPlaces() };
      return [name, growing] as const;
    });
    this.#columns = new Map(columns);
  }

  /**
   * One more run. Objects are taken apart, down to those that are empty; lists are values.
   * @param fields - by their first names; nothing stands below one that is empty
   */
  add(fields: Config): void {
    const row = this.#rows;
    this.#rows += 1;
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      if (value !== undefined && isConfig(value))
        this.#addBelow(branchOf(this.#top, name), value, row);
    }
  }

  finish(): FieldTable {
    const rows = this.#rows;
    const columns = [...this.#columns].map(([name, { path, codes, known, values }]) => {
      const whole = codes.length < rows ? grown(codes, rows) : codes;
      const taken = { path, codes: whole.slice(0, rows), values: known ?? (() => values) };
      return [name, taken] as const;
    });
    return { rows, columns: new Map(columns) };
  }

  #addBelow(branch: Branch, config: Config, row: number): void {
    for (const name of Object.keys(config)) {
      const value = config[name];
      if (value === undefined) continue;
      const inner = branchOf(branch, name);
      if (isConfig(value) && Object.keys(value).length > 0) this.#addBelow(inner, value, row);
      else {
        const column = (inner.column ??= this.#column(inner.path));
        if (row >= column.codes.length) column.codes = grown(column.codes, row);
        column.codes[row] = placeOf(column, value);
      }
    }
  }

  #column(path: Path): Growing {
    const name = formatPath(path);
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const codes = new Int32Array(256).fill(-1);
    const column: Growing = { path, codes, known: undefined, values: [], places: newPlaces() };
    this.#columns.set(name, column);
    return column;
  }
}

const newPlaces = (): Places => ({ scalars: new Map(), others: new Map() });

const newBranch = (path: Path): Branch => ({ path, inner: new Map(), column: undefined });

function branchOf({ path, inner }: Branch, name: string): Branch {
  const known = inner.get(name);
  if (known !== undefined) return known;
  const branch = newBranch([...path, name]);
  inner.set(name, branch);
  return branch;
}

function placeOf(column: Growing, value: ConfigValue): number {
  const { known } = column;
  if (known !== undefined) {
    column.known = undefined;
    for (const one of known()) placeIn(column, one);
  }
  return placeIn(column, value);
}

function placeIn({ values, places: { scalars, others } }: Growing, value: ConfigValue): number {
  if (typeof value === "object" && value !== null) {
    const key = canonicalJson(value);
    const place = others.get(key);
    if (place !== undefined) return place;
    others.set(key, values.length);
  } else {
    const place = scalars.get(value);
    if (place !== undefined) return place;
    scalars.set(value, values.length);
  }
  return values.push(value) - 1;
}

function grown(codes: Int32Array, row: number): Int32Array {
  const longer = new Int32Array(Math.max(row + 1, codes.length * 2)).fill(-1);
  longer.set(codes);
  return longer;
}
