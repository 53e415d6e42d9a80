import { dirname } from "node:path";

import { type Config, isConfig } from "../config/config.ts";
import { UserError } from "../../errors.ts";
import { clockTime } from "./quoting.ts";
import { type JobRequest, phaseOf, type PhaseTable, type Scheduler } from "./scheduler.ts";

const PHASES: PhaseTable = {
  Waiting: "pending",
  Hold: "pending",
  toLaunch: "pending",
  toAckReservation: "pending",
  Launching: "running",
  Running: "running",
  Suspended: "running",
  Resuming: "running",
  Finishing: "running",
  toError: "running",
  Terminated: "ended",
  // What is over its time, was deleted, or could not be started.
  Error: "ended",
};

/** @see https://oar.readthedocs.io/en/2.5/user/commands/oarsub.html */
export const oar: Scheduler = {
  name: "oar",
  prefix: "#OAR",
  directives,
  submit: (script) => ({
    // In a folder whose name it can bear: a job whose own has an apostrophe ends before it begins.
    command: ["oarsub", "-d", dirname(script), "--scanscript", plainPath(script)],
  }),
  parseSubmission: (output) => {
    // An array has an id, and each of its jobs has one; a job alone is an array of itself.
    const [, id] = /^OAR_ARRAY_ID=(\d+)$/m.exec(output) ?? /^OAR_JOB_ID=(\d+)$/m.exec(output) ?? [];
    return id === undefined ? undefined : [id];
  },
  // Arrays by their ids, and single jobs by theirs. It forgets none; what it does not know, it leaves out.
  ask: (ids) => {
    const list = numbers(ids);
    return { command: ["oarstat", "-J", "--sql", `array_id IN (${list}) OR job_id IN (${list})`] };
  },
  parseStates,
  // One call for each: OAR 3 takes a single array, and what follows for jobs.
  cancel: (ids) => ids.map((id) => ({ command: ["oardel", "--array", id] })),
  jobVariable: "OAR_JOB_ID",
  dependsOnJobs: true,
  jobEnd: {
    ask: (id) => ({ command: ["oarstat", "--full", "-J", "-j", id] }),
    parse: (output) => {
      const [job] = jobsIn(output);
      const { startTime, walltime } = job ?? {};
      return isPositive(startTime) && isPositive(walltime) ? startTime + walltime : undefined;
    },
  },
  remedies: [
    [/not enough resources/i, "`oarnodes` says what there is; ask for less."],
    [/queue .* does not exist/i, "Your site says which queues it has; give one by --partition."],
    [
      /column "?gpu_count/i,
      "This site counts its GPUs by another name (`oarnodes`): ask for them as it wants it, --scheduler_option='-l host=1/gpu=1'.",
    ],
    [
      /column "?\w+"? does not exist/i,
      "Nodes have no such property here: `oarnodes` says which they have; ask by --scheduler_option='-p …'.",
    ],
    [
      /scan file line/i,
      "Write options as in a script's head: --scheduler_option='--checkpoint 60'.",
    ],
    [/DBI connect|DB connection/, "OAR's database does not answer: ask who looks after it."],
    [/walltime/i, "Give another --time."],
    [/project|admission/i, "The site's admission rules refuse it: ask for something else."],
  ],
};

const numbers = (ids: readonly string[]) =>
  ["0", ...ids.filter((id) => /^\d+$/.test(id))].join(",");

/** OAR takes the rest of a line as it is, and of `-p` the last line only. */
function directives(job: JobRequest): readonly string[] {
  const output = `${plainPath(job.output)}%jobid%.out`;
  const given = job.options.map((line) => line.trim());
  const own = (pattern: RegExp) => given.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const resources = own(RESOURCES);
  const properties = [
    ...(job.gpus === undefined || job.gpus === 0 ? [] : ["gpu_count > 0"]),
    ...(job.memoryMiB === undefined ? [] : [`memnode >= ${job.memoryMiB}`]),
    ...own(PROPERTIES),
  ];
  return [
    `-n ${job.name}`,
    // All on one node, as many resources as cores: what a resource is, the site decides. Two such
    // lines are alternatives: who gives one does not want ours.
    ...(resources.length > 0 ? resources : [`nodes=1/resource_id=${job.cpus}`]).map(
      (asked) => `-l ${withTime(asked, job.seconds)}`,
    ),
    `-O ${output}`,
    `-E ${output}`,
    ...(job.tasks > 1 ? [`--array ${job.tasks}`] : []),
    ...(properties.length === 0 ? [] : [`-p ${all(properties)}`]),
    ...(job.partition === undefined ? [] : [`-q ${job.partition}`]),
    ...(job.account === undefined ? [] : [`--project ${job.account}`]),
    ...job.after.map((id) => `-a ${id}`),
    ...given.filter((line) => !RESOURCES.test(line) && !PROPERTIES.test(line)),
  ];
}

const RESOURCES = /^(?:-l|--resource)\s*=?(.+)$/;
const PROPERTIES = /^(?:-p|--property)\s*=?(.+)$/;

const withTime = (resources: string, seconds: number | undefined) =>
  seconds === undefined || /\bwalltime\b/.test(resources)
    ? resources.trim()
    : `${resources.trim()},walltime=${clockTime(seconds)}`;

const all = ([first = "", ...rest]: readonly string[]) =>
  rest.length === 0 ? first.trim() : [first, ...rest].map((one) => `(${one.trim()})`).join(" AND ");

/** oarsub gives a script's name to a shell, and refuses files of such names. @throws UserError `usage` */
function plainPath(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  throw new UserError(
    "usage",
    `OAR takes no file of this name: ${JSON.stringify(path)}.`,
    "Keep storages in a folder whose path has letters, digits and ._-+ only.",
  );
}

const isPositive = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0;

/** The jobs of oarstat's JSON; none if it is nothing of the kind. It prints nothing if there are none. */
function jobsIn(output: string): readonly Config[] {
  try {
    const jobs: unknown = JSON.parse(output);
    return isConfig(jobs) ? Object.values(jobs).filter(isConfig) : [];
  } catch {
    return [];
  }
}

function parseStates(output: string) {
  return jobsIn(output).flatMap(({ Job_Id, id: idInOar3, array_id: array, state, message }) => {
    const id = Job_Id ?? idInOar3;
    if (!isPositive(id) || typeof state !== "string") return [];
    return [
      {
        id: String(id),
        submission: String(isPositive(array) ? array : id),
        phase: phaseOf(state, PHASES),
        word: state,
        // `R=2,W=0:1:0,J=B (Karma=0.000,quota_ok)` says what it is, not why it waits.
        reason: typeof message === "string" && !/^R=\d/.test(message) ? message : "",
        cluster: undefined,
        restarts: undefined,
        count: 1,
      },
    ];
  });
}
