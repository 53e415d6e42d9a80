import { UserError } from "../../errors.ts";
import { clockTime, flag, hasNone, shellFlag, simpleWord } from "./quoting.ts";
import type { JobPhase, JobRequest, JobStatus, Scheduler } from "./scheduler.ts";
import { listTasks } from "./task-list.ts";

/** What qdel says of jobs that are over, or about to be. */
const FORGOTTEN = 1;
/** One array has 75,000 tasks at most, if a site has not said otherwise. */
const MAX_JOBS = 100_000;

/**
 * Grid Engine remembers the last ended jobs of all its users, a hundred by default, until it starts
 * anew; where one is forgotten, leases decide about its runs.
 * @see https://gridscheduler.sourceforge.net/htmlman/htmlman1/qsub.html
 */
export const sge: Scheduler = {
  name: "sge",
  prefix: "#$",
  directives,
  submit: (script) => ({ command: ["qsub", "-terse", script] }),
  parseSubmission: (output) => {
    // `12`, or `12.1-4:1` for an array; messages of a site's own may come before.
    const [, id] = /^(\d+)(?:\.\d+-\d+:\d+)?$/.exec(output.trim().split("\n").at(-1) ?? "") ?? [];
    return id === undefined ? undefined : [id];
  },
  // Those that wait, run, are suspended, and are over; each task of an array in a line of its own.
  ask: () => ({ command: ["qstat", "-s", "prsz", "-g", "d"] }),
  parseStates,
  cancel: (ids) => ({ command: ["qdel", ...ids], codes: [FORGOTTEN] }),
  // The number within an array is `undefined` for a job alone.
  jobVariable: "JOB_ID.$SGE_TASK_ID",
  arrayLimit: {
    ask: { command: ["qconf", "-sconf"] },
    parse: (output) => {
      const [, size] = /^max_aj_tasks\s+(\d{1,9})\s*$/m.exec(output) ?? [];
      // 0: there is no limit.
      return size === undefined || Number(size) === 0 ? undefined : Number(size);
    },
  },
  remedies: [
    [
      /queue .*(?:unknown|not exist)|unknown queue/i,
      "`qconf -sql` lists the queues; give one by --partition.",
    ],
    [
      /parallel environment/i,
      "`qconf -spl` lists them; give one by --scheduler_option='-pe <name> <cores>', with --cpus 1.",
    ],
    [/project/i, "`qconf -sprjl` lists the projects; give one of yours by --account."],
    [
      /unknown resource "gpu"/i,
      "`qconf -sc` says what this site calls its GPUs: ask for them by --scheduler_option='-l <name>=1', without --gpus.",
    ],
    [/unknown resource/i, "`qconf -sc` lists what a job may ask for, `qstat -F` what there is."],
    [/no suitable queues/i, "`qstat -F` says what there is; ask for less."],
    [/unable to contact|can't connect/i, "Is the master up? `qstat` says so."],
  ],
};

function directives(job: JobRequest): readonly string[] {
  const { cpus, memoryMiB, seconds } = job;
  const ids = job.tasks > 1 ? "$JOB_ID.$TASK_ID" : "$JOB_ID";
  return [
    ...flag("-N", job.name, simpleWord),
    // Queues have a shell of their own, csh often, and do not look at the first line.
    ...shellFlag(job.shell),
    ...flag("-o", `${outputPath(job.output)}${ids}.out`, simpleWord),
    "-j y",
    "-r y",
    // qdel kills without a word; with this it sends SIGUSR2 first, by as long as the queue says, 60 s.
    "-notify",
    ...(job.tasks > 1 ? [`-t 1-${job.tasks}`] : []),
    ...(cpus > 1 ? [`-pe smp ${cpus}`] : []),
    ...(hasNone(job.gpus) ? [] : [`-l gpu=${job.gpus}`]),
    // For each core.
    ...(memoryMiB === undefined ? [] : [`-l h_vmem=${Math.ceil(memoryMiB / cpus)}M`]),
    ...(seconds === undefined ? [] : [`-l h_rt=${clockTime(seconds)}`]),
    ...flag("-q", job.partition, simpleWord),
    // A project pays; the account of -A is no more than a note.
    ...flag("-P", job.account, simpleWord),
    ...(job.after.length === 0 ? [] : [`-hold_jid ${job.after.join(",")}`]),
    ...job.options,
  ];
}

/** A colon ends a host's name, and a comma a path. @throws UserError `usage` */
function outputPath(path: string): string {
  if (!/[:,]/.test(path)) return path;
  throw new UserError(
    "usage",
    `Grid Engine writes no output to a file of this name: ${JSON.stringify(path)}.`,
    "Keep storages in a folder whose path has no colon and no comma, or send the output elsewhere (`logDir`).",
  );
}

function parseStates(output: string): readonly JobStatus[] {
  const jobs: JobStatus[] = [];
  // Ended ones come last, and may be very many.
  for (const line of output.split("\n")) {
    for (const job of parseLine(line, MAX_JOBS - jobs.length)) jobs.push(job);
  }
  return jobs;
}

/**
 * `12 0.55 al_x  me  r  11/21/2026 14:00:00 all.q@n1  2  3`: the queue, and the last number, may be
 * missing. Ended tasks are a list: `z … 1 1,2` or `1-4:1`.
 */
function parseLine(line: string, atMost: number): readonly JobStatus[] {
  const [, id, word = "", rest = ""] =
    /^\s*(\d+)\s+-?[\d.]+\s+\S+\s+\S+\s+([A-Za-z]+)\s+\d+\/\d+\/\d+\s+\d+:\d+:[\d.]+\s+(.*)$/.exec(
      line,
    ) ?? [];
  if (id === undefined) return [];
  const [, list = ""] = /(?:^|\s)\d+\s+([\d,:-]+)\s*$/.exec(rest) ?? [];
  const tasks = list === "" ? ["undefined"] : listTasks(list, atMost);
  return tasks.map((task) => ({
    id: `${id}.${task}`,
    submission: id,
    phase: phaseOfLetters(word),
    word,
    reason: "",
    cluster: undefined,
    restarts: undefined,
    count: 1,
  }));
}

/** `qw`, `hqw`, `Eqw`: waits; `r`, `t`, `Rr`, `s`, `S`, `T`, `dr`: on a node; `z`: over, with all of its processes. */
function phaseOfLetters(word: string): JobPhase {
  if (word === "z") return "ended";
  if (word.includes("q")) return "pending";
  return /[rtsST]/.test(word) ? "running" : "doubtful";
}
