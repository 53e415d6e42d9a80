import { UserError } from "../../errors.ts";
import { countTasks } from "./task-list.ts";
import { clockTime, hasNone, option } from "./quoting.ts";
import { type JobPhase, type JobRequest, phaseOf, type Scheduler } from "./scheduler.ts";

/** COMPLETING is not over yet: something of the job still lives. NODE_FAIL may, on the other side of a broken network. */
const PHASES: Readonly<Record<string, JobPhase>> = {
  PENDING: "pending",
  CONFIGURING: "pending",
  REQUEUED: "pending",
  REQUEUE_FED: "pending",
  REQUEUE_HOLD: "pending",
  SPECIAL_EXIT: "pending",
  RESV_DEL_HOLD: "pending",
  EXPEDITING: "pending",
  RUNNING: "running",
  SUSPENDED: "running",
  STOPPED: "running",
  STAGE_OUT: "running",
  SIGNALING: "running",
  RESIZING: "running",
  COMPLETING: "running",
  COMPLETED: "ended",
  FAILED: "ended",
  CANCELLED: "ended",
  TIMEOUT: "ended",
  DEADLINE: "ended",
  OUT_OF_MEMORY: "ended",
  PREEMPTED: "ended",
  NODE_FAIL: "doubtful",
  BOOT_FAIL: "doubtful",
};

const FIELDS = ["JobID", "ArrayJobID", "ArrayTaskID", "State", "RestartCnt", "Cluster", "Reason"];

const OLD = `squeue -h -a -u "$(id -un)" -t all -o '%A|%F|%K|%T|||%r'`;

/** @see https://slurm.schedmd.com/sbatch.html and https://slurm.schedmd.com/squeue.html */
export const slurm: Scheduler = {
  name: "slurm",
  prefix: "#SBATCH",
  directives,
  submit: (script) => ({ command: ["sbatch", "--parsable", script] }),
  parseSubmission: (output) => {
    // `<id>` or `<id>;<cluster>`; messages of a site's own may come before.
    const [, id] = /^(\d+)(?:;[^\s;]+)?$/.exec(output.trim().split("\n").at(-1) ?? "") ?? [];
    return id === undefined ? undefined : [id];
  },
  // The user's own, not by their ids: of those that it has forgotten squeue makes an error.
  ask: () => ({
    command: ["squeue", "-h", "-a", "--me", "-t", "all", "-O", FIELDS.join(":|,")],
    // Before 20.02 there was no --me, nor a sign between fields; restarts and clusters are not said.
    otherwise: { complaint: /unrecognized option|invalid job format/i, command: ["sh", "-c", OLD] },
  }),
  parseStates: (output) => output.split("\n").flatMap(parseLine),
  cancel: (ids) => ({ command: ["scancel", ...ids] }),
  jobVariable: "SLURM_JOB_ID",
  jobEnd: {
    ask: (id) => ({
      command: ["env", "SLURM_TIME_FORMAT=%s", "squeue", "-h", "-j", id, "-o", "%e"],
    }),
    parse: (output) => (/^\d{9,12}$/.test(output.trim()) ? Number(output) : undefined),
  },
  arrayLimit: {
    ask: { command: ["scontrol", "show", "config"] },
    parse: (output) => {
      const [, size] = /^MaxArraySize\s*=\s*(\d+)\s*$/m.exec(output) ?? [];
      // 0: there are no arrays at all.
      return size === undefined ? undefined : Math.max(1, Number(size));
    },
  },
  // AssocMaxSubmitJobLimit, QOSMaxSubmitJobPerUserLimit, QOSGrpSubmitJobsLimit.
  submitLimit: /SubmitJob\w*Limit/,
  remedies: [
    [/invalid partition/i, "`sinfo -s` lists the partitions; give one of them by --partition."],
    [/account/i, "`sacctmgr show assoc user=$USER` lists your accounts; give one by --account."],
    [/generic resource|gres/i, "`sinfo -o '%P %G'` says which partitions have GPUs, and how many."],
    [/SubmitJob|job count|QOSMax|AssocMax|AssocGrp/i, "Ask for fewer --nodes, or wait."],
    [/time limit|--time/i, "`sinfo -o '%P %l'` says how long each partition lets a job run."],
    [/memory|node configuration|node count/i, "`sinfo -o '%P %D %c %m'` says what there is."],
    [
      /timed out/i,
      "Slurm may have done it all the same: look at `squeue --me` before you try again; `scontrol ping` says whether slurmctld is up.",
    ],
    [/unable to contact|connect|socket/i, "Is slurmctld up? `scontrol ping` says so."],
  ],
};

function directives(job: JobRequest): readonly string[] {
  const { tasks, after } = job;
  return [
    ...option("--job-name", job.name),
    ...option("--chdir", job.folder),
    ...option("--output", `${escaped(job.output)}${tasks > 1 ? "%A_%a" : "%j"}.out`),
    // A preempted worker starts again under the same id, and goes on in the same file.
    "--open-mode=append",
    "--requeue",
    ...(tasks > 1 ? [`--array=0-${tasks - 1}`] : []),
    "--nodes=1",
    "--ntasks=1",
    ...option("--cpus-per-task", job.cpus),
    ...option("--gres", hasNone(job.gpus) ? undefined : `gpu:${job.gpus}`),
    ...option("--mem", job.memoryMiB === undefined ? undefined : `${job.memoryMiB}M`),
    ...option("--time", job.seconds === undefined ? undefined : slurmTime(job.seconds)),
    ...option("--partition", job.partition),
    ...option("--account", job.account),
    ...option("--dependency", after.length === 0 ? undefined : `afterany:${after.join(":")}`),
    ...job.options,
  ];
}

/** Percent signs of a path are no patterns; a backslash would end all patterns. @throws UserError `usage` */
function escaped(path: string): string {
  if (!path.includes("\\")) return path.replaceAll("%", "%%");
  throw new UserError(
    "usage",
    `Slurm writes no output to a path with a backslash: ${JSON.stringify(path)}.`,
    'Name another folder for it, as cluster: { logDir: "/path/to/jobs" } in the project\'s file, or rename this one.',
  );
}

/** `2-04:00:00`. Slurm rounds up to whole minutes. */
function slurmTime(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  const days = Math.floor(whole / 86_400);
  const rest = whole % 86_400;
  return `${days}-${rest === 0 ? "00:00:00" : clockTime(rest)}`;
}

function parseLine(line: string) {
  const [id = "", array = "", task = "", state = "", restarts = "", cluster = "", ...rest] =
    line.split("|");
  const reason = rest.join("|").trim();
  if (!/^\d+$/.test(id) || rest.length === 0) return [];
  // `CANCELLED by 1000`, as sacct writes it.
  const [word = ""] = state.trim().split(" ");
  return [
    {
      id,
      submission: /^\d+$/.test(array) ? array : id,
      phase: phaseOf(word, PHASES),
      word,
      reason: reason === "None" ? "" : reason,
      cluster: cluster === "" ? undefined : cluster,
      restarts: /^\d{1,9}$/.test(restarts) ? Number(restarts) : undefined,
      count: countTasks(task),
    },
  ];
}
