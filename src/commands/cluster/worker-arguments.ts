import { basename, resolve } from "node:path";

import { describeRetry } from "../../core/failure.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";

/**
 * The flags with which a job launches its workers: those that were given, with the storages by their
 * names, since a list may have changed until the job starts.
 *
 * @param storages - absolute, all in the folder `root`
 */
export function workerArguments(
  options: LaunchOptions,
  root: string,
  storages: readonly string[],
): readonly string[] {
  const { nExperimentsPerProc, timeout, wallTime, maxFails } = options;
  return [
    ...value("root_dir", resolve(root)),
    ...storages.flatMap((storage) => value("storage_name", basename(storage))),
    ...value("n_processes", options.nProcesses),
    ...value("gpus_per_run", options.gpusPerRun),
    ...value("cpus_per_run", options.cpusPerRun),
    ...value("n_experiments_per_proc", nExperimentsPerProc),
    ...options.runs.flatMap((run) => value("run", run)),
    ...value("code", options.code),
    ...switched("check_hash", options.checkHash),
    ...switched("run_clean_interrupted", options.runCleanInterrupted),
    ...value("log_level", options.logLevel),
    ...switched("stay", options.stay),
    ...value("heartbeat", options.heartbeat),
    ...value("stop_signal", options.stopSignal),
    ...value("lead", seconds(options.lead)),
    ...value("grace", seconds(options.grace)),
    ...value("timeout", seconds(timeout)),
    ...value("retry", describeRetry(options.retry)),
    ...value("max_fails", maxFails),
    ...value("circuit_breaker", options.circuitBreaker),
    ...value("wall_time", seconds(wallTime)),
    ...switched("redo_summary", options.redoSummary),
    ...switched("skip_summary", options.skipSummary),
  ];
}

// One word each: a value may begin with a dash.
const value = (flag: string, given: string | number | undefined) =>
  given === undefined ? [] : [`--${flag}=${given}`];
const switched = (flag: string, given: boolean) => (given ? [`--${flag}`] : []);
const seconds = (given: number | undefined) => (given === undefined ? undefined : `${given}s`);
