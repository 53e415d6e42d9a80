import { flag } from "./quoting.ts";
import { type JobRequest, phaseOf, type PhaseTable, type Scheduler } from "./scheduler.ts";

const PHASES: PhaseTable = {
  PEND: "pending",
  PROV: "pending",
  PSUSP: "pending",
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
  }),
  parseStates: (output) => output.split("\n").flatMap(parseLine),
  cancel: (ids) => ({ command: ["bkill", ...ids], codes: FORGOTTEN }),
  jobVariable: "LSB_JOBID.$LSB_JOBINDEX",
  remedies: [
    [/no such queue|queue/i, "`bqueues` lists the queues; give one by --partition."],
    [/project|account|user group/i, "Give a project of yours by --account."],
    [/limit/i, "`bqueues -l` says how much a queue gives; ask for less, or wait."],
    [/LSF is down|not responding|connect/i, "Is LSF up? `lsid` says so."],
  ],
};

function directives(job: JobRequest): readonly string[] {
  const { cpus, memoryMiB, seconds, tasks } = job;
  return [
    ...flag("-J", tasks > 1 ? `${job.name}[1-${tasks}]` : job.name),
    ...flag("-cwd", job.folder),
    ...flag("-o", `${job.output}${tasks > 1 ? "%J_%I" : "%J"}.out`),
    "-r",
    `-n ${cpus}`,
    '-R "span[hosts=1]"',
    ...(job.gpus === undefined ? [] : [`-gpu "num=${job.gpus}"`]),
    ...(memoryMiB === undefined ? [] : [`-M ${memoryMiB}MB`, `-R "rusage[mem=${memoryMiB}MB]"`]),
    ...(seconds === undefined ? [] : [`-W ${Math.max(1, Math.ceil(seconds / 60))}`]),
    ...flag("-q", job.partition),
    ...flag("-P", job.account),
    ...(job.after.length === 0
      ? []
      : [`-w "${job.after.map((id) => `ended(${id})`).join(" && ")}"`]),
    ...job.options,
  ];
}

function parseLine(line: string) {
  const [, id, index = "", word = ""] = /^\s*(\d+)\|(\d+)\|([A-Z]+)\s*$/.exec(line) ?? [];
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
