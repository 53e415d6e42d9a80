import { basename, dirname, extname, join, relative, resolve } from "node:path";

import { RUN_PLACEHOLDERS, unknownPlaceholders } from "../../core/command-line.ts";
import { type Config, isConfig, pathsOf, RESERVED_NAMES, setAt } from "../../core/config/config.ts";
import { formatProblems, suggestion } from "../../core/config/problems.ts";
import {
  type ComposedSearch,
  composeSchedule,
} from "../../core/search/composing/compose-schedule.ts";
import { formatCondition } from "../../core/search/condition.ts";
import { withValues } from "../../core/search/experiment-values.ts";
import { completeMetric } from "../../core/search/metric.ts";
import { conditionalNames, type Schedule } from "../../core/search/schedule.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { Program, RepositoryState } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { checkInteger } from "../options.ts";
import { findProject, type Project, storageRoot } from "../project.ts";
import { nearbyFile } from "../refuse-folder.ts";
import { findMachineFile, readMachineLayer, readRegistry } from "./composition-files.ts";
import { findVolatile } from "./find-volatile.ts";
import { withJsonSchema } from "./json-schema.ts";
import { readSource } from "./read-source.ts";

export type PrepareOptions = {
  readonly scheduleFile: string;
  /** Changes of the schedule and of the configurations: `lr=0.1`, `~momentum`. */
  readonly overrides: readonly string[];
  /** What differs on this machine; undefined: the project's file for it, if there is one. */
  readonly machineFile: string | undefined;
  /** The dotted name of a value: only say where it comes from. */
  readonly explainConfig: string | undefined;
  readonly desc: string | undefined;
  readonly rootDir: string | undefined;
  /** Name of a storage that gets more experiments; undefined: new storages. */
  readonly addToFolder: string | undefined;
  readonly resample: boolean;
  readonly samplerSeed: number | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** A schedule with everything that surrounds it, read and checked; nothing is decided yet. */
export type PrepareRequest = {
  readonly schedule: Schedule;
  readonly search: ComposedSearch;
  /** Absolute. */
  readonly scheduleFile: string;
  /** `digits` for `random_schedule_digits.ts`. */
  readonly scheduleName: string;
  readonly project: Project;
  /** Where storages lie, absolute. */
  readonly root: string;
  readonly program: Program;
  /** Null: nobody has said yet by what the search is judged. */
  readonly metric: Metric | null;
  readonly repositories: readonly RepositoryState[];
  /** Dotted names of what makes no other experiment, said by the schedule or the project. */
  readonly volatile: readonly string[];
  /** What the command line changed of the schedule. */
  readonly overrides: readonly string[];
  /** The file of this machine, relative to the project's root; none, or one. */
  readonly machineFiles: readonly string[];
};

/** @throws UserError `usage`, `not-found`, `schedule-invalid`, `config-invalid` */
export async function readRequest(options: PrepareOptions, host: Host): Promise<PrepareRequest> {
  checkFlags(options);
  const scheduleFile = resolve(host.workingFolder, options.scheduleFile);
  if (host.files.size(scheduleFile) === undefined) {
    throw new UserError(
      "not-found",
      `There is no schedule ${scheduleFile}.${nearbyFile(scheduleFile, host)}`,
      "Name a file such as schedules/digits/grid_schedule_digits.ts.",
    );
  }
  const project = await findProject(host, dirname(scheduleFile));
  const machineFile = findMachineFile(options.machineFile, project, host);
  const search = await composeSearch(scheduleFile, machineFile, options, host);
  const { schedule } = search;
  checkSamplerFlags(options, schedule);
  return {
    schedule,
    search,
    scheduleFile,
    scheduleName: basename(scheduleFile, extname(scheduleFile)).replace(
      /^(grid|random)_schedule_/,
      "",
    ),
    project,
    root: storageRoot(options.rootDir, project, host),
    program: findProgram(search, project, host),
    metric: findMetric(schedule, project),
    repositories: (project.settings.repositories ?? ["."]).map((path) =>
      host.repositories.state(resolve(project.root, path), path),
    ),
    volatile: findVolatile(schedule, project, host),
    overrides: options.overrides,
    machineFiles: machineFile === undefined ? [] : [relative(project.root, machineFile)],
  };
}

function checkFlags({ addToFolder, desc, resample, samplerSeed }: PrepareOptions): void {
  if (samplerSeed !== undefined) {
    checkInteger("sampler_seed", samplerSeed, { min: 0, max: Number.MAX_SAFE_INTEGER });
  }
  if (addToFolder === undefined) return;
  const given = Object.entries({ desc, resample: resample || undefined, sampler_seed: samplerSeed })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => `--${flag}`);
  if (given.length > 0) {
    throw new UserError(
      "usage",
      `--add_to_folder cannot be combined with ${given.join(", ")}.`,
      "A storage keeps its description, and goes on with its recorded sampler.",
    );
  }
}

function checkSamplerFlags(options: PrepareOptions, schedule: Schedule): void {
  if (schedule.kind === "random" || schedule.sample !== undefined) return;
  if (!options.resample && options.samplerSeed === undefined) return;
  throw new UserError(
    "usage",
    "--resample and --sampler_seed are for random schedules and samples, and this one is a whole grid.",
    "Leave the flag out.",
  );
}

/** @param machineFile - absolute */
async function composeSearch(
  path: string,
  machineFile: string | undefined,
  { overrides }: PrepareOptions,
  host: Host,
): Promise<ComposedSearch> {
  const written = await readSource(path, "schedule-invalid", host);
  const source = await withJsonSchema(written, path, host);
  const { value } = source;
  const configs = isConfig(value) ? value["configs"] : undefined;
  const isNamed = isConfig(configs) || typeof configs === "string";
  const registry = isNamed ? await readRegistry(configs, source, path, host) : {};
  const machine = await readMachineLayer(machineFile, host);
  const composed = composeSchedule(source, { registry, machine, overrides });
  if ("search" in composed) return composed.search;
  const hint = "Nothing was written. Correct the schedule and prepare again.";
  throw new UserError("schedule-invalid", formatProblems(path, composed.problems), hint);
}

function findProgram(
  { schedule, derivedNames }: ComposedSearch,
  { root, settings }: Project,
  host: Host,
): Program {
  const program = schedule.program ?? settings.program;
  if (program === undefined) {
    throw new UserError(
      "config-invalid",
      `Neither the schedule nor the project ${root} says which program the search runs.`,
      'Add program: { module: "main.ts" } to the schedule or to hatchery.config.ts.',
    );
  }
  if ("module" in program && host.files.size(join(root, program.module)) === undefined) {
    throw new UserError(
      "not-found",
      `There is no program ${program.module} in the project ${root}.`,
      "Write the module's path relative to the project's root.",
    );
  }
  if ("command" in program) checkPlaceholders(program.command, schedule, derivedNames);
  return program;
}

/** @throws UserError `schedule-invalid`, naming the placeholders that a configuration will not have */
function checkPlaceholders(
  command: readonly string[],
  schedule: Schedule,
  derivedNames: readonly string[],
): void {
  const { defaults } = schedule;
  const own = Object.fromEntries(RESERVED_NAMES.map((name) => [name, ""]));
  const config = derivedNames.reduce<Config>((before, name) => setAt(before, name, ""), {
    ...defaults,
    ...own,
  });
  checkConditionalPlaceholders(command, schedule);
  const unknown = unknownPlaceholders(command, config);
  if (unknown.length === 0) return;
  const known = [...pathsOf(config), ...RUN_PLACEHOLDERS];
  const names = unknown.map((name) => `{${name}}${suggestion(name, known)}`);
  throw new UserError(
    "schedule-invalid",
    `The program's command has placeholders that nothing fills: ${names.join(", ")}`,
    `Nothing was written. Placeholders are ${known.join(", ")}.`,
  );
}

/** A placeholder of a parameter that only some experiments have would stay as it stands in the others. */
function checkConditionalPlaceholders(command: readonly string[], schedule: Schedule): void {
  const conditions = conditionalNames(schedule);
  const without = withValues(schedule.defaults, {}, [...conditions.keys()]);
  const [first] = unknownPlaceholders(command, without).filter((name) =>
    [...conditions.keys()].some((one) => name === one || name.startsWith(`${one}.`)),
  );
  if (first === undefined) return;
  const [, condition = {}] = [...conditions].find(([name]) => first.startsWith(name)) ?? [];
  throw new UserError(
    "schedule-invalid",
    `The program's command has {${first}}, which exists only when ${formatCondition(condition)}.`,
    "Let the program read it from {config_file}, or vary it without a condition.",
  );
}

function findMetric(schedule: Schedule, { settings }: Project): Metric | null {
  return schedule.metric === undefined
    ? (settings.metric ?? null)
    : completeMetric(schedule.metric);
}
