import { basename } from "node:path";

import { counted } from "../../core/counted.ts";
import type { JobStatus } from "../../core/scheduling/scheduler.ts";
import type { Host } from "../../host.ts";
import { readSubmissions } from "../../tree/submission.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { chooseStorages } from "../storage-selection.ts";
import { callScheduler } from "./call.ts";
import { findScheduler } from "./find-scheduler.ts";

/** What allaunch --cancel ended. */
export type CancelReport = {
  readonly kind: "cancelled";
  readonly dryRun: boolean;
  /** Ids as they were submitted, in the order of submission. */
  readonly jobs: readonly string[];
  readonly storages: readonly string[];
};

/**
 * Ends the jobs that were submitted for some storages and are not over. Their workers are asked to
 * stop, and put their runs back.
 * @throws UserError `scheduler`
 */
export async function cancelJobs(options: LaunchOptions, host: Host): Promise<CancelReport> {
  const { storages } = await chooseStorages(options, host);
  const submissions = storages.flatMap((storage) => readSubmissions(storage, host));
  const names = [...new Set(submissions.map(({ scheduler }) => scheduler))];
  const cancelled: string[] = [];
  for (const name of names) {
    const scheduler = await findScheduler(name, host.workingFolder, host);
    const mine = submissions.filter((one) => one.scheduler === name);
    const ids = [...new Set(mine.flatMap(({ jobs }) => jobs.map(({ id }) => id)))];
    const printed = await callScheduler(scheduler, scheduler.ask(ids), "say what runs", host);
    const open = openJobs(ids, scheduler.parseStates(printed));
    if (open.length > 0 && !options.dryRun) {
      for (const call of [scheduler.cancel(open)].flat())
        await callScheduler(scheduler, call, "end the jobs", host);
    }
    cancelled.push(...open);
  }
  return {
    kind: "cancelled",
    dryRun: options.dryRun,
    jobs: cancelled,
    storages: storages.map((storage) => basename(storage)),
  };
}

/** Those of which something waits, runs, or may run. */
function openJobs(ids: readonly string[], states: readonly JobStatus[]): readonly string[] {
  const open = states.filter(({ phase }) => phase !== "ended");
  return ids.filter((id) => open.some(({ submission }) => submission === id));
}

export function renderCancel({ jobs, dryRun }: CancelReport): string {
  if (jobs.length === 0) return "No job of these storages waits or runs.";
  const list = `${counted(jobs.length, "submission")}: ${jobs.join(", ")}`;
  return dryRun
    ? `Would end ${list}. Nothing was done (--dry_run).`
    : `Ended ${list}. Runs that were going on go back to UNHATCHED with their checkpoints; alstatus shows it within a minute.`;
}
