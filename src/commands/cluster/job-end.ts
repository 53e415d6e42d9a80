import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { type SchedulerJob, schedulerJob } from "../../tree/worker-record.ts";
import { tryCall } from "./call.ts";
import { findScheduler } from "./find-scheduler.ts";

/** When a job ends, seconds since the epoch: its script sets it as it starts. */
export const END_VARIABLE = "HATCHERY_JOB_END";
/** What Slurm itself says, since 23.02. */
const SLURM_END = "SLURM_JOB_END_TIME";

type JobHost = Pick<Host, "environment" | "processes" | "files" | "modules" | "workingFolder">;

/**
 * When the batch job that this process is part of will be ended, ms since the epoch; undefined if
 * there is none, or nobody knows. The scheduler is asked only where no variable says it.
 */
export async function jobEnd(host: JobHost): Promise<number | undefined> {
  const { environment } = host;
  const job = schedulerJob(environment);
  // Those of a job from within which this one was submitted do not count.
  const own = job !== null && job.job === environment["HATCHERY_JOB_ID"];
  const told = [environment[SLURM_END], own ? environment[END_VARIABLE] : undefined].flatMap(
    parseSeconds,
  );
  if (told.length > 0) return Math.min(...told) * 1000;
  const seconds = job === null ? undefined : await ask(job, host);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Whatever is wrong with the scheduler, work can begin without its word. */
async function ask({ job, scheduler: name = "" }: SchedulerJob, host: JobHost) {
  try {
    const { jobEnd: end } = await findScheduler(name, host.workingFolder, host);
    if (end === undefined) return undefined;
    const printed = await tryCall(end.ask(job), host);
    return printed === undefined ? undefined : end.parse(printed);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

/** Whoever starts us may have put anything there. */
const parseSeconds = (text: string | undefined) =>
  text !== undefined && /^\d{9,12}$/.test(text) ? [Number(text)] : [];
