import { basename, dirname, join } from "node:path";

import { formatJobScript } from "../../core/scheduling/job-script.ts";
import type { JobRequest, Scheduler } from "../../core/scheduling/scheduler.ts";
import { chunksOf } from "../../core/scheduling/task-list.ts";
import { toIso, toIsoName } from "../../core/time.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { launchLogsFolder } from "../../tree/paths.ts";
import { type SubmittedJob, writeSubmission } from "../../tree/submission.ts";
import { keepCode } from "../launch/code-version.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { tallyStorage } from "../launch/tally.ts";
import { checkTime } from "../launch/wall-time.ts";
import { nameAnteriorJobs } from "./anterior-jobs.ts";
import { chooseSearch, type ChosenSearch } from "./chosen-search.ts";
import { submitScript, tryCall } from "./call.ts";
import { type JobPlan, jobFiles, logFolder, planJobs } from "./job-plan.ts";
import type { SubmissionReport } from "./report.ts";

/**
 * Submits workers as batch jobs and leaves: one array for as many as the site takes in one.
 * @throws UserError `scheduler` with what it had accepted before it refused
 */
export async function submitWorkers(asked: LaunchOptions, host: Host): Promise<SubmissionReport> {
  const chosen = await chooseSearch(asked, host);
  const { scheduler, storages } = chosen;
  const options = keepCode(await nameAnteriorJobs(asked, scheduler, host), chosen, host);
  const tallies = storages.map((storage) => tallyStorage(storage, host));
  const waiting = tallies.reduce((sum, { pending, running }) => sum + pending + running, 0);
  const askedNodes = options.cluster.nodes ?? 1;
  const plan = planJobs(options, chosen, host);
  const jobs = Math.min(askedNodes, Math.ceil(waiting / plan.processes));
  if (plan.request.seconds !== undefined) checkTime("--time", plan.request.seconds, options);
  const launch = `${toIsoName(host.clock.now())}_${host.machine.hostName}_${host.machine.pid}`;
  const chunks =
    jobs === 0
      ? []
      : chunksOf(jobs, options.dryRun || jobs === 1 ? jobs : await arrayLimit(scheduler, host));
  const submitted: SubmittedJob[] = [];
  for (const [index, tasks] of options.dryRun ? [] : chunks.entries()) {
    const script = jobFiles(storages, launch, index);
    try {
      const id = await submitOne(
        { ...plan.request, output: outputOf(chosen, script), tasks },
        script,
        plan,
        chosen,
        host,
      );
      submitted.push({ id, tasks });
    } catch (error) {
      throw withAccepted(error, submitted);
    }
    for (const storage of storages) {
      const submission = {
        schemaVersion: 1,
        launch,
        scheduler: chosen.schedulerName,
        jobs: submitted,
        processes: plan.processes,
        submittedAt: toIso(host.clock.now()),
      } as const;
      writeSubmission(storage, submission, host);
    }
  }
  return {
    kind: "submitted",
    dryRun: options.dryRun,
    scheduler: scheduler.name,
    jobs: submitted,
    nodes: jobs,
    askedNodes,
    processes: plan.processes,
    waiting,
    script: submitted.length === 0 ? null : `${jobFiles(storages, launch, 0)}.sh`,
    output: submitted.length === 0 ? null : logFolder(chosen, storages[0] ?? ""),
    storages: storages.map((storage) => basename(storage)),
  };
}

/** Begins the names of the output of what a script submits. */
function outputOf(chosen: ChosenSearch, script: string): string {
  const folder = logFolder(chosen, chosen.storages[0] ?? "");
  return `${join(folder, basename(script))}_`;
}

/** @returns the id */
async function submitOne(
  request: JobRequest,
  path: string,
  { script }: JobPlan,
  { scheduler, storages }: ChosenSearch,
  host: Host,
): Promise<string> {
  const file = `${path}.sh`;
  host.files.makeFolder(launchLogsFolder(storages[0] ?? ""));
  host.files.makeFolder(dirname(request.output));
  host.files.write(file, formatJobScript(scheduler, request, script));
  host.files.makeExecutable(file);
  return submitScript(scheduler, file, host);
}

/** How many elements an array may have. A scheduler that does not say will refuse too many itself. */
async function arrayLimit({ arrayLimit: limit }: Scheduler, host: Host): Promise<number> {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  const printed = await tryCall(limit.ask, host);
  return (printed === undefined ? undefined : limit.parse(printed)) ?? Number.POSITIVE_INFINITY;
}

function withAccepted(error: unknown, accepted: readonly SubmittedJob[]): unknown {
  if (!(error instanceof UserError) || accepted.length === 0) return error;
  const ids = accepted.map(({ id, tasks }) => `${id} (${tasks})`).join(", ");
  return new UserError(
    error.code,
    `${error.message}\nAccepted before that: ${ids}.`,
    `${error.hint} The accepted jobs work on; allaunch --cancel ends them.`,
    { cause: error },
  );
}
