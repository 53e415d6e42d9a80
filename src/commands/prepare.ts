import { relative } from "node:path";

import { shapeOf } from "../core/search/search-shape.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { writeAddition } from "./prepare/addition.ts";
import { checkAdded, checkConfigurations } from "./prepare/check-configurations.ts";
import { explainConfig } from "./prepare/explain-config.ts";
import { listPath } from "./prepare/list-file.ts";
import {
  planStorages,
  reportRepeated,
  reportStorage,
  writeStorages,
} from "./prepare/new-storages.ts";
import { planAddition, reportAddition } from "./prepare/plan-addition.ts";
import { planOfAddition, planOfStorage } from "./prepare/planned-experiments.ts";
import { findRepeated } from "./prepare/repeated.ts";
import { type PrepareReport, renderReport, renderStorage } from "./prepare/report.ts";
import type { StoragePlan, StorageReport } from "./prepare/storage-report.ts";
import { type PrepareOptions, type PrepareRequest, readRequest } from "./prepare/request.ts";
import { addToList } from "./publishing/add-to-list.ts";
import { confirmWriting } from "./publishing/confirm-writing.ts";

export type { PrepareOptions, PrepareReport };

/** What is to be done, and the doing. */
type Plan = {
  readonly storages: readonly StorageReport[];
  /** Every experiment; made when it is asked for. */
  readonly experiments: () => readonly StoragePlan[];
  readonly write: (signal: AbortSignal) => Promise<readonly StorageReport[]>;
};

/** More overrides than a command line has. */
const MAX_WORDS = 10_000;

/** alprep: writes the folders of a search. */
export const prepare: Command<PrepareOptions, PrepareReport> = {
  name: "alprep",
  summary: "Writes the folders of a search: one for each experiment, in it one for each seed.",
  words: { usage: "[schedule] [name=value …]", most: MAX_WORDS },
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
    [
      "alprep schedules/digits/grid_schedule_digits.ts learningRate=1e-3,1e-2 epochs=5",
      "another axis, and another value for all",
    ],
    [
      "alprep schedules/digits/grid_schedule_digits.ts --explain_config learningRate",
      "says where the value comes from",
    ],
  ],

  parse: async (args) => {
    const given = await args
      .option("schedule_file", {
        alias: "f",
        type: "string",
        defaultDescription: "the first word",
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
      .option("machine_file", {
        type: "string",
        defaultDescription: "hatchery.machine.{yaml,json,ts,js} of the project, if there is one",
        describe: "file with the values of this machine, or none",
      })
      .option("explain_config", {
        type: "string",
        describe: "say where the value of this key comes from, and write nothing",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
      .option("yes", { type: "boolean", default: false, describe: "do not ask" })
      .parseAsync();
    const words = given._.map(String);
    return {
      ...scheduleAndOverrides(given.schedule_file, words),
      machineFile: given.machine_file,
      explainConfig: given.explain_config,
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
    const { explainConfig: key } = options;
    if (key !== undefined) return explained(request, key, options, host);
    const { dryRun, rootDir } = options;
    const { storages, experiments, write } = await makePlan(request, options, host);
    const search = shapeOf(request.schedule);
    const list = relative(host.workingFolder, listPath(request));
    if (dryRun) {
      return { dryRun, stopped: false, storages, search, list, rootDir, plan: experiments };
    }
    if (!options.yes && storages.some(({ runs }) => runs > 0)) {
      await confirmWriting(storages.map(renderStorage), host);
    }
    const written = await write(signal);
    return { dryRun, stopped: signal.aborted, storages: written, search, list, rootDir };
  },

  render: renderReport,
  toJson: ({ plan, ...report }) => ({
    schemaVersion: 1,
    ...report,
    ...(plan && { plan: plan() }),
  }),
  ids: ({ storages }) => storages.map(({ name }) => name),
};

/** The report of a question: nothing is written. */
function explained(
  request: PrepareRequest,
  key: string,
  options: PrepareOptions,
  host: Host,
): PrepareReport {
  const [first] = planStorages(request, options, host);
  return {
    dryRun: true,
    stopped: false,
    storages: [],
    search: shapeOf(request.schedule),
    list: relative(host.workingFolder, listPath(request)),
    rootDir: options.rootDir,
    ...(first && { explanation: explainConfig(request, first, key) }),
  };
}

/** The schedule is a flag's value, or the first word that changes nothing; the other words change it. */
function scheduleAndOverrides(
  flag: string | undefined,
  words: readonly string[],
): Pick<PrepareOptions, "scheduleFile" | "overrides"> {
  if (flag !== undefined) return { scheduleFile: flag, overrides: words };
  const place = Math.max(
    0,
    words.findIndex((word) => !/^[~+]|=/.test(word)),
  );
  const scheduleFile = words[place];
  if (scheduleFile !== undefined) return { scheduleFile, overrides: words.toSpliced(place, 1) };
  throw new UserError(
    "usage",
    "No schedule was named.",
    "As in alprep schedules/digits/grid_schedule_digits.ts; see alprep --help.",
  );
}

async function makePlan(
  request: PrepareRequest,
  options: PrepareOptions,
  host: Host,
): Promise<Plan> {
  if (options.addToFolder === undefined) {
    return await planNew(request, options, host);
  }
  const planned = planAddition(request, options.addToFolder, host);
  const experiments = () => [planOfAddition(request, planned)];
  if (request.search.schema !== undefined) {
    await checkAdded(
      request,
      experiments().flatMap((one) => one.experiments ?? []),
    );
  }
  const write = async (signal: AbortSignal) => {
    const report = await writeAddition(request, planned, host, signal);
    await addToList(listPath(request), [report.name], host);
    return [report];
  };
  return { storages: [reportAddition(request, planned)], experiments, write };
}

/** Storages for all algorithms and tasks, but those that the same call has made before. */
async function planNew(
  request: PrepareRequest,
  options: PrepareOptions,
  host: Host,
): Promise<Plan> {
  const planned = planStorages(request, options, host);
  await checkConfigurations(request, planned);
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
  const storages = [...existing, ...fresh.map((one) => reportStorage(request, one))];
  return { storages, experiments: () => fresh.map((one) => planOfStorage(request, one)), write };
}
