import type { Config } from "../config/config.ts";
import { type FieldColumn, type FieldTable, takeRows } from "./field-table.ts";
import { FieldTableBuilder } from "./field-table-builder.ts";

/** How many files of a run are looked at before its fields are believed. */
export const MAX_SOURCES = 8;
/** Modification and change time, size, inode. */
export const STAMP_SIZE = 4;
/** No stamp of any file: what has it is read anew. */
export const NO_STAMP = Number.NaN;

/** What is known of many runs, and by which files it was known. */
export type RunTable = {
  /** The folders of the runs, relative to the root; no two equal. */
  readonly paths: readonly string[];
  /** For each run the place of its list in `sourceLists`; −1 where nothing is. */
  readonly sources: Int32Array;
  readonly sourceLists: readonly (readonly string[])[];
  /** Shape `[runs, MAX_SOURCES, STAMP_SIZE]`: as the files were before they were read. */
  readonly stamps: Float64Array;
  readonly fields: FieldTable;
};

/** One run that was read. Without `sources` there was no run. */
export type ReadRun = {
  readonly path: string;
  readonly sources: readonly string[];
  /** Shape `[MAX_SOURCES, STAMP_SIZE]` */
  readonly stamps: Float64Array;
  /** By their first names: `{ config: …, info: … }`. */
  readonly fields: Config;
};

export const EMPTY_TABLE: RunTable = {
  paths: [],
  sources: new Int32Array(0),
  sourceLists: [],
  stamps: new Float64Array(0),
  fields: { rows: 0, columns: new Map() },
};

/**
 * Runs in a new order, some as they were known, some as they were read just now.
 * @param order - for each run its row in `known`, or what reads it: one by one, so that what was read of a
 *   hundred thousand runs is never there at once
 */
export function updateTable(
  known: RunTable,
  order: readonly (number | (() => ReadRun))[],
): RunTable {
  const isSame = order.length === known.paths.length && order.every((one, row) => one === row);
  if (isSame) return known;
  const kept = order.filter((one) => typeof one === "number");
  const builder = new FieldTableBuilder(takeRows(known.fields, kept));
  const lists = known.sourceLists.map((list) => [...list]);
  const places = new Map(lists.map((list, place) => [list.join("\0"), place]));
  const size = MAX_SOURCES * STAMP_SIZE;
  const sources = new Int32Array(order.length);
  const stamps = new Float64Array(order.length * size);
  const rows: number[] = [];
  let added = kept.length;
  let old = 0;
  const paths = order.map((one, row) => {
    if (typeof one === "number") {
      sources[row] = known.sources[one] ?? -1;
      stamps.set(known.stamps.subarray(one * size, (one + 1) * size), row * size);
      rows.push(old++);
      return known.paths[one] ?? "";
    }
    const read = one();
    builder.add(read.fields);
    rows.push(added++);
    const key = read.sources.join("\0");
    const place = places.get(key) ?? lists.push([...read.sources]) - 1;
    places.set(key, place);
    sources[row] = place;
    stamps.set(read.stamps, row * size);
    return read.path;
  });
  const fields = withoutEmpty(takeRows(builder.finish(), rows));
  return { paths, sources, sourceLists: lists, stamps, fields };
}

/** Fields that no run has any more are no fields. */
function withoutEmpty({ rows, columns }: FieldTable): FieldTable {
  const used = [...columns].filter(([, column]) => isUsed(column));
  return { rows, columns: new Map(used) };
}

const isUsed = ({ codes }: FieldColumn) => codes.some((code) => code >= 0);
