import { SCHEDULERS } from "../../core/scheduling/schedulers.ts";
import type { Host } from "../../host.ts";
import { schedulerJob } from "../../tree/worker-record.ts";
import { tryCall } from "./call.ts";

/** When a job ends, seconds since the epoch: its script sets it as it starts. */
export const END_VARIABLE = "HATCHERY_JOB_END";
/** What Slurm itself says, since 23.02. */
const SLURM_END = "SLURM_JOB_END_TIME";

/**
 * When the batch job that this process is part of will be ended, ms since the epoch; undefined if
 * there is none, or nobody knows. The scheduler is asked only where no variable says it.
 */
export async function jobEnd(
  host: Pick<Host, "environment" | "processes" | "files">,
): Promise<number | undefined> {
  const { environment } = host;
  const job = schedulerJob(environment);
  // Those of a job from within which this one was submitted do not count.
  const own = job !== null && job.job === environment["HATCHERY_JOB_ID"];
  const told = [environment[SLURM_END], own ? environment[END_VARIABLE] : undefined].flatMap(
    parseSeconds,
  );
  if (told.length > 0) return Math.min(...told) * 1000;
  const scheduler = SCHEDULERS.find(({ name }) => name === job?.scheduler);
  if (job === null || scheduler?.jobEnd === undefined) return undefined;
  const printed = await tryCall(scheduler.jobEnd.ask(job.job), host);
  const seconds = printed === undefined ? undefined : scheduler.jobEnd.parse(printed);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Whoever starts us may have put anything there. */
const parseSeconds = (text: string | undefined) =>
  text !== undefined && /^\d{9,12}$/.test(text) ? [Number(text)] : [];
