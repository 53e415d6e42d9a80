import { basename } from "node:path";

import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import type { RunPath } from "../../tree/paths.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../../tree/worker-identity.ts";
import { freeEndedJobs } from "../cluster/ended-jobs.ts";
import { type HeldRun, secondLookMs, type Survey, survey } from "../work/held-runs.ts";
import { resetHeldRun, resetMany } from "../work/reset-held-run.ts";

type CleanHost = Pick<
  Host,
  "files" | "clock" | "machine" | "token" | "environment" | "terminal" | "processes" | "modules"
>;

/** A look at all runs of a storage, or at `runs` only, with the second look that silent holders need. */
export async function surveyTwice(
  storage: string,
  identity: WorkerIdentity,
  host: CleanHost,
  signal: AbortSignal,
  runs: readonly RunPath[] = listRuns(storage, host),
): Promise<Survey> {
  const first = await freeEndedJobs(storage, survey(storage, runs, identity.worker, host), host);
  if (first.silent.length === 0) return first;
  const waitMs = secondLookMs(first.silent);
  host.terminal.note(
    `${basename(storage)}: ${first.silent.length} runs give no sign of life; a second look in ${Math.ceil(waitMs / 1000)} s decides.`,
  );
  await host.clock.sleep(waitMs, signal);
  if (signal.aborted) return first;
  const again = first.silent.map(({ run }) => run);
  const second = survey(storage, again, identity.worker, host, first.silent);
  return {
    ...first,
    pending: [...first.pending, ...second.pending],
    interrupted: [...first.interrupted, ...second.interrupted],
    silent: second.silent,
    alive: [...first.alive, ...second.alive],
  };
}

/** Resets what was interrupted in a storage; checkpoints and what was recorded stay. */
export async function cleanInterruptedRuns(
  storage: string,
  heartbeatMs: number,
  host: CleanHost,
  signal: AbortSignal,
): Promise<readonly HeldRun[]> {
  const identity = createWorkerIdentity(heartbeatMs, host);
  const { interrupted } = await surveyTwice(storage, identity, host, signal);
  const resetOne = (held: HeldRun) => resetHeldRun(held, identity, heartbeatMs, host);
  return (await resetMany(interrupted, resetOne, host, signal)).reset;
}
