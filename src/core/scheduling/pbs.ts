import { clockTime, flag, hasNone, pbsWord, shellFlag } from "./quoting.ts";
import {
  type JobPhase,
  type JobRequest,
  type JobStatus,
  phaseOf,
  type PhaseTable,
  type Scheduler,
  type SchedulerCommand,
} from "./scheduler.ts";

const PHASES: PhaseTable = {
  Q: "pending",
  H: "pending",
  W: "pending",
  T: "pending",
  R: "running",
  E: "running",
  S: "running",
  U: "running",
  B: "running",
  C: "ended",
  F: "ended",
  X: "ended",
};

/** What PBS's commands end with when they do not know a job any more, or it is over. */
const FORGOTTEN = [35, 153];
/** What qdel ends with, besides, for a job that is just about to end: OpenPBS's number, and Torque's. */
const ENDING = [168, 170];
/** What qdel of Torque says of an array that it does not know. */
const FORGOTTEN_ARRAY = 234;

const isArray = (id: string) => id.includes("[]");

/** What PBS Professional and Torque do not have in common. */
type Dialect = {
  readonly name: string;
  readonly array: string;
  readonly resources: (job: JobRequest) => readonly string[];
  /** What `-W depend=` takes. @param ids - one at least */
  readonly after: (ids: readonly string[]) => string;
  readonly ask: Scheduler["ask"];
  readonly arrayLimit?: NonNullable<Scheduler["arrayLimit"]>;
};

/** @see https://help.altair.com/2022.1.0/PBS%20Professional/PBSReferenceGuide2022.1.pdf */
export const pbs = createPbs({
  name: "pbs",
  array: "-J",
  resources: ({ cpus, gpus, memoryMiB }) => [
    `-l select=1:ncpus=${cpus}${hasNone(gpus) ? "" : `:ngpus=${gpus}`}${memoryMiB === undefined ? "" : `:mem=${memoryMiB}mb`}`,
  ],
  after: (ids) => `afterany:${ids.join(":")}`,
  ask: (ids) => ({
    // Ended ones too.
    command: ["qstat", "-x", "-t", "-f", ...ids],
    codes: FORGOTTEN,
    // Without a history, which is how PBS is installed, `-x` prints no job at all, and ends well.
    otherwise: { complaint: /job history/i, command: ["qstat", "-t", "-f", ...ids] },
  }),
  arrayLimit: {
    ask: { command: ["qstat", "-B", "-f"] },
    parse: (output) => {
      const [, size] = /^[ \t]+max_array_size = (\d{1,9})\s*$/m.exec(output) ?? [];
      return size === undefined ? undefined : Math.max(1, Number(size));
    },
  },
});

/** @see https://docs.adaptivecomputing.com/torque/6-1-2/adminGuide/torque.htm */
export const torque = createPbs({
  name: "torque",
  array: "-t",
  resources: ({ cpus, gpus, memoryMiB }) => [
    `-l nodes=1:ppn=${cpus}${hasNone(gpus) ? "" : `:gpus=${gpus}`}`,
    ...(memoryMiB === undefined ? [] : [`-l mem=${memoryMiB}mb`]),
  ],
  // Arrays have words of their own.
  after: (ids) => {
    const arrays = ids.filter(isArray).map((id) => `afteranyarray:${id}`);
    const single = ids.filter((id) => !isArray(id));
    return [...(single.length === 0 ? [] : [`afterany:${single.join(":")}`]), ...arrays].join(",");
  },
  ask: (ids) => ({ command: ["qstat", "-t", "-f", ...ids], codes: FORGOTTEN }),
});

function createPbs({ name, array, resources, after, ask, arrayLimit }: Dialect): Scheduler {
  return {
    name,
    prefix: "#PBS",
    directives: (job) => [
      // Before PBS 13, and in Torque, a name has at most 15 characters.
      ...flag("-N", job.name.slice(0, 15), pbsWord),
      ...shellFlag(job.shell),
      "-j oe",
      // A folder: the names in it are PBS's own, `<id>.OU`.
      ...flag("-o", job.output.slice(0, job.output.lastIndexOf("/") + 1), pbsWord),
      "-r y",
      ...(job.tasks > 1 ? [`${array} 0-${job.tasks - 1}`] : []),
      ...resources(job),
      ...(job.seconds === undefined ? [] : [`-l walltime=${clockTime(job.seconds)}`]),
      ...flag("-q", job.partition, pbsWord),
      ...flag("-A", job.account, pbsWord),
      ...(job.after.length === 0 ? [] : [`-W depend=${after(job.after)}`]),
      ...job.options,
    ],
    submit: (script) => ({ command: ["qsub", script] }),
    parseSubmission: (output) => {
      const [, id] =
        /^(\d+(?:\[\])?(?:\.[\w.-]+)?)$/.exec(output.trim().split("\n").at(-1) ?? "") ?? [];
      return id === undefined ? undefined : [id];
    },
    ask,
    parseStates,
    cancel: cancelCalls,
    ...(arrayLimit === undefined ? {} : { arrayLimit }),
    jobVariable: "PBS_JOBID",
    remedies: [
      [/unknown queue/i, "`qstat -Q` lists the queues; give one by --partition."],
      [
        /ngpus|gpus/i,
        "This PBS does not count GPUs under that name: leave out --gpus, and ask as the site's pages say, by --scheduler_option.",
      ],
      [
        /dependency/i,
        "A job that --after names is over and forgotten: leave it out, or look at `qstat`.",
      ],
      [/unknown resource/i, "`pbsnodes -a` says what there is; ask for something else."],
      [/limit|exceed/i, "Ask for less, or wait until some of your jobs are over."],
      [/account|project|permission|authori/i, "Give an account of yours by --account."],
      [/cannot connect|connection refused|timed out/i, "Is the server up? `qstat -B` says so."],
    ],
  };
}

/** Arrays apart: for a list of both, qdel of OpenPBS 23.06 does nothing, says nothing and ends with 0. */
function cancelCalls(ids: readonly string[]): readonly SchedulerCommand[] {
  return [ids.filter(isArray), ids.filter((id) => !isArray(id))]
    .filter((some) => some.length > 0)
    .map((some) => ({
      command: ["qdel", ...some],
      codes: [...FORGOTTEN, ...ENDING, FORGOTTEN_ARRAY],
    }));
}

/** The blocks of `qstat -f`; of an array only its jobs, once there are any. */
function parseStates(output: string): readonly JobStatus[] {
  const jobs = output
    .split(/^Job Id:/m)
    .slice(1)
    .flatMap(parseBlock);
  const single = jobs.filter(({ id }) => !isArray(id));
  const known = new Set(single.map(({ submission }) => submission));
  return [...single, ...jobs.filter(({ id }) => isArray(id) && !known.has(id))];
}

function parseBlock(block: string): readonly JobStatus[] {
  const [, id] = /^\s*(\d+(?:\[\d*\])?(?:\.[\w.-]+)?)\s*$/m.exec(block.split("\n")[0] ?? "") ?? [];
  const attribute = (name: string) =>
    new RegExp(`^[ \\t]+${name} = (.*)$`, "m").exec(block)?.[1]?.trim() ?? "";
  const word = attribute("job_state");
  if (id === undefined || word === "") return [];
  return [
    {
      id,
      submission: id.replace(/\[\d+\]/, "[]"),
      phase: endedWell(phaseOf(word, PHASES), attribute("(?:Exit_status|exit_status)")),
      word,
      reason: attribute("comment"),
      cluster: undefined,
      restarts: undefined,
      count: 1,
    },
  ];
}

/** An exit status below zero is PBS's own: it may have lost the node. */
const endedWell = (phase: JobPhase, status: string): JobPhase =>
  phase === "ended" && status.startsWith("-") ? "doubtful" : phase;
