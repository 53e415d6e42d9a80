import { basename, dirname, isAbsolute, join, resolve } from "node:path";

import { counted } from "../core/counted.ts";
import { SCRIPT_SCHEDULER } from "../core/scheduling/job-script.ts";
import { listedNames } from "../core/search-list.ts";
import { PENDING_FLAG } from "../core/run-state.ts";
import { toIso, toIsoName } from "../core/time.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { parseRunName, parseRunPath, type RunPath, SEARCH_FILE } from "../tree/paths.ts";
import { type SubmittedJob, writeSubmission } from "../tree/submission.ts";
import { submitScript } from "./cluster/call.ts";
import { findScheduler, schedulerReference } from "./cluster/find-scheduler.ts";
import type { Command } from "./command.ts";
import { findProject } from "./project.ts";

export type SubmitOptions = {
  /** Scripts, and lists of scripts. */
  readonly words: readonly string[];
  readonly scheduler: string | undefined;
  readonly dryRun: boolean;
};

export type SubmitReport = {
  readonly dryRun: boolean;
  /** In the order of submission; paths absolute. */
  readonly jobs: readonly { readonly id: string; readonly script: string }[];
  /** Scripts that would be, or were, submitted. */
  readonly scripts: number;
  /** Scripts whose runs do not wait any more. */
  readonly skipped: number;
  /** What was left when somebody stopped it. */
  readonly left: number;
};

const MAX_WORDS = 10_000;

/** alsub: job scripts, one by one or from a list. */
export const submitScripts: Command<SubmitOptions, SubmitReport> = {
  name: "alsub",
  summary: "Submits job scripts to a batch scheduler, one by one or all of a list.",
  words: { usage: "<script or list> …", most: MAX_WORDS },
  examples: [
    [
      "alsub storage/ju12_f7b375e_mlp_digits_grid_first/jobscripts.lst",
      "all that allaunch --job_scripts wrote",
    ],
    ["alsub experiment3/seed1/script.sh", "one of them"],
    ["alsub my.sh --scheduler slurm", "any script"],
  ],

  parse: async (args) => {
    const given = await args
      .option("scheduler", {
        type: "string",
        defaultDescription: "the one that the script, or else the project, names",
        describe: "slurm, oar, …, or the path of a module with one of your own",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "count, submit nothing" })
      .parseAsync();
    return { words: given._.map(String), scheduler: given.scheduler, dryRun: given.dry_run };
  },

  run: async ({ words, scheduler, dryRun }, host, signal) => {
    if (words.length === 0)
      throw new UserError(
        "usage",
        "No script is named.",
        "Name scripts, or lists of scripts as allaunch --job_scripts writes them.",
      );
    const all = words.flatMap((word) => scriptsOf(resolve(host.workingFolder, word), host));
    const scripts = [...new Set(all)].filter((script) => mayRun(script, host));
    const jobs: { id: string; script: string; scheduler: string }[] = [];
    try {
      for (const script of dryRun ? [] : scripts) {
        if (signal.aborted) break;
        const name = await schedulerName(scheduler, script, host);
        const queue = await findScheduler(name, host.workingFolder, host);
        jobs.push({ id: await submitScript(queue, script, host), script, scheduler: name });
      }
    } catch (error) {
      throw withAccepted(error, jobs.length, scripts.length);
    } finally {
      record(jobs, host);
    }
    return {
      dryRun,
      jobs: jobs.map(({ id, script }) => ({ id, script })),
      scripts: scripts.length,
      skipped: new Set(all).size - scripts.length,
      left: dryRun ? 0 : scripts.length - jobs.length,
    };
  },

  render: ({ dryRun, jobs, scripts, skipped, left }) => {
    const what = dryRun
      ? `Would submit ${counted(scripts, "job")}. Nothing was submitted (--dry_run).`
      : `Submitted ${counted(jobs.length, "job")}${jobs.length === 0 ? "" : `: ${shortened(jobs.map(({ id }) => id))}`}.`;
    return [
      what,
      ...(skipped === 0
        ? []
        : [`${counted(skipped, "script")} left out: their runs do not wait any more.`]),
      ...(left === 0 ? [] : [`Stopped: ${left} not submitted.`]),
    ].join("\n");
  },
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ jobs }) => jobs.map(({ id }) => id),
};

/** The script at a path, or those of the list: one a line, relative to the list's folder. @throws UserError */
function scriptsOf(path: string, { files }: Pick<Host, "files">): readonly string[] {
  const text = files.read(path, { orPipe: true });
  if (text === undefined)
    throw new UserError(
      "not-found",
      `There is no script or list ${path}.`,
      "allaunch --job_scripts writes scripts, and a list of them into each storage.",
    );
  if (text.startsWith("#!")) return [path];
  return listedNames(text).map((line) => {
    const script = isAbsolute(line) ? line : join(dirname(path), line);
    if (files.read(script)?.startsWith("#!")) return script;
    throw new UserError(
      "not-found",
      `${path} lists ${JSON.stringify(line)}, but ${script} is no script: it should begin with #!.`,
      "Correct the list, or write it again by allaunch --job_scripts.",
    );
  });
}

/** The run in whose folder a script lies, undefined if in none: a number alone may be any folder's name. */
function runOf(script: string, { files }: Pick<Host, "files">): RunPath | undefined {
  const folder = dirname(script);
  const storage = dirname(folder);
  const isStorage = files.size(join(storage, SEARCH_FILE)) !== undefined;
  return parseRunPath(folder) ?? (isStorage ? parseRunName(storage, basename(folder)) : undefined);
}

/** A script in the folder of a run is for as long as that waits; any other is its author's business. */
function mayRun(script: string, { files }: Pick<Host, "files">): boolean {
  const run = runOf(script, { files });
  return run === undefined || (files.list(run.path) ?? []).includes(PENDING_FLAG);
}

/** As records keep it. @throws UserError `usage` */
async function schedulerName(given: string | undefined, script: string, host: Host) {
  if (given !== undefined) return schedulerReference(given, host.workingFolder);
  const [, own] = SCRIPT_SCHEDULER.exec(host.files.read(script) ?? "") ?? [];
  if (own !== undefined) return own.replaceAll("'\\''", "'").replace(/^'(.*)'$/, "$1");
  const { settings, root } = await findProject(host, dirname(script));
  if (settings.cluster?.scheduler !== undefined)
    return schedulerReference(settings.cluster.scheduler, root);
  throw new UserError(
    "usage",
    `Neither ${script} nor the project names a scheduler.`,
    "Give --scheduler slurm.",
  );
}

/** Into the storages whose runs these are, so that alstatus and --cancel know of them. */
function record(
  jobs: readonly { readonly id: string; readonly script: string; readonly scheduler: string }[],
  host: Host,
): void {
  const launch = `${toIsoName(host.clock.now())}_${host.machine.hostName}_${host.machine.pid}`;
  const storageOf = (script: string) => runOf(script, host)?.storage;
  for (const storage of new Set(jobs.map(({ script }) => storageOf(script)))) {
    if (storage === undefined) continue;
    for (const scheduler of new Set(jobs.map((job) => job.scheduler))) {
      const mine: readonly SubmittedJob[] = jobs
        .filter((job) => job.scheduler === scheduler && storageOf(job.script) === storage)
        .map(({ id }) => ({ id, tasks: 1 }));
      if (mine.length === 0) continue;
      const submittedAt = toIso(host.clock.now());
      writeSubmission(
        storage,
        { schemaVersion: 1, launch, scheduler, jobs: mine, processes: 1, submittedAt },
        host,
      );
    }
  }
}

function withAccepted(error: unknown, accepted: number, all: number): unknown {
  if (!(error instanceof UserError) || accepted === 0) return error;
  const message = `${error.message}\nAccepted before that: ${accepted} of ${all} scripts.`;
  const hint = `${error.hint} The accepted jobs work on. Later, alsub the same again: scripts whose runs have begun are left out.`;
  return new UserError(error.code, message, hint, { cause: error });
}

const shortened = (ids: readonly string[]) =>
  ids.length <= 8 ? ids.join(", ") : `${ids.slice(0, 3).join(", ")}, … ${ids.at(-1) ?? ""}`;
