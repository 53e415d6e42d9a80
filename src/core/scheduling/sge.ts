import { clockTime, flag } from "./quoting.ts";
import type { JobPhase, JobRequest, Scheduler } from "./scheduler.ts";

/**
 * Grid Engine forgets a job when it is over, so that leases decide about its runs.
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
  ask: () => ({ command: ["qstat", "-g", "d"] }),
  parseStates: (output) => output.split("\n").flatMap(parseLine),
  cancel: (ids) => ({ command: ["qdel", ...ids] }),
  // The number within an array is `undefined` for a job alone.
  jobVariable: "JOB_ID.$SGE_TASK_ID",
  remedies: [
    [
      /queue .*(?:unknown|not exist)|unknown queue/i,
      "`qconf -sql` lists the queues; give one by --partition.",
    ],
    [
      /parallel environment/i,
      "`qconf -spl` lists them; give one by --scheduler_option='-pe <name> <cores>', with --cpus 1.",
    ],
    [/no suitable queues|unknown resource/i, "`qstat -F` says what there is; ask for less."],
    [/unable to contact|can't connect/i, "Is the master up? `qstat` says so."],
  ],
};

function directives(job: JobRequest): readonly string[] {
  const { cpus, memoryMiB, seconds } = job;
  const ids = job.tasks > 1 ? "$JOB_ID.$TASK_ID" : "$JOB_ID";
  return [
    ...flag("-N", job.name),
    ...flag("-wd", job.folder),
    ...flag("-o", `${job.output}${ids}.out`),
    "-j y",
    "-r y",
    ...(job.tasks > 1 ? [`-t 1-${job.tasks}`] : []),
    ...(cpus > 1 ? [`-pe smp ${cpus}`] : []),
    ...(job.gpus === undefined ? [] : [`-l gpu=${job.gpus}`]),
    // For each core.
    ...(memoryMiB === undefined ? [] : [`-l h_vmem=${Math.ceil(memoryMiB / cpus)}M`]),
    ...(seconds === undefined ? [] : [`-l h_rt=${clockTime(seconds)}`]),
    ...flag("-q", job.partition),
    ...flag("-A", job.account),
    ...(job.after.length === 0 ? [] : [`-hold_jid ${job.after.join(",")}`]),
    ...job.options,
  ];
}

/** `12 0.55 al_x  me  r  11/21/2026 14:00:00 all.q@n1  2  3`: the queue, and the last number, may be missing. */
function parseLine(line: string) {
  const [, id, word = "", rest = ""] =
    /^\s*(\d+)\s+[\d.]+\s+\S+\s+\S+\s+([A-Za-z]+)\s+\d+\/\d+\/\d+\s+\d+:\d+:\d+\s+(.*)$/.exec(
      line,
    ) ?? [];
  if (id === undefined) return [];
  const [, task = "undefined"] = /(?:^|\s)\d+\s+(\d+)\s*$/.exec(rest) ?? [];
  return [
    {
      id: `${id}.${task}`,
      submission: id,
      phase: phaseOfLetters(word),
      word,
      reason: "",
      cluster: undefined,
      restarts: undefined,
      count: 1,
    },
  ];
}

/** `qw`, `hqw`, `Eqw`: waits; `r`, `t`, `Rr`, `s`, `S`, `T`, `dr`: on a node. */
function phaseOfLetters(word: string): JobPhase {
  if (word.includes("q")) return "pending";
  return /[rtsST]/.test(word) ? "running" : "doubtful";
}
