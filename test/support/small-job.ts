import type { JobRequest } from "../../src/core/scheduling/scheduler.ts";

/** A job alone that asks for nothing but its cores. */
export const SMALL_JOB: JobRequest = {
  name: "al_digits",
  shell: "/bin/bash",
  folder: "/home/me/project",
  output: "/data/logs/jobs_1_",
  tasks: 1,
  cpus: 2,
  gpus: undefined,
  memoryMiB: undefined,
  seconds: undefined,
  partition: undefined,
  account: undefined,
  after: [],
  options: [],
};
