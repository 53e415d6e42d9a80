import { basename, join } from "node:path";

import { formatDuration } from "../core/time.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { lastAttempt, loadRecord, recordFile } from "../tree/attempts.ts";
import { listRuns, listStorages } from "../tree/directory-tree.ts";
import type { RunPath } from "../tree/paths.ts";
import type { Command } from "./command.ts";
import { countStates, type Tally } from "./launch/tally.ts";
import { storageChoice, storageOptions } from "./options.ts";
import { findProject, storageRoot } from "./project.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import { renderTallies } from "./status/tally-table.ts";

export type StatusOptions = StorageChoice;

export type StorageStatus = Tally & {
  /** Mean duration of a completed run in seconds, of a sample; null if none has completed. */
  readonly secondsPerRun: number | null;
  /** Runs that end in an hour, at the present number of running ones. */
  readonly runsPerHour: number | null;
  /** Estimate of what is left at that rate, seconds; null if nothing runs, or nothing is known. */
  readonly secondsLeft: number | null;
};

export type StatusReport = { readonly root: string; readonly storages: readonly StorageStatus[] };

/** How many completed runs are read to estimate how long one takes. */
const SAMPLE = 50;

/** alstatus: how far searches are. */
export const status: Command<StatusOptions, StatusReport> = {
  name: "alstatus",
  summary: "Says how far searches are: runs in each state, rate, and time left.",
  examples: [
    ["alstatus", "all storages of the project"],
    ["alstatus --from_file schedules/digits/list_searches_digits.txt", "those of a list"],
    ["alstatus --json", "the same for a program"],
  ],

  parse: async (args) => storageChoice(await storageOptions(args).parseAsync()),

  run: async (options, host) => {
    const { root, storages } = await storagesOf(options, host);
    return { root, storages: storages.map((storage) => statusOf(storage, host)) };
  },

  render: ({ root, storages }) =>
    storages.length === 0
      ? `There are no storages in ${root}. alprep makes them.`
      : renderTallies(storages, [
          {
            head: "runs/h",
            cells: storages.map(({ runsPerHour }) => runsPerHour?.toFixed(0) ?? ""),
          },
          {
            head: "left",
            cells: storages.map(({ secondsLeft }) =>
              secondsLeft === null ? "" : formatDuration(secondsLeft),
            ),
          },
        ]),
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) => storages.map(({ name }) => name),
};

/** Those that are named, or else all of the root. */
async function storagesOf(
  options: StatusOptions,
  host: Host,
): Promise<{ readonly root: string; readonly storages: readonly string[] }> {
  if (options.fromFile !== undefined || options.storageNames.length > 0) {
    return chooseStorages(options, host);
  }
  const root = storageRoot(options.rootDir, await findProject(host, host.workingFolder), host);
  if (host.files.list(root) === undefined) {
    throw new UserError(
      "not-found",
      `There is no folder of storages at ${root}.`,
      "Prepare a search with alprep, or say with --root_dir where the storages lie.",
    );
  }
  return { root, storages: listStorages(root, host).map((name) => join(root, name)) };
}

function statusOf(storage: string, host: Host): StorageStatus {
  const completed: RunPath[] = [];
  const runs = listRuns(storage, host);
  const counts = countStates(runs, host, (run, kind) => {
    if (kind === "completed") completed.push(run);
  });
  const seconds = meanSeconds(spread(completed, SAMPLE), host);
  const rate = seconds === null || counts.running === 0 ? null : counts.running / seconds;
  return {
    name: basename(storage),
    runs: runs.length,
    ...counts,
    secondsPerRun: seconds,
    runsPerHour: rate === null ? null : rate * 3600,
    // The running ones are half through, on average.
    secondsLeft: rate === null ? null : (counts.pending + counts.running / 2) / rate,
  };
}

/** Evenly spread members of a list. */
function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

function meanSeconds(runs: readonly RunPath[], { files }: Pick<Host, "files">): number | null {
  const seconds = runs.flatMap(({ path }) => {
    const last = lastAttempt(files.list(path) ?? []);
    if (last === 0) return [];
    return loadRecord(join(path, recordFile(last)), { files })?.seconds ?? [];
  });
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return mean > 0 ? mean : null;
}
