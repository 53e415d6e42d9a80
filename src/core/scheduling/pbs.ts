import { clockTime, flag } from "./quoting.ts";
import {
  type JobPhase,
  type JobRequest,
  type JobStatus,
  phaseOf,
  type PhaseTable,
  type Scheduler,
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

/** What PBS Professional and Torque do not have in common. */
type Dialect = {
  readonly name: string;
  readonly array: string;
  readonly resources: (job: JobRequest) => readonly string[];
  readonly ask: readonly string[];
};

/** @see https://help.altair.com/2022.1.0/PBS%20Professional/PBSReferenceGuide2022.1.pdf */
export const pbs = createPbs({
  name: "pbs",
  array: "-J",
  resources: ({ cpus, gpus, memoryMiB }) => [
    `-l select=1:ncpus=${cpus}${gpus === undefined ? "" : `:ngpus=${gpus}`}${memoryMiB === undefined ? "" : `:mem=${memoryMiB}mb`}`,
  ],
  // Ended ones too.
  ask: ["qstat", "-x", "-t", "-f"],
});

/** @see https://docs.adaptivecomputing.com/torque/6-1-2/adminGuide/torque.htm */
export const torque = createPbs({
  name: "torque",
  array: "-t",
  resources: ({ cpus, gpus, memoryMiB }) => [
    `-l nodes=1:ppn=${cpus}${gpus === undefined ? "" : `:gpus=${gpus}`}`,
    ...(memoryMiB === undefined ? [] : [`-l mem=${memoryMiB}mb`]),
  ],
  ask: ["qstat", "-t", "-f"],
});

function createPbs({ name, array, resources, ask }: Dialect): Scheduler {
  return {
    name,
    prefix: "#PBS",
    directives: (job) => [
      ...flag("-N", job.name.slice(0, 15)),
      "-j oe",
      // A folder: the names in it are PBS's own, `<name>.o<id>`.
      ...flag("-o", job.output.slice(0, job.output.lastIndexOf("/") + 1)),
      "-r y",
      ...(job.tasks > 1 ? [`${array} 0-${job.tasks - 1}`] : []),
      ...resources(job),
      ...(job.seconds === undefined ? [] : [`-l walltime=${clockTime(job.seconds)}`]),
      ...flag("-q", job.partition),
      ...flag("-A", job.account),
      ...(job.after.length === 0 ? [] : [`-W depend=afterany:${job.after.join(":")}`]),
      ...job.options,
    ],
    submit: (script) => ({ command: ["qsub", script] }),
    parseSubmission: (output) => {
      const [, id] =
        /^(\d+(?:\[\])?(?:\.[\w.-]+)?)$/.exec(output.trim().split("\n").at(-1) ?? "") ?? [];
      return id === undefined ? undefined : [id];
    },
    ask: (ids) => ({ command: [...ask, ...ids], codes: FORGOTTEN }),
    parseStates,
    cancel: (ids) => ({ command: ["qdel", ...ids], codes: FORGOTTEN }),
    jobVariable: "PBS_JOBID",
    remedies: [
      [/unknown queue/i, "`qstat -Q` lists the queues; give one by --partition."],
      [/limit|exceed/i, "Ask for less, or wait until some of your jobs are over."],
      [/account|project|permission|authori/i, "Give an account of yours by --account."],
      [/cannot connect|connection refused|timed out/i, "Is the server up? `qstat -B` says so."],
    ],
  };
}

/** The blocks of `qstat -f`; of an array only its jobs, once there are any. */
function parseStates(output: string): readonly JobStatus[] {
  const jobs = output
    .split(/^Job Id:/m)
    .slice(1)
    .flatMap(parseBlock);
  const single = jobs.filter(({ id }) => !id.includes("[]"));
  const known = new Set(single.map(({ submission }) => submission));
  return [...single, ...jobs.filter(({ id }) => id.includes("[]") && !known.has(id))];
}

function parseBlock(block: string): readonly JobStatus[] {
  const [, id] = /^\s*(\d+(?:\[\d*\])?(?:\.[\w.-]+)?)\s*$/m.exec(block.split("\n")[0] ?? "") ?? [];
  const attribute = (name: string) =>
    new RegExp(`^\\s+${name} = (.*)$`, "m").exec(block)?.[1]?.trim() ?? "";
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
