import type { Argv } from "yargs";

import { DEFAULT_RETRY, describeRetry, parseRetry, type RetryRules } from "../../core/failure.ts";
import { LOG_LEVELS, type LogLevel } from "../../core/log-line.ts";
import { UserError } from "../../errors.ts";
import { STOP_SIGNALS, type StopSignal } from "../../core/stop-signal.ts";
import { DEFAULT_HEARTBEAT_MS, MAX_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import {
  checkInteger,
  checkNumber,
  parseDuration,
  storageChoice,
  storageOptions,
} from "../options.ts";
import { clusterFlags, type ClusterOptions, clusterOptions } from "../cluster/cluster-options.ts";
import type { StorageChoice } from "../storage-selection.ts";

export type LaunchOptions = StorageChoice & {
  /** As many as there are slots if left out; without slots 1. */
  readonly nProcesses: number | undefined;
  /** A part of a GPU, or a whole number of them. */
  readonly gpusPerRun: number | undefined;
  readonly cpusPerRun: number | undefined;
  readonly nExperimentsPerProc: number | undefined;
  /** `experiment3/seed2`: those to execute; all if there are none. */
  readonly runs: readonly string[];
  /** `live`, `snapshot`, or the folder of a snapshot; where it is left out, jobs use a snapshot. */
  readonly code: string | undefined;
  readonly checkHash: boolean;
  readonly runCleanInterrupted: boolean;
  readonly usePbar: boolean;
  readonly logLevel: LogLevel;
  readonly stay: boolean;
  /** s */
  readonly heartbeat: number;
  readonly stopSignal: StopSignal;
  /** s */
  readonly lead: number;
  /** s */
  readonly grace: number;
  /** How long a run may take, s. */
  readonly timeout: number | undefined;
  readonly retry: RetryRules;
  /** After so many crashes nothing more is started. */
  readonly maxFails: number | undefined;
  /** The same if so many runs, the first ones, crash alike at once; 0 for never. */
  readonly circuitBreaker: number;
  /** How long the launch may take, s. */
  readonly wallTime: number | undefined;
  /** Settled searches are summarised again, or not at all. */
  readonly redoSummary: boolean;
  readonly skipSummary: boolean;
  readonly dryRun: boolean;
  readonly cluster: ClusterOptions;
};

const MAX_PROCESSES = 1024;

/** Reads allaunch's flags. @throws UserError `usage` */
export async function parseLaunchOptions(args: Argv): Promise<LaunchOptions> {
  const given = await declare(args).parseAsync();
  const isSlotted = given.gpus_per_run !== undefined || given.cpus_per_run !== undefined;
  const options = {
    ...storageChoice(given),
    nProcesses: given.n_processes ?? (isSlotted ? undefined : 1),
    gpusPerRun: given.gpus_per_run,
    cpusPerRun: given.cpus_per_run,
    nExperimentsPerProc: given.n_experiments_per_proc,
    runs: given.run.map(checkRun),
    code: given.code,
    checkHash: given.check_hash,
    runCleanInterrupted: given.run_clean_interrupted,
    usePbar: given.use_pbar,
    logLevel: given.log_level,
    stay: given.stay,
    heartbeat: given.heartbeat,
    stopSignal: given.stop_signal,
    lead: parseDuration("lead", given.lead),
    grace: parseDuration("grace", given.grace),
    timeout: given.timeout === undefined ? undefined : parseDuration("timeout", given.timeout),
    retry: parseRetry(given.retry),
    maxFails: given.max_fails,
    circuitBreaker: given.circuit_breaker,
    wallTime:
      given.wall_time === undefined ? undefined : parseDuration("wall_time", given.wall_time),
    redoSummary: given.redo_summary,
    skipSummary: given.skip_summary,
    dryRun: given.dry_run,
    cluster: clusterOptions(given),
  };
  checkOptions(options);
  return options;
}

function declare(args: Argv) {
  return clusterFlags(storageOptions(args))
    .option("n_processes", {
      alias: "p",
      type: "number",
      defaultDescription: "1, or as many as there are GPUs and cores for",
      describe: "workers to start",
    })
    .option("gpus_per_run", {
      type: "number",
      describe: "GPUs of each worker, 0.5 for two workers on one; no more are started than fit",
    })
    .option("cpus_per_run", {
      type: "number",
      describe: "cores of each worker; no more are started than fit",
    })
    .option("n_experiments_per_proc", {
      type: "number",
      defaultDescription: "all",
      describe: "runs that each worker executes at most",
    })
    .option("run", {
      type: "string",
      array: true,
      default: [] as string[],
      describe: "execute this run only, as experiment3/seed2, or 5 for a log; may be repeated",
    })
    .option("code", {
      type: "string",
      defaultDescription: "live; with a scheduler snapshot",
      describe: "the code that runs use: as it is then (live), or as it is now (snapshot)",
    })
    .option("check_hash", {
      type: "boolean",
      default: false,
      describe: "refuse when the code is not the one that was prepared",
    })
    .option("run_clean_interrupted", {
      type: "boolean",
      default: false,
      describe: "first reset what was interrupted, as alclean does",
    })
    .option("use_pbar", { type: "boolean", default: false, describe: "show a progress bar" })
    .option("log_level", {
      choices: LOG_LEVELS,
      default: "info" as const,
      describe: "the lowest level that is written to the logs",
    })
    .option("redo_summary", {
      type: "boolean",
      default: false,
      describe: "plot and summarise settled searches again, also where that has failed",
    })
    .option("skip_summary", {
      type: "boolean",
      default: false,
      describe: "do not plot and summarise searches when they are settled",
    })
    .option("stay", {
      type: "boolean",
      default: false,
      describe: "wait for runs that others hold, and take those that come back",
    })
    .option("heartbeat", {
      type: "number",
      default: DEFAULT_HEARTBEAT_MS / 1000,
      describe: "seconds between two signs of life; ten without one end a claim",
    })
    .option("stop_signal", {
      choices: STOP_SIGNALS,
      default: "SIGTERM" as const,
      describe: "what a command is asked to stop with",
    })
    .option("lead", {
      type: "string",
      default: "60s",
      describe: "from that to SIGTERM, if it is another signal",
    })
    .option("grace", {
      type: "string",
      default: "10s",
      describe: "from SIGTERM to SIGKILL",
    })
    .option("timeout", {
      type: "string",
      defaultDescription: "none",
      describe: "how long a run may take, as 90s, 2h or 4:00:00",
    })
    .option("retry", {
      type: "string",
      default: describeRetry(DEFAULT_RETRY),
      describe: "how often a run is tried again after each kind of failure",
    })
    .option("max_fails", {
      type: "number",
      defaultDescription: "none",
      describe: "start nothing more after so many crashes",
    })
    .option("circuit_breaker", {
      type: "number",
      default: 10,
      describe:
        "start nothing more if so many runs, the first ones, crash alike within seconds; 0: never",
    })
    .option("wall_time", {
      type: "string",
      defaultDescription: "none; in a SLURM job, what the job has left",
      describe: "how long this launch may take",
    })
    .option("dry_run", { type: "boolean", default: false, describe: "count, start nothing" });
}

function checkOptions(options: LaunchOptions): void {
  const { nProcesses, nExperimentsPerProc, heartbeat, maxFails, circuitBreaker } = options;
  if (nProcesses !== undefined)
    checkInteger("n_processes", nProcesses, { min: 1, max: MAX_PROCESSES });
  const { gpusPerRun, cpusPerRun } = options;
  if (gpusPerRun !== undefined && gpusPerRun >= 1)
    checkInteger("gpus_per_run", gpusPerRun, { min: 1, max: MAX_PROCESSES });
  else if (gpusPerRun !== undefined)
    checkNumber("gpus_per_run", gpusPerRun, { min: 0.01, max: MAX_PROCESSES });
  if (cpusPerRun !== undefined)
    checkInteger("cpus_per_run", cpusPerRun, { min: 1, max: MAX_PROCESSES });
  if (nExperimentsPerProc !== undefined) {
    checkInteger("n_experiments_per_proc", nExperimentsPerProc, { min: 1, max: 1e9 });
  }
  checkNumber("heartbeat", heartbeat, { min: 0.1, max: MAX_HEARTBEAT_MS / 1000 });
  if (maxFails !== undefined) checkInteger("max_fails", maxFails, { min: 1, max: 1e9 });
  checkInteger("circuit_breaker", circuitBreaker, { min: 0, max: 1e9 });
}

/** @throws UserError `usage` */
function checkRun(name: string): string {
  const run = name.replace(/\/+$/, "");
  if (/^(?:experiment\d+\/seed\d+|\d+)$/.test(run)) return run;
  throw new UserError(
    "usage",
    `--run: expected a run of the storage, got ${JSON.stringify(name)}.`,
    "For example --run experiment3/seed2, or --run 5 for a log.",
  );
}
