import { join } from "node:path";

import {
  EMPTY_TABLE,
  MAX_SOURCES,
  type ReadRun,
  type RunTable,
  STAMP_SIZE,
  updateTable,
} from "../../core/query/run-table.ts";
import { takeRows } from "../../core/query/field-table.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { type IndexPlace, indexPlace, loadIndex, saveIndex } from "./index-file.ts";
import { loadMetadataParser, type MetadataParser } from "./metadata.ts";
import { readRunFields } from "./read-run.ts";
import { listRunFolders } from "./run-list.ts";
import { lookAtRun } from "./run-look.ts";

type TableHost = Pick<Host, "files" | "clock" | "token" | "environment">;

/** So many runs are read anew at each look rather than written down, as a share and in all. */
const UNSAVED_SHARE = 0.01;
const UNSAVED = 20;

/**
 * The fields of all runs below a folder. What was read before is taken from the index, as far as the
 * file system says that no file it came from has changed since; the index can be deleted at any time.
 *
 * @param root - absolute
 * @throws UserError `not-found`
 */
export async function readRunTable(root: string, host: TableHost): Promise<RunTable> {
  const paths = listRunFolders(root, host);
  if (paths === undefined) {
    const hint = "Name the folder of logs, of a search, or of several searches.";
    throw new UserError("not-found", `There is no folder ${root}.`, hint);
  }
  const place = indexPlace(root, host);
  const known = loadIndex(place, host) ?? EMPTY_TABLE;
  const rows = new Map(known.paths.map((path, row) => [path, row]));
  const unchanged = paths.map((path) => {
    const row = rows.get(path);
    return row !== undefined && isUnchanged(known, row, join(root, path), host) ? row : path;
  });
  const missing = unchanged.filter((one) => typeof one === "string").length;
  if (missing === 0) return withoutStrangers(updateTable(known, keptRows(unchanged)));
  const isWorthSaving = missing > Math.max(UNSAVED, paths.length * UNSAVED_SHARE);
  const trustedMs = isWorthSaving ? place.trustedMs() : Number.NEGATIVE_INFINITY;
  const parse = await loadMetadataParser();
  const order = unchanged.map((one) =>
    typeof one === "string" ? () => readRun(root, one, trustedMs, parse, host) : one,
  );
  const table = updateTable(known, order);
  if (isWorthSaving) saveIndex(place, table, host);
  return withoutStrangers(table);
}

const keptRows = (rows: readonly (number | string)[]) =>
  rows.filter((one) => typeof one === "number");

/** @param trustedMs - what was changed later may change again without another stamp */
function readRun(
  root: string,
  path: string,
  trustedMs: number,
  parse: MetadataParser,
  host: Pick<Host, "files">,
): ReadRun {
  const look = lookAtRun(join(root, path), trustedMs, host);
  const fields = readRunFields(root, path, look, parse);
  const { sources, stamps } = look;
  return { path, sources, stamps, fields: fields ?? {} };
}

function isUnchanged(
  { sources, sourceLists, stamps }: RunTable,
  row: number,
  folder: string,
  { files }: Pick<Host, "files">,
): boolean {
  const names = sourceLists[sources[row] ?? -1] ?? [];
  let at = row * MAX_SOURCES * STAMP_SIZE;
  for (const name of names) {
    const stamp = files.stamp(name === "" ? folder : `${folder}/${name}`);
    const isSame =
      stamps[at] === (stamp?.modifiedMs ?? 0) &&
      stamps[at + 1] === (stamp?.changedMs ?? 0) &&
      stamps[at + 2] === (stamp?.bytes ?? 0) &&
      stamps[at + 3] === (stamp?.inode ?? 0);
    if (!isSame) return false;
    at += STAMP_SIZE;
  }
  return names.length > 0;
}

/** Folders with a number for a name that hold no run. */
function withoutStrangers(table: RunTable): RunTable {
  const columns = [...table.fields.columns.values()];
  const isRun = (row: number) => columns.some(({ codes }) => (codes[row] ?? -1) >= 0);
  const rows = table.paths.flatMap((_, row) => (isRun(row) ? [row] : []));
  if (rows.length === table.paths.length) return table;
  return {
    ...table,
    paths: rows.map((row) => table.paths[row] ?? ""),
    fields: takeRows(table.fields, rows),
  };
}

export type { IndexPlace };
