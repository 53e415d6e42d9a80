import { join, resolve } from "node:path";

import type { JobScript } from "../../core/scheduling/job-script.ts";
import type { JobRequest } from "../../core/scheduling/scheduler.ts";
import { gpusForRuns, runsOnGpus } from "../../core/scheduling/slots.ts";
import type { Host } from "../../host.ts";
import { launchLogsFolder } from "../../tree/paths.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import type { ChosenSearch } from "./chosen-search.ts";
import { JOB_CPUS_VARIABLE } from "../launch/slots.ts";
import { END_VARIABLE } from "./job-end.ts";
import { parseMemory, parseTime } from "./cluster-options.ts";
import { workerArguments } from "./worker-arguments.ts";

/** What is submitted, but for how many of it. */
export type JobPlan = {
  /** Workers of each job. */
  readonly processes: number;
  readonly request: Omit<JobRequest, "tasks" | "output">;
  readonly script: JobScript;
};

/** What the flags ask for, then the project's file. @throws UserError `usage` */
export function planJobs(
  options: LaunchOptions,
  selection: ChosenSearch,
  host: Pick<Host, "packageFile" | "nodeFile" | "workingFolder">,
): JobPlan {
  const { cluster } = options;
  const { root: folder, settings } = selection.project;
  const site = settings.cluster ?? {};
  const size = jobSize(options, cluster.gpus ?? site.gpus, cluster.cpus ?? site.cpus);
  const seconds =
    cluster.time ?? (site.time === undefined ? undefined : parseTime("cluster.time", site.time));
  const memoryMiB =
    cluster.memoryMiB ??
    (site.memory === undefined ? undefined : parseMemory("cluster.memory", site.memory));
  return {
    processes: size.processes,
    request: {
      name: jobName(selection.name),
      shell: site.shell ?? "/bin/bash",
      folder,
      cpus: size.cpus,
      gpus: size.gpus,
      memoryMiB,
      seconds,
      partition: cluster.partition ?? site.partition,
      account: cluster.account ?? site.account,
      after: cluster.after,
      options: [...(site.options ?? []), ...cluster.schedulerOptions],
    },
    script: {
      scheduler: selection.schedulerName,
      about: [`Workers for ${selection.name}; written by allaunch.`],
      environment: site.environment ?? {},
      preamble: [...endLines(seconds), `export ${JOB_CPUS_VARIABLE}=${size.cpus}`],
      setup: site.setup ?? [],
      cleanup: site.cleanup ?? [],
      folder,
      needs: selection.storages,
      command: [
        host.nodeFile,
        host.packageFile("dist/bin/allaunch.js"),
        ...workerArguments(options, selection.root, selection.storages),
      ],
    },
  };
}

/** How many workers a job has, and what it needs for them; what is asked for decides. */
function jobSize(
  { nProcesses, gpusPerRun, cpusPerRun }: LaunchOptions,
  gpus: number | undefined,
  cpus: number | undefined,
) {
  const limits = [
    ...(gpusPerRun === undefined || gpus === undefined ? [] : [runsOnGpus(gpus, gpusPerRun)]),
    ...(cpusPerRun === undefined || cpus === undefined ? [] : [Math.floor(cpus / cpusPerRun)]),
  ];
  const processes = Math.max(
    1,
    Math.min(nProcesses ?? (limits.length === 0 ? 1 : Infinity), ...limits),
  );
  return {
    processes,
    gpus: gpus ?? (gpusPerRun === undefined ? undefined : gpusForRuns(processes, gpusPerRun)),
    cpus: cpus ?? processes * (cpusPerRun ?? 1),
  };
}

/** Where a launch leaves its script and its jobs' output: in the first of its storages. */
export const jobFiles = (storages: readonly string[], launch: string, chunk: number) =>
  join(launchLogsFolder(storages[0] ?? ""), `jobs_${launch}${chunk === 0 ? "" : `_${chunk + 1}`}`);

/** Where the output of jobs goes, absolute: beside the storage's logs, or where the project's file says. */
export function logFolder({ project }: ChosenSearch, storage: string): string {
  const { logDir = "auto" } = project.settings.cluster ?? {};
  return logDir === "auto" ? launchLogsFolder(storage) : resolve(project.root, logDir);
}

/** A job that was submitted from within another one is not to inherit its end. */
const endLines = (seconds: number | undefined) =>
  seconds === undefined
    ? [`unset ${END_VARIABLE}`]
    : [`export ${END_VARIABLE}=$(($(date +%s) + ${Math.floor(seconds)}))`];

/** What every scheduler takes for a name. */
const jobName = (name: string) => `al_${name.replace(/[^\w.-]/g, "_")}`.slice(0, 64);
