import { dirname } from "node:path";

import type { JobStatus } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { SchedulerJob } from "../../tree/worker-record.ts";
import type { HeldRun, Survey } from "../work/held-runs.ts";
import { findScheduler } from "./find-scheduler.ts";
import { politeStates } from "./polite-states.ts";

type JobHost = Pick<Host, "files" | "clock" | "machine" | "processes" | "modules">;

/**
 * A survey in which the runs of owners whose batch jobs are over count as interrupted at once. Only a
 * final state of the very job counts: the same cluster, id and number of restarts.
 */
export async function freeEndedJobs(
  storage: string,
  found: Survey,
  host: JobHost,
): Promise<Survey> {
  const held = [...found.silent, ...found.alive];
  const schedulers = new Set(held.flatMap(({ holder }) => holder.job?.scheduler ?? []));
  let { silent, alive } = found;
  const interrupted = [...found.interrupted];
  for (const name of schedulers) {
    const jobs = held.flatMap(({ holder }) =>
      holder.job?.scheduler === name ? [holder.job.job] : [],
    );
    const states = await statesOf(dirname(storage), name, [...new Set(jobs)], host);
    const isOver = ({ holder }: HeldRun) =>
      holder.job?.scheduler === name && hasEnded(holder.job, states);
    interrupted.push(...[...silent, ...alive].filter(isOver).map(asDead));
    silent = silent.filter((one) => !isOver(one));
    alive = alive.filter((one) => !isOver(one));
  }
  return { ...found, silent, alive, interrupted };
}

async function statesOf(
  root: string,
  name: string,
  jobs: readonly string[],
  host: JobHost,
): Promise<readonly JobStatus[]> {
  try {
    const scheduler = await findScheduler(name, root, host);
    return (await politeStates(root, scheduler, jobs, host))?.states ?? [];
  } catch (error) {
    // A record may name a scheduler that is not known here: then the lease decides.
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}

/** Whether a job is over, by a scheduler's word. */
export function hasEnded(
  { job, cluster, restartCount }: SchedulerJob,
  states: readonly JobStatus[],
): boolean {
  const found = states.filter((state) => state.id === job);
  return (
    found.length > 0 &&
    found.every(
      (state) =>
        state.phase === "ended" &&
        (state.cluster ?? cluster) === cluster &&
        (state.restarts ?? restartCount) === restartCount,
    )
  );
}

const asDead = (held: HeldRun): HeldRun => ({ ...held, holder: { ...held.holder, dead: true } });
