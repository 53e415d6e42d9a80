import { dirname } from "node:path";

import type { JobStatus } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSubmissions, type Submission } from "../../tree/submission.ts";
import { findScheduler } from "./find-scheduler.ts";
import { type Answer, politeStates } from "./polite-states.ts";

/** The jobs that were submitted for a storage and are not over, as far as the scheduler has said. */
export type JobCounts = {
  readonly pending: number;
  /** Or may run. */
  readonly running: number;
  /** Submitted since the scheduler was asked last. */
  readonly submitted: number;
  /** Whether every scheduler has said something. */
  readonly answered: boolean;
  /** Why the pending ones wait, in the scheduler's words, the most frequent first. */
  readonly reasons: readonly string[];
};

/** A person waits for the answer. */
const PATIENCE_MS = 20_000;

type JobsHost = Pick<Host, "files" | "clock" | "machine" | "processes" | "modules">;
/** By the names of schedulers. */
type Answers = ReadonlyMap<string, Answer | undefined>;

/**
 * Counts the jobs of storages, by what the schedulers said within the last minute. Each scheduler is
 * asked once, about the jobs of all of them.
 * @param storages - absolute, in one folder
 * @returns null for those for which none were submitted
 */
export async function countJobs(
  storages: readonly string[],
  host: JobsHost,
): Promise<ReadonlyMap<string, JobCounts | null>> {
  const submissions = new Map(storages.map((one) => [one, readSubmissions(one, host)]));
  const answers = await askAll([...submissions.values()].flat(), dirname(storages[0] ?? ""), host);
  return new Map([...submissions].map(([storage, mine]) => [storage, countOf(mine, answers)]));
}

async function askAll(
  submissions: readonly Submission[],
  root: string,
  host: JobsHost,
): Promise<Answers> {
  const answers = new Map<string, Answer | undefined>();
  for (const name of new Set(submissions.map(({ scheduler }) => scheduler))) {
    const mine = submissions.filter(({ scheduler }) => scheduler === name);
    const ids = new Set(mine.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
    try {
      const scheduler = await findScheduler(name, root, host);
      answers.set(name, await politeStates(root, scheduler, [...ids], host, PATIENCE_MS));
    } catch (error) {
      // A scheduler that is not known here says nothing; what the folders say is still to be seen.
      if (!(error instanceof UserError)) throw error;
      answers.set(name, undefined);
    }
  }
  return answers;
}

function countOf(submissions: readonly Submission[], answers: Answers): JobCounts | null {
  if (submissions.length === 0) return null;
  const open = submissions.flatMap((one) => openStates(one, answers.get(one.scheduler)));
  const sum = (states: readonly Pick<JobStatus, "count">[]) =>
    states.reduce((total, { count }) => total + count, 0);
  const pending = open.filter(({ phase }) => phase === "pending");
  return {
    pending: sum(pending),
    running: sum(open) - sum(pending),
    submitted: submissions.reduce((total, one) => total + unheard(one, answers), 0),
    answered: submissions.every(({ scheduler }) => answers.get(scheduler) !== undefined),
    reasons: reasonsOf(pending),
  };
}

function openStates({ jobs }: Submission, answer: Answer | undefined): readonly JobStatus[] {
  const ids = new Set(jobs.map(({ id }) => id));
  return (answer?.states ?? []).filter(
    ({ submission, phase }) => ids.has(submission) && phase !== "ended",
  );
}

/** How many of its jobs the last answer cannot have known yet. */
function unheard({ scheduler, submittedAt, jobs }: Submission, answers: Answers): number {
  const answer = answers.get(scheduler);
  if (answer === undefined || Date.parse(submittedAt) < answer.minuteMs) return 0;
  const known = new Set(answer.states.map(({ submission }) => submission));
  return jobs.reduce((sum, { id, tasks }) => sum + (known.has(id) ? 0 : tasks), 0);
}

function reasonsOf(pending: readonly JobStatus[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { reason, count } of pending) {
    if (reason !== "") counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([reason]) => reason);
}
