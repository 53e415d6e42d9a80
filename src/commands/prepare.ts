import { relative } from "node:path";

import { shapeOf } from "../core/search/search-shape.ts";
import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { writeAddition } from "./prepare/addition.ts";
import { listPath } from "./prepare/list-file.ts";
import {
  planStorages,
  reportRepeated,
  reportStorage,
  writeStorages,
} from "./prepare/new-storages.ts";
import { planAddition, reportAddition } from "./prepare/plan-addition.ts";
import { findRepeated } from "./prepare/repeated.ts";
import {
  type PrepareReport,
  renderReport,
  renderStorage,
  type StorageReport,
} from "./prepare/report.ts";
import { type PrepareOptions, type PrepareRequest, readRequest } from "./prepare/request.ts";
import { addToList } from "./publishing/add-to-list.ts";
import { confirmWriting } from "./publishing/confirm-writing.ts";

export type { PrepareOptions, PrepareReport };

/** What is to be done, and the doing. */
type Plan = {
  readonly storages: readonly StorageReport[];
  readonly write: (signal: AbortSignal) => Promise<readonly StorageReport[]>;
};

/** alprep: writes the folders of a search. */
export const prepare: Command<PrepareOptions, PrepareReport> = {
  name: "alprep",
  summary: "Writes the folders of a search: one for each experiment, in it one for each seed.",
  examples: [
    [
      "alprep --schedule_file schedules/digits/grid_schedule_digits.ts --desc first",
      "a storage for each algorithm and task",
    ],
    [
      "alprep -f schedules/digits/grid_schedule_digits.ts --dry_run",
      "says what would be written, and writes nothing",
    ],
    [
      "alprep -f schedules/digits/grid_schedule_digits.ts --add_to_folder ju12_f7b375e_mlp_digits_grid_first",
      "adds the experiments and seeds that the storage lacks",
    ],
  ],

  parse: async (args) => {
    const given = await args
      .option("schedule_file", {
        alias: "f",
        type: "string",
        demandOption: true,
        describe: "TypeScript, JavaScript, JSON or YAML file that says what to search",
      })
      .option("desc", {
        alias: "d",
        type: "string",
        defaultDescription: "the schedule's name",
        describe: "last part of the storages' names",
      })
      .option("root_dir", {
        alias: "r",
        type: "string",
        defaultDescription: "./storage of the project",
        describe: "folder of the storages",
      })
      .option("add_to_folder", {
        type: "string",
        describe: "name of a storage that gets what it lacks of the schedule",
      })
      .option("resample", {
        type: "boolean",
        default: false,
        describe: "random, sample: draw other experiments for each algorithm and task",
      })
      .option("sampler_seed", {
        type: "number",
        defaultDescription: "the schedule's, or a new one",
        describe: "random, sample: makes the same draws again",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
      .option("yes", { type: "boolean", default: false, describe: "do not ask" })
      .parseAsync();
    return {
      scheduleFile: given.schedule_file,
      desc: given.desc,
      rootDir: given.root_dir,
      addToFolder: given.add_to_folder,
      resample: given.resample,
      samplerSeed: given.sampler_seed,
      dryRun: given.dry_run,
      yes: given.yes,
    };
  },

  run: async (options, host, signal) => {
    const request = await readRequest(options, host);
    const { storages, write } = makePlan(request, options, host);
    const { dryRun, rootDir } = options;
    const search = shapeOf(request.schedule);
    const list = relative(host.workingFolder, listPath(request));
    if (dryRun) return { dryRun, stopped: false, storages, search, list, rootDir };
    if (!options.yes && storages.some(({ runs }) => runs > 0))
      await confirmWriting(storages.map(renderStorage), host);
    const written = await write(signal);
    return { dryRun, stopped: signal.aborted, storages: written, search, list, rootDir };
  },

  render: renderReport,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) => storages.map(({ name }) => name),
};

function makePlan(request: PrepareRequest, options: PrepareOptions, host: Host): Plan {
  if (options.addToFolder === undefined) {
    return planNew(request, options, host);
  }
  const planned = planAddition(request, options.addToFolder, host);
  const write = async (signal: AbortSignal) => {
    const report = await writeAddition(request, planned, host, signal);
    await addToList(listPath(request), [report.name], host);
    return [report];
  };
  return { storages: [reportAddition(request, planned)], write };
}

/** Storages for all algorithms and tasks, but those that the same call has made before. */
function planNew(request: PrepareRequest, options: PrepareOptions, host: Host): Plan {
  const planned = planStorages(request, options, host);
  const repeated = findRepeated(request, planned, host);
  const fresh = planned.filter((one) => !repeated.has(one));
  for (const name of repeated.values()) {
    host.terminal.note(
      `${name} is this search, by the same code: prepare it once more with another --desc.`,
    );
  }
  const existing = [...repeated].map(([one, name]) => reportRepeated(request, one, name));
  const write = async (signal: AbortSignal) => {
    const names = existing.map(({ name }) => name);
    await addToList(listPath(request), names, host);
    const written = fresh.length === 0 ? [] : await writeStorages(request, fresh, host, signal);
    return [...existing, ...written.map((one) => reportStorage(request, one))];
  };
  return { storages: [...existing, ...fresh.map((one) => reportStorage(request, one))], write };
}
