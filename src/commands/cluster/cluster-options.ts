import type { Argv } from "yargs";

import { isJobId } from "../../core/scheduling/job-id.ts";
import { UserError } from "../../errors.ts";
import { checkInteger, readDuration } from "../options.ts";

/** What allaunch's flags say of a cluster. What is undefined is the project's to say, or the site's. */
export type ClusterOptions = {
  readonly scheduler: string | undefined;
  /** Jobs, each with its workers. */
  readonly nodes: number | undefined;
  /** How long each job may take, s. */
  readonly time: number | undefined;
  /** For each job. */
  readonly cpus: number | undefined;
  readonly gpus: number | undefined;
  readonly memoryMiB: number | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly schedulerOptions: readonly string[];
  /** Ids of jobs that have to end first. */
  readonly after: readonly string[];
  readonly cancel: boolean;
  /** Scripts of one run each are written, and nothing is submitted. */
  readonly jobScripts: boolean;
};

const MAX_NODES = 1_000_000;
/** Ten years: no site lets a job run longer, and schedulers misread what is. */
const MAX_SECONDS = 10 * 366 * 86_400;

/** The flags that submit workers to a batch scheduler. */
export function clusterFlags<Options>(args: Argv<Options>) {
  return args
    .option("scheduler", {
      type: "string",
      describe:
        "submit the workers as jobs: slurm, oar, pbs, torque, sge, lsf, or the path of a module with one of your own",
    })
    .option("nodes", {
      type: "number",
      defaultDescription: "1",
      describe: "jobs to submit, each with --n_processes workers",
    })
    .option("time", {
      type: "string",
      defaultDescription: "the site's",
      describe: "how long each job may take, as 4:00:00",
    })
    .option("cpus", {
      type: "number",
      defaultDescription: "--n_processes",
      describe: "cores for each job",
    })
    .option("gpus", { type: "number", describe: "GPUs for each job" })
    .option("memory", { type: "string", describe: "memory for each job, as 16G" })
    .option("partition", { type: "string", describe: "partition or queue" })
    .option("account", { type: "string", describe: "account or project that pays" })
    .option("scheduler_option", {
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: "a further line of the job script's head, as --scheduler_option=--constraint=v100",
    })
    .option("after", {
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: "start only when these jobs have ended",
    })
    .option("job_scripts", {
      type: "boolean",
      default: false,
      describe: "submit nothing: write a job script for each run that waits, and a list for alsub",
    })
    .option("cancel", {
      type: "boolean",
      default: false,
      describe: "end the jobs of these storages; their runs go back to UNHATCHED",
    });
}

type ClusterArguments = {
  readonly scheduler: string | undefined;
  readonly nodes: number | undefined;
  readonly time: string | undefined;
  readonly cpus: number | undefined;
  readonly gpus: number | undefined;
  readonly memory: string | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly scheduler_option: readonly string[];
  readonly after: readonly string[];
  readonly cancel: boolean;
  readonly job_scripts: boolean;
};

/** What those flags say. @throws UserError `usage` */
export function clusterOptions(given: ClusterArguments): ClusterOptions {
  const { nodes, cpus, gpus } = given;
  if (nodes !== undefined) checkInteger("nodes", nodes, { min: 1, max: MAX_NODES });
  if (cpus !== undefined) checkInteger("cpus", cpus, { min: 1, max: 1e6 });
  if (gpus !== undefined) checkInteger("gpus", gpus, { min: 0, max: 1e6 });
  return {
    scheduler: given.scheduler,
    nodes,
    time: given.time === undefined ? undefined : parseTime("--time", given.time),
    cpus,
    gpus,
    memoryMiB: given.memory === undefined ? undefined : parseMemory("--memory", given.memory),
    partition: given.partition,
    account: given.account,
    schedulerOptions: given.scheduler_option,
    after: given.after.map(checkId),
    cancel: given.cancel,
    jobScripts: given.job_scripts,
  };
}

/** Whether the flags ask for jobs, rather than for workers on this machine. */
export function asksForJobs(options: ClusterOptions): boolean {
  const { scheduler, schedulerOptions, after, cancel, jobScripts, ...resources } = options;
  const asked = scheduler !== undefined || schedulerOptions.length > 0 || after.length > 0;
  return (
    asked || cancel || jobScripts || Object.values(resources).some((value) => value !== undefined)
  );
}

/**
 * How long a job may take, in seconds, from `4:00:00`, `2-12:00:00`, `90m`. A bare number is refused: it
 * is minutes for Slurm, and seconds elsewhere.
 * @param place - `--time` or `cluster.time`
 * @throws UserError `usage`
 */
export function parseTime(place: string, text: string): number {
  const seconds = /^[\d.\s]*$/.test(text) ? undefined : readDuration(text);
  if (seconds !== undefined && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new UserError(
    "usage",
    `${place}: expected a time with its unit, of a second at least, got ${JSON.stringify(text)}.`,
    "For example 90m, 4h, 4:00:00 or 2-12:00:00.",
  );
}

const MIB: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

/** MiB from `500M`, `8G`, `1.5TB`; a bare number is MiB, as for schedulers. @throws UserError `usage` */
export function parseMemory(place: string, text: string): number {
  const [, number = "", unit = "M"] =
    /^(\d+(?:\.\d+)?)\s*([KMGT])?(?:i?B)?$/i.exec(text.trim()) ?? [];
  const mib = Math.ceil(Number(number) * (MIB[unit.toUpperCase()] ?? Number.NaN));
  if (number !== "" && mib >= 1 && mib <= 1e9) return mib;
  throw new UserError(
    "usage",
    `${place}: expected an amount of memory, got ${JSON.stringify(text)}.`,
    "For example 500M, 8G or 1.5T.",
  );
}

function checkId(id: string): string {
  if (isJobId(id)) return id;
  throw new UserError(
    "usage",
    `--after: expected the id of a job, got ${JSON.stringify(id)}.`,
    "allaunch prints the ids of the jobs that it submits.",
  );
}
