import { isConfig } from "../config/config.ts";
import { UserError } from "../../errors.ts";
import { clockTime, flag } from "./quoting.ts";
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
  submit: (script) => ({ command: ["oarsub", "--scanscript", plainPath(script)] }),
  parseSubmission: (output) => {
    // An array has an id, and each of its jobs has one; a job alone is an array of itself.
    const [, id] = /^OAR_ARRAY_ID=(\d+)$/m.exec(output) ?? /^OAR_JOB_ID=(\d+)$/m.exec(output) ?? [];
    return id === undefined ? undefined : [id];
  },
  // Those that it does not know, it leaves out.
  ask: (ids) => ({ command: ["oarstat", "-J", "--sql", `array_id IN (${numbers(ids)})`] }),
  parseStates,
  cancel: (ids) => ({ command: ["oardel", "--array", ...ids] }),
  jobVariable: "OAR_JOB_ID",
  remedies: [
    [/not enough resources/i, "`oarnodes` says what there is; ask for less."],
    [
      /queue .* does not exist/i,
      "`oarstat` and `oarnodes` name the queues; give one by --partition.",
    ],
    [/walltime/i, "Give a shorter --time."],
    [/project|admission/i, "The site's admission rules refuse it: ask for something else."],
  ],
};

const numbers = (ids: readonly string[]) =>
  ["0", ...ids.filter((id) => /^\d+$/.test(id))].join(",");

function directives(job: JobRequest): readonly string[] {
  const cores = `resource_id=${job.cpus}`;
  const time = job.seconds === undefined ? "" : `,walltime=${clockTime(job.seconds)}`;
  const output = `${plainPath(job.output)}%jobid%.out`;
  return [
    ...flag("-n", job.name),
    // All on one node, as many resources as cores: what a resource is, the site decides.
    `-l nodes=1/${cores}${time}`,
    `-O ${output}`,
    `-E ${output}`,
    ...(job.tasks > 1 ? [`--array ${job.tasks}`] : []),
    ...(job.gpus === undefined || job.gpus === 0 ? [] : ["-p gpu_count > 0"]),
    ...(job.memoryMiB === undefined ? [] : [`-p memnode >= ${job.memoryMiB}`]),
    ...flag("-q", job.partition),
    ...flag("--project", job.account),
    ...job.after.flatMap((id) => flag("-a", id)),
    ...job.options,
  ];
}

/** oarsub gives a script's name to a shell, and refuses files of such names. @throws UserError `usage` */
function plainPath(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  throw new UserError(
    "usage",
    `OAR takes no file of this name: ${JSON.stringify(path)}.`,
    "Keep storages in a folder whose path has letters, digits and ._-+ only.",
  );
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

function parseStates(output: string) {
  let jobs: unknown;
  try {
    jobs = JSON.parse(output);
  } catch {
    return [];
  }
  if (!isConfig(jobs)) return [];
  return Object.values(jobs).flatMap((job) => {
    if (!isConfig(job)) return [];
    const { Job_Id: id, array_id: array, state, message } = job;
    if (!isId(id) || typeof state !== "string") return [];
    return [
      {
        id: String(id),
        submission: String(isId(array) ? array : id),
        phase: phaseOf(state, PHASES),
        word: state,
        reason: typeof message === "string" ? message : "",
        cluster: undefined,
        restarts: undefined,
        count: 1,
      },
    ];
  });
}
