import type { Config, ConfigValue } from "../config/config.ts";
import { find } from "../expression/evaluator.ts";
import { formatPath, type Path } from "../expression/syntax.ts";

/** The values of one field for all runs; equal values are kept once. */
export type FieldColumn = {
  readonly path: Path;
  /** Shape `[rows]`: places in `values`, −1 where a run has no such field. */
  readonly codes: Int32Array;
  readonly values: () => readonly ConfigValue[];
};

/** The fields of runs, column by column. */
export type FieldTable = {
  readonly rows: number;
  /** By {@link formatPath} of their paths, in the order in which they were first met. */
  readonly columns: ReadonlyMap<string, FieldColumn>;
};

/** A field's value for each run, by the run's row; undefined if it has none. */
export type FieldLookup = (row: number) => ConfigValue | undefined;

/** A value and where it stands. */
type FieldEntry = readonly [path: Path, value: ConfigValue];

/**
 * A function that looks up what `path` leads to: a leaf, a part of a list, or an object, put together
 * from its leaves.
 */
export function lookUp({ columns }: FieldTable, path: Path): FieldLookup {
  const lookups: FieldLookup[] = [];
  for (let length = path.length; length > 0; length -= 1) {
    const column = columns.get(formatPath(path.slice(0, length)));
    if (column === undefined) continue;
    const rest = path.slice(length);
    const read = readColumn(column);
    lookups.push((row) => rest.reduce<ConfigValue | undefined>(find, read(row)));
  }
  const inner = innerColumns(columns, path);
  if (inner.length > 0) lookups.push(composed(inner, path.length));
  const [only] = lookups;
  if (only !== undefined && lookups.length === 1) return only;
  return (row) => {
    for (const look of lookups) {
      const value = look(row);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** Whether some run may have what `path` leads to, as far as names tell. */
export function isKnownPath({ columns }: FieldTable, path: Path): boolean {
  const list = path.findIndex((part) => typeof part === "number");
  const name = list < 0 ? path : path.slice(0, list);
  return columns.has(formatPath(name)) || innerColumns(columns, name).length > 0;
}

/** The rows of a table in another order, or fewer of them. */
export function takeRows(table: FieldTable, rows: readonly number[]): FieldTable {
  const columns = [...table.columns].map(([name, { path, codes, values }]) => {
    const taken = Int32Array.from(rows, (row) => codes[row] ?? -1);
    return [name, { path, codes: taken, values }] as const;
  });
  return { rows: rows.length, columns: new Map(columns) };
}

function readColumn({ codes, values }: FieldColumn): FieldLookup {
  const known = values();
  return (row) => {
    const code = codes[row] ?? -1;
    return code < 0 ? undefined : known[code];
  };
}

function innerColumns(columns: FieldTable["columns"], path: Path): readonly FieldColumn[] {
  return [...columns.values()].filter(
    (one) => one.path.length > path.length && path.every((part, at) => one.path[at] === part),
  );
}

function composed(columns: readonly FieldColumn[], skip: number): FieldLookup {
  const reads = columns.map((column) => [column.path.slice(skip), readColumn(column)] as const);
  return (row) => {
    const leaves = reads.flatMap(([path, read]): readonly FieldEntry[] => {
      const value = read(row);
      return value === undefined ? [] : [[path, value]];
    });
    return leaves.length === 0 ? undefined : objectOf(leaves);
  };
}

/** An object of its leaves; an empty one is a leaf. */
function objectOf(leaves: readonly FieldEntry[]): Config {
  const groups = new Map<string, FieldEntry[]>();
  for (const [[name, ...rest], value] of leaves) {
    const inner = groups.get(String(name)) ?? [];
    groups.set(String(name), inner);
    inner.push([rest, value]);
  }
  const entries = [...groups].map(([name, inner]) => {
    const leaf = inner.find(([rest]) => rest.length === 0);
    return [name, leaf === undefined ? objectOf(inner) : leaf[1]] as const;
  });
  // Not by assignment, to which `__proto__` means something else.
  return Object.fromEntries(entries);
}
