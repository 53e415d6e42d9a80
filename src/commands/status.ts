import { basename, join } from "node:path";

import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { listStorages } from "../tree/directory-tree.ts";
import type { Command } from "./command.ts";
import { findProject, storageRoot } from "./project.ts";
import { projectFolder } from "./settings.ts";
import { groupCrashes } from "./status/errors.ts";
import { explainRun } from "./status/explain.ts";
import { findRun } from "./status/find-run.ts";
import { printLog, readLog } from "./status/log.ts";
import { statusOptions, type StatusOptions } from "./status/options.ts";
import { noStorages, renderStatus, type StatusReport, statusIds } from "./status/report.ts";
import { listRunLines, type RunLine } from "./status/runs.ts";
import { reportSettings } from "./status/settings-report.ts";
import { type StorageStatus, summarise } from "./status/summary.ts";
import { renderSummary } from "./status/summary-table.ts";
import { watch } from "./status/watch.ts";
import { chooseStorages } from "./storage-selection.ts";

export type { StatusOptions, StatusReport };

type Place = { readonly root: string; readonly storages: readonly string[] };

/** alstatus: how far searches are, and why a run is where it is. */
export const status: Command<StatusOptions, StatusReport> = {
  name: "alstatus",
  summary:
    "Says how far searches are: runs in each state, rate, and time left; why they crashed, what a run waits for, and what it printed.",
  examples: [
    ["alstatus", "all storages of the project"],
    [
      "alstatus -f schedules/digits/list_searches_digits.txt --watch",
      "those of a list, as they go",
    ],
    ["alstatus --errors", "what the crashes have in common"],
    ["alstatus --state running --older_than 10min", "runs without a sign of life"],
    ["alstatus --explain <storage>/experiment3/seed1", "all about a run"],
    ["alstatus --log <storage>/experiment3/seed1 --follow", "its output"],
    ["alstatus --config", "settings, and where they come from"],
    ["alstatus --json", "the same for a program"],
  ],

  parse: statusOptions,

  run: async (options, host, signal) => {
    const { view, filter } = options;
    switch (view.kind) {
      case "summary":
        return summary(await storagesOf(options, host), host, signal);
      case "watch": {
        const { root } = await storagesOf(options, host);
        const storages = async () => (await storagesOf(options, host)).storages;
        const render = (found: readonly StorageStatus[], columns: number | undefined) =>
          found.length === 0 ? noStorages(root) : renderSummary(found, columns);
        return {
          kind: "watch",
          root,
          storages: await watch(view.seconds, storages, render, host, signal),
        };
      }
      case "runs": {
        const { root, storages } = await storagesOf(options, host);
        const runs: RunLine[] = [];
        for (const storage of storages) {
          for (const line of await listRunLines(storage, filter, host, signal)) runs.push(line);
        }
        return { kind: "runs", root, runs };
      }
      case "errors": {
        const { root, storages } = await storagesOf(options, host);
        return { kind: "errors", root, groups: await groupCrashes(storages, filter, host, signal) };
      }
      case "explain": {
        const place = await placeOf(options, host);
        const run = findRun(view.run, place, host);
        return { kind: "explain", ...(await explainRun(run, place.usualRoot, host, signal)) };
      }
      case "log": {
        const run = findRun(view.run, await placeOf(options, host), host);
        const report = options.prints
          ? await printLog(run, view, host, signal)
          : readLog(run, view, host);
        return { kind: "log", ...report };
      }
      case "config": {
        const from = projectFolder({ from_file: options.fromFile }, host);
        return { kind: "config", ...(await reportSettings(from, view.given, host)) };
      }
    }
  },

  render: renderStatus,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: statusIds,
};

async function summary(
  { root, storages }: Place,
  host: Host,
  signal: AbortSignal,
): Promise<StatusReport> {
  const found = await summarise(storages, host, signal);
  const next = storages[found.length];
  if (next !== undefined)
    host.terminal.note(`stopped; ${basename(next)} and what follows were not counted`);
  return { kind: "summary", root, storages: found };
}

/** Those that are named, or else all of the root. */
async function storagesOf(options: StatusOptions, host: Host): Promise<Place> {
  if (isSelection(options)) return chooseStorages(options, host);
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

/** Where a run may be named: all storages only if they are; a path needs no root at all. */
async function placeOf(
  options: StatusOptions,
  host: Host,
): Promise<Place & { readonly usualRoot: string }> {
  const project = await findProject(host, projectFolder({ from_file: options.fromFile }, host));
  const usualRoot = storageRoot(undefined, project, host);
  if (isSelection(options)) return { ...(await chooseStorages(options, host)), usualRoot };
  return { root: storageRoot(options.rootDir, project, host), storages: [], usualRoot };
}

const isSelection = ({ fromFile, storageNames }: StatusOptions) =>
  fromFile !== undefined || storageNames.length > 0;
