import { dirname } from "node:path";

import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSubmissions } from "../../tree/submission.ts";
import { findScheduler } from "./find-scheduler.ts";
import { politeStates } from "./polite-states.ts";

/** How many of the jobs that were submitted for a storage wait, and how many run, or may run. */
export type JobCounts = { readonly pending: number; readonly running: number };

/**
 * Counts the jobs of a storage, by what the schedulers said within the last minute.
 * @returns null if none were submitted
 */
export async function countJobs(
  storage: string,
  host: Pick<Host, "files" | "clock" | "machine" | "processes" | "modules">,
): Promise<JobCounts | null> {
  const submissions = readSubmissions(storage, host);
  if (submissions.length === 0) return null;
  const counts = { pending: 0, running: 0 };
  for (const name of new Set(submissions.map(({ scheduler }) => scheduler))) {
    const mine = submissions.filter(({ scheduler }) => scheduler === name);
    const ids = new Set(mine.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
    try {
      const scheduler = await findScheduler(name, storage, host);
      for (const job of await politeStates(dirname(storage), scheduler, [...ids], host)) {
        if (!ids.has(job.submission) || job.phase === "ended") continue;
        counts[job.phase === "pending" ? "pending" : "running"] += job.count;
      }
    } catch (error) {
      // A scheduler that is not known here says nothing; what the folders say is still to be seen.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return counts;
}
