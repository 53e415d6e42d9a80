import { basename, dirname, join } from "node:path";

import { formatJobScript } from "../../core/scheduling/job-script.ts";
import type { Scheduler } from "../../core/scheduling/scheduler.ts";
import { chunksOf } from "../../core/scheduling/task-list.ts";
import { toIso, toIsoName } from "../../core/time.ts";
import { asUserError, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
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
 * @throws UserError `scheduler` or `disk`, with what was accepted before
 */
export async function submitWorkers(asked: LaunchOptions, host: Host): Promise<SubmissionReport> {
  const chosen = await chooseSearch(asked, host);
  const { scheduler, storages } = chosen;
  const tallies = storages.map((storage) => tallyStorage(storage, host));
  const waiting = tallies.reduce((sum, { pending, running }) => sum + pending + running, 0);
  const options =
    waiting === 0 ? asked : keepCode(await nameAnteriorJobs(asked, scheduler, host), chosen, host);
  const askedNodes = options.cluster.nodes ?? 1;
  const plan = planJobs(options, chosen, host);
  const nodes = Math.min(askedNodes, Math.ceil(waiting / plan.processes));
  if (plan.request.seconds !== undefined) checkTime("--time", plan.request.seconds, options);
  const launch = `${toIsoName(host.clock.now())}_${host.machine.hostName}_${host.machine.pid}`;
  const submission = { launch, nodes, plan, chosen };
  if (options.dryRun) rehearse(submission);
  const jobs = options.dryRun || nodes === 0 ? [] : await submitAll(submission, host);
  const accepted = jobs.reduce((sum, { tasks }) => sum + tasks, 0);
  return {
    kind: "submitted",
    dryRun: options.dryRun,
    scheduler: scheduler.name,
    jobs,
    nodes: options.dryRun ? nodes : accepted,
    limited: !options.dryRun && accepted < nodes,
    askedNodes,
    processes: plan.processes,
    waiting,
    script: jobs.length === 0 ? null : `${jobFiles(storages, launch, 0)}.sh`,
    output: jobs.length === 0 ? null : outputFolder(chosen),
    storages: storages.map((storage) => basename(storage)),
  };
}

type NewSubmission = {
  readonly launch: string;
  readonly nodes: number;
  readonly plan: JobPlan;
  readonly chosen: ChosenSearch;
};

/** Finds what is wrong with the request before anything is submitted. @throws UserError */
function rehearse({ launch, nodes, plan, chosen }: NewSubmission): void {
  if (nodes > 0) scriptOf(jobFiles(chosen.storages, launch, 0), nodes, plan, chosen);
}

/**
 * Every array is recorded as soon as it is accepted. Where the site lets a user have so many jobs only,
 * halves are tried until it is full.
 * @throws UserError `scheduler` if not one is accepted, or for any other reason
 */
async function submitAll(submission: NewSubmission, host: Host): Promise<readonly SubmittedJob[]> {
  const { launch, nodes, plan, chosen } = submission;
  const { scheduler, storages } = chosen;
  const submitted: SubmittedJob[] = [];
  let isFull = false;
  try {
    let left = chunksOf(nodes, nodes === 1 ? 1 : await arrayLimit(scheduler, host));
    for (let [tasks] = left; tasks !== undefined; [tasks] = left) {
      const path = jobFiles(storages, launch, submitted.length);
      try {
        const id = await submitOne(path, scriptOf(path, tasks, plan, chosen), chosen, host);
        submitted.push({ id, tasks });
        record(submission, submitted, host);
      } catch (error) {
        if (!isOverLimit(error, scheduler) || tasks + submitted.length === 1) throw error;
        isFull = true;
      }
      left = !isFull ? left.slice(1) : tasks === 1 ? [] : [Math.floor(tasks / 2)];
    }
  } catch (error) {
    throw withAccepted(asUserError(error), submitted);
  }
  return submitted;
}

/** The words of a scheduler are part of its refusal. */
const isOverLimit = (error: unknown, { submitLimit }: Scheduler) =>
  error instanceof UserError &&
  error.code === "scheduler" &&
  submitLimit?.test(error.message) === true;

function record(
  { launch, plan, chosen }: NewSubmission,
  jobs: readonly SubmittedJob[],
  host: Pick<Host, "files" | "clock">,
): void {
  const { schedulerName: scheduler, storages } = chosen;
  const submittedAt = toIso(host.clock.now());
  const { processes } = plan;
  for (const storage of storages)
    writeSubmission(
      storage,
      { schemaVersion: 1, launch, scheduler, jobs, processes, submittedAt },
      host,
    );
}

function scriptOf(path: string, tasks: number, { request, script }: JobPlan, chosen: ChosenSearch) {
  const output = `${join(outputFolder(chosen), basename(path))}_`;
  return formatJobScript(chosen.scheduler, { ...request, output, tasks }, script);
}

/** Where the jobs' output goes. */
const outputFolder = (chosen: ChosenSearch) => logFolder(chosen, chosen.storages[0] ?? "");

/** @param path - of the script, without its end @returns the id */
async function submitOne(
  path: string,
  text: string,
  chosen: ChosenSearch,
  { files, processes }: Pick<Host, "files" | "processes">,
): Promise<string> {
  const file = `${path}.sh`;
  for (const folder of [dirname(file), outputFolder(chosen)]) files.makeFolder(folder);
  files.write(file, text);
  files.makeExecutable(file);
  return submitScript(chosen.scheduler, file, { files, processes });
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
