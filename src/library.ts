import { resolve } from "node:path";

import type { Argv } from "yargs";

import type { Command } from "./commands/command.ts";
import { launchHere } from "./commands/launch.ts";
import type { LaunchReport } from "./commands/launch/report.ts";
import { prepare, type PrepareReport } from "./commands/prepare.ts";
import type { Config } from "./core/config/config.ts";
import { flagsAmong } from "./core/run-state.ts";
import { asUserError, UserError } from "./errors.ts";
import type { ImageFormat } from "./core/figures/image-format.ts";
import { createHost } from "./io/host.ts";
import { passOn, writeError, writeOut } from "./io/output.ts";
import { type OptionValue, toFlags } from "./library/flags.ts";
import type {
  LaunchedFunction,
  LaunchedRun,
  LaunchScriptOptions,
} from "./library/launch/context.ts";
import { launchFunction } from "./library/launch/launch.ts";
import { nodeProcess, putNodeFirst } from "./library/launch/node-process.ts";
import {
  type DirectoryTree,
  openRecording as readRecording,
  openSearch as readSearch,
  openTree as readTree,
  type Recording,
  type Search,
} from "./library/search.ts";
import { openReader as readTable, type Reader } from "./tree/reading/reader.ts";
import { createRecorder as recordInto, type RunRecorder } from "./tree/recorder.ts";

export type { LaunchReport } from "./commands/launch/report.ts";
export type { PrepareReport } from "./commands/prepare.ts";
export type { ExperimentScores, SeedScore } from "./core/analysis/ranking.ts";
export type { Config, ConfigValue } from "./core/config/config.ts";
export { compareSearches, type CompareSearchesFigure } from "./core/figures/compare-searches.ts";
export type { Series } from "./core/recording/columns.ts";
export type { Column } from "./core/recording/growing-column.ts";
export type { RunState } from "./core/run-state.ts";
export type { Metric } from "./core/search/metric.ts";
export type { Program, SearchFacts } from "./core/search/search-facts.ts";
export { UserError } from "./errors.ts";
export type { ImageFormat } from "./core/figures/image-format.ts";
export type {
  LaunchContext,
  LaunchedFunction,
  LaunchedRun,
  LaunchScriptOptions,
} from "./library/launch/context.ts";
export type { ArtifactType, ScriptLogger } from "./library/launch/script-logger.ts";
export type { DirectoryTree, Recording, Run, Search } from "./library/search.ts";
export type { Cell, Table } from "./core/query/table.ts";
export type { Group, Groups, GroupSummaries } from "./tree/reading/groups.ts";
export type { Field, Reader } from "./tree/reading/reader.ts";
export type { ResultRun, Results } from "./tree/reading/results.ts";
export type { RunRecorder } from "./tree/recorder.ts";
export * as statistics from "./statistics.ts";

/** The flags of alprep; paths are relative to the working folder. */
export type PrepareSearchOptions = {
  readonly scheduleFile: string;
  readonly desc?: string;
  readonly rootDir?: string;
  readonly addToFolder?: string;
  readonly resample?: boolean;
  readonly samplerSeed?: number;
  readonly dryRun?: boolean;
};

/** The flags of allaunch; durations as there, e.g. `"90s"`. At least one storage has to be named. */
export type LaunchSearchesOptions = {
  readonly fromFile?: string;
  readonly storageName?: string | readonly string[];
  readonly rootDir?: string;
  readonly skipMissing?: boolean;
  readonly nProcesses?: number;
  readonly nExperimentsPerProc?: number;
  readonly checkHash?: boolean;
  readonly runCleanInterrupted?: boolean;
  readonly logLevel?: string;
  readonly stay?: boolean;
  readonly heartbeat?: number;
  readonly stopSignal?: string;
  readonly lead?: string;
  readonly grace?: string;
  readonly timeout?: string;
  readonly retry?: string;
  readonly maxFails?: number;
  readonly circuitBreaker?: number;
  readonly wallTime?: string;
  readonly dryRun?: boolean;
};

/** How a caller stops a command, as Ctrl-C does, and whether its notes go to standard error. */
export type Manners = { readonly signal?: AbortSignal; readonly notes?: boolean };

const host = createHost({ quiet: true });

/** A folder of storages. @param root - relative to the working folder, or absolute */
export const openTree = (root = "storage"): DirectoryTree => readTree(resolve(root), host);

/** One search, to be read. @throws UserError `not-found`, `config-invalid` */
export const openSearch = (storage: string): Search => readSearch(resolve(storage), host);

/** All runs below a folder, to be queried: logs, searches, named experiments. @throws UserError `not-found` */
export const openReader = (root: string): Promise<Reader> => readTable(resolve(root), host);

/** What {@link createRecorder}, or a run, recorded in a folder. */
export const openRecording = (folder: string): Recording => readRecording(resolve(folder), host);

/**
 * Records into any folder, as runs do into theirs; goes on behind what is recorded there.
 * @throws UserError `refused` for the folder of a run, whose program is given its own recorder
 */
export function createRecorder(folder: string): RunRecorder {
  const path = resolve(folder);
  if (flagsAmong(host.files.list(path) ?? []).length > 0) {
    throw new UserError(
      "refused",
      `${path} is the folder of a run: what is recorded there belongs to its attempts.`,
      "Record by the recorder that main() is given, or into a folder of your own.",
    );
  }
  return recordInto(path, 1, host);
}

/** What alprep does. @throws UserError as alprep's messages say */
export const prepareSearch = (options: PrepareSearchOptions, manners: Manners = {}) =>
  perform(prepare, { ...options, yes: true }, manners) satisfies Promise<PrepareReport>;

/** What allaunch does; resolves when nothing is left to run. Crashes stand in the report. @throws UserError */
export const launchSearches = (options: LaunchSearchesOptions, manners: Manners = {}) =>
  perform(launchHere, options, manners) satisfies Promise<LaunchReport>;

/**
 * Runs a function with the options of `configs/config.yaml`, changed by the script's command line, once for
 * each combination of values, and logs each run in `logs/<id>/`. The function runs in a process of its own,
 * which executes the script up to here and ends with it; what follows is the launcher's alone.
 *
 * @returns what became of the runs, when all have ended; the exit code is 1 if one failed
 */
export async function launch<Options = Config>(
  options: LaunchScriptOptions<Options>,
  launched: LaunchedFunction<Options>,
): Promise<readonly LaunchedRun[]> {
  const voice = { print: writeOut, passOn, complain: writeError };
  const script = nodeProcess(voice);
  try {
    putNodeFirst();
    return await launchFunction(options, launched, createHost({ quiet: false }), script);
  } catch (error) {
    const known = asUserError(error);
    if (known instanceof UserError) return script.fail(known);
    throw error;
  }
}

/** A Vega-Lite specification as the bytes of an image or a page. @throws UserError `unavailable`: PNG or PDF without node-canvas */
export const renderFigure = (specification: object, format: ImageFormat): Promise<Uint8Array> =>
  host.images.render(specification, format);

async function perform<Options, Report>(
  command: Command<Options, Report>,
  options: Readonly<Record<string, OptionValue>>,
  { signal = new AbortController().signal, notes = false }: Manners,
): Promise<Report> {
  const parsed = await command.parse(await parser(toFlags(options)));
  const atOnce = new AbortController().signal;
  return command.run(parsed, createHost({ quiet: !notes }), signal, atOnce);
}

/** Reads flags as a command does, but neither prints nor exits. */
async function parser(flags: readonly string[]): Promise<Argv> {
  const { default: yargs } = await import("yargs");
  return yargs([...flags])
    .help(false)
    .version(false)
    .exitProcess(false)
    .locale("en")
    .parserConfiguration({ "camel-case-expansion": false })
    .strict()
    .fail((message, error: Error | undefined) => {
      throw error ?? new UserError("usage", message, "See docs/library.md for the options.");
    });
}
