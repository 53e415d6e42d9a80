import type { Config } from "../../core/config/config.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { toIso } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import type { ScriptProcess } from "./script-process.ts";

/** What `metadata/info.yaml` says of a log that waits to be run. */
export function newInfo(
  id: number,
  logDir: string,
  command: readonly string[],
  code: RepositoryState,
  user: string,
): Config {
  return {
    log_id: id,
    log_dir: logDir,
    status: "STARTING",
    command: command.join(" "),
    user,
    code_version: code.commit,
    code_changes: code.diffHash,
  };
}

/** The same once it runs. */
export function startInfo(
  info: Config,
  attempt: number,
  { machine, clock, environment }: Pick<Host, "machine" | "clock" | "environment">,
  { workDir }: Pick<ScriptProcess, "workDir">,
): Config {
  const job = environment["SLURM_JOB_ID"] ?? environment["OAR_JOB_ID"];
  // Of the attempt before.
  const kept = Object.entries(info).filter(([name]) => name !== "ended_at");
  return {
    ...Object.fromEntries(kept),
    status: "RUNNING",
    attempt,
    hostname: machine.hostName,
    process_id: machine.pid,
    work_dir: workDir,
    ...(job === undefined ? {} : { scheduler_job_id: job }),
    started_at: toIso(clock.now()),
  };
}

/** The same once it has ended. */
export function endInfo(
  info: Config,
  status: "COMPLETE" | "FAILED" | "STARTING",
  { clock }: Pick<Host, "clock">,
): Config {
  return { ...info, status, ended_at: toIso(clock.now()) };
}
