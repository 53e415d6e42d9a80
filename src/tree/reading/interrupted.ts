import { dirname, join } from "node:path";

import { flagsAmong, stateOf } from "../../core/run-state.ts";
import type { RunTable } from "../../core/query/run-table.ts";
import { errnoOf } from "../../errors.ts";
import type { Host, Machine } from "../../host.ts";
import { isSilent, lookAtHolder } from "../lease.ts";
import { parseExperiment, parseSeed } from "../paths.ts";
import { perform } from "../steps.ts";

/** What `info.status` says of a run whose worker is gone, or has given no sign of life for its lease. */
const INTERRUPTED = "INTERRUPTED";
const STATUS_COLUMN = "info.status";

/**
 * A table that also says which of the running runs are interrupted. That is in no file, so the index cannot
 * know it: each running run is looked at. By one look and this machine's clock, which is enough to tell a
 * person; whoever takes a run over looks twice.
 */
export function tellInterrupted(
  root: string,
  table: RunTable,
  host: Pick<Host, "files" | "clock" | "machine">,
): RunTable {
  const column = table.fields.columns.get(STATUS_COLUMN);
  if (column === undefined) return table;
  const values = column.values();
  const running = values.indexOf("RUNNING");
  if (running < 0) return table;
  const look = { ...host, machine: rememberProcesses(host.machine) };
  const rows = [...table.paths.keys()].filter(
    (row) =>
      column.codes[row] === running && isInterrupted(join(root, table.paths[row] ?? ""), look),
  );
  if (rows.length === 0) return table;
  const codes = column.codes.slice();
  for (const row of rows) codes[row] = values.length;
  const told = { ...column, codes, values: () => [...values, INTERRUPTED] };
  const columns = new Map([...table.fields.columns, [STATUS_COLUMN, told]]);
  return { ...table, fields: { ...table.fields, columns } };
}

function isInterrupted(folder: string, host: Pick<Host, "files" | "clock" | "machine">): boolean {
  const names = host.files.list(folder) ?? [];
  const state = stateOf(names);
  const [flag] = flagsAmong(names);
  if (state.kind !== "running" || flag === undefined) return false;
  const place = { folder, storage: storageOf(folder) };
  try {
    const holder = perform(lookAtHolder(place, flag, state.owner, host.machine), host);
    return holder !== undefined && (holder.dead || isSilent(holder, host.clock.now()));
  } catch (error) {
    // A copy of which somebody else may read the names only.
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** Where the records of the workers are: above the experiment, or above a run without one. */
function storageOf(folder: string): string {
  const [name = "", parent = ""] = folder.split("/").toReversed();
  const isInSearch = parseSeed(name) !== undefined && parseExperiment(parent) !== undefined;
  return dirname(isInSearch ? dirname(folder) : folder);
}

/** Asks once for each worker: all processes have to be looked at, and one worker may have had many runs. */
function rememberProcesses(machine: Machine): Machine {
  const known = new Map<string, boolean | undefined>();
  return {
    ...machine,
    hasProcessOf: (worker) => {
      if (!known.has(worker)) known.set(worker, machine.hasProcessOf(worker));
      return known.get(worker);
    },
  };
}
