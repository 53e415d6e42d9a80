import { UserError } from "../../errors.ts";
import { flag, hasNone, simpleWord } from "./quoting.ts";
import {
  type JobRequest,
  type JobStatus,
  phaseOf,
  type PhaseTable,
  type Scheduler,
} from "./scheduler.ts";

const PHASES: PhaseTable = {
  PEND: "pending",
  PROV: "pending",
  PSUSP: "pending",
  // For its turn in a chunk of jobs.
  WAIT: "pending",
  RUN: "running",
  USUSP: "running",
  SSUSP: "running",
  DONE: "ended",
  EXIT: "ended",
  // It does not hear of the node.
  UNKWN: "doubtful",
  ZOMBI: "doubtful",
};

/** What bjobs and bkill end with when they do not know a job any more, or it is over. */
const FORGOTTEN = [255];

/** @see https://www.ibm.com/docs/en/spectrum-lsf/10.1.0?topic=reference-command */
export const lsf: Scheduler = {
  name: "lsf",
  prefix: "#BSUB",
  directives,
  // bsub reads directives from its input only.
  submit: (script) => ({ command: ["bsub"], inputFile: script }),
  parseSubmission: (output) => {
    const [, id] = /^Job <(\d+)> is submitted to /m.exec(output) ?? [];
    return id === undefined ? undefined : [id];
  },
  ask: (ids) => ({
    command: ["bjobs", "-a", "-noheader", "-o", "jobid jobindex stat delimiter='|'", ...ids],
    codes: FORGOTTEN,
    // Before LSF 9.1 the columns were not to be chosen.
    otherwise: {
      complaint: /(?:illegal|invalid|unknown) option/i,
      command: ["bjobs", "-a", "-w", ...ids],
    },
  }),
  parseStates: (output) => output.split("\n").flatMap(parseLine),
  cancel: (ids) => ({ command: ["bkill", ...ids], codes: FORGOTTEN }),
  jobVariable: "LSB_JOBID.$LSB_JOBINDEX",
  arrayLimit: {
    ask: { command: ["bparams", "-a"] },
    parse: (output) => {
      const [, size] = /^[ \t]*MAX_JOB_ARRAY_SIZE[ \t]*=[ \t]*(\d{1,10})\b/m.exec(output) ?? [];
      return size === undefined ? undefined : Math.max(1, Number(size));
    },
  },
  remedies: [
    [/no such queue|queue/i, "`bqueues` lists the queues; give one by --partition."],
    [/project|account|user group/i, "Give a project of yours by --account."],
    [/limit/i, "`bqueues -l` says how much a queue gives; ask for less, or wait."],
    [
      /dependency/i,
      "A job that --after names is over and forgotten: leave it out, or look at `bjobs -a`.",
    ],
    [/LSF is down|not responding|connect/i, "Is LSF up? `lsid` says so."],
  ],
};

function directives(job: JobRequest): readonly string[] {
  const { name, cpus, memoryMiB, seconds, tasks } = job;
  return [
    // With quotes around the list, as all manuals ask for.
    ...(tasks > 1 ? [`-J "${name}[1-${tasks}]"`] : flag("-J", name, simpleWord)),
    ...flag("-o", `${outputPath(job.output)}${tasks > 1 ? "%J_%I" : "%J"}.out`, simpleWord),
    "-r",
    `-n ${cpus}`,
    '-R "span[hosts=1]"',
    ...(hasNone(job.gpus) ? [] : [`-gpu "num=${job.gpus}"`]),
    ...(memoryMiB === undefined ? [] : [`-M ${memoryMiB}MB`, `-R "rusage[mem=${memoryMiB}MB]"`]),
    ...(seconds === undefined ? [] : [`-W ${Math.max(1, Math.ceil(seconds / 60))}`]),
    ...flag("-q", job.partition, simpleWord),
    ...flag("-P", job.account, simpleWord),
    ...(job.after.length === 0
      ? []
      : [`-w "${job.after.map((id) => `ended(${id})`).join(" && ")}"`]),
    ...job.options,
  ];
}

/** bsub puts the job's number in place of %J, and there is no way to say it otherwise. @throws UserError `usage` */
function outputPath(path: string): string {
  if (!/%[JI]/.test(path)) return path;
  throw new UserError(
    "usage",
    `LSF writes no output to a file of this name: ${JSON.stringify(path)}.`,
    "Keep storages in a folder without %J and %I in its path, or send the output elsewhere (`logDir`).",
  );
}

/** `12|1|RUN`, or a line of `bjobs -w`: `12 me RUN normal n1 8*n2 al_x[1] Nov 21 14:00`. */
function parseLine(line: string): readonly JobStatus[] {
  const [, id, index = "0", word = ""] =
    /^\s*(\d+)\|(\d+)\|([A-Z]+)\s*$/.exec(line) ?? parseColumns(line) ?? [];
  if (id === undefined) return [];
  return [
    {
      id: `${id}.${index}`,
      submission: id,
      phase: phaseOf(word, PHASES),
      word,
      reason: "",
      cluster: undefined,
      restarts: undefined,
      count: 1,
    },
  ];
}

function parseColumns(line: string): readonly (string | undefined)[] | undefined {
  const [whole = "", id, word, name = ""] =
    /^(\d+)\s+\S+\s+([A-Z]+)\s+(\S.*?)\s+[A-Z][a-z]{2}\s+\d+\s+\d+:\d+\s*$/.exec(line) ?? [];
  if (id === undefined) return undefined;
  return [whole, id, /\[(\d+)\]$/.exec(name)?.[1] ?? "0", word];
}
