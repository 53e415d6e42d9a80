/**
 * What a batch scheduler is to us: how its scripts begin, which commands submit, ask and cancel, and
 * how their output reads. All of it is data and pure functions; `defineScheduler` checks one of a
 * user's own. The commands are run by `commands/cluster`.
 */
export type Scheduler = {
  /** As in `--scheduler <name>`. */
  readonly name: string;
  /** What a line of a script's head begins with, such as `#SBATCH`. */
  readonly prefix: string;
  /** The lines of a script's head without their prefix, quoted as the scheduler reads them. */
  readonly directives: (job: JobRequest) => readonly string[];
  /** Submits a script. @param script - absolute path of an executable file */
  readonly submit: (script: string) => SchedulerCommand;
  /** The ids in what `submit` printed, one for each array or job; undefined if it is not understood. */
  readonly parseSubmission: (output: string) => readonly string[] | undefined;
  /** Asks for the states of jobs, ended ones too as far as they are remembered. @param ids - as {@link parseSubmission} gave them */
  readonly ask: (ids: readonly string[]) => SchedulerCommand;
  /** The jobs in what `ask` printed; whatever is not understood is left out. */
  readonly parseStates: (output: string) => readonly JobStatus[];
  /** Ends jobs, or takes them out of the queue, by one command or several. */
  readonly cancel: (ids: readonly string[]) => SchedulerCommand | readonly SchedulerCommand[];
  /** The variable that holds a running job's id, as {@link JobStatus.id} has it; after it there may be more, as in `JOB_ID.$SGE_TASK_ID`. */
  readonly jobVariable: string;
  /** Its dependencies name single jobs: the id of an array would stand for its first one only. */
  readonly dependsOnJobs?: boolean;
  /** Asks when a running job will be ended, where its environment does not say it. */
  readonly jobEnd?: {
    readonly ask: (id: string) => SchedulerCommand;
    /** Seconds since the epoch; undefined if the output does not say. */
    readonly parse: (output: string) => number | undefined;
  };
  /** How many elements an array may have; without it there is no limit to ask for. */
  readonly arrayLimit?: {
    readonly ask: SchedulerCommand;
    /** Undefined if the output does not say. */
    readonly parse: (output: string) => number | undefined;
  };
  /** What a refusal says when a user has as many jobs as the site lets them have: fewer are tried then. */
  readonly submitLimit?: RegExp;
  /** What to do about a refusal, by the scheduler's own words. */
  readonly remedies?: readonly (readonly [RegExp, string])[];
};

/** Arguments of a command, never read by a shell, and what it gets on its standard input. */
export type SchedulerCommand = {
  readonly command: readonly string[];
  /** A file whose text is the command's input, absolute. */
  readonly inputFile?: string;
  /** Exit codes, besides 0, with which the output still counts: some of the jobs are not known any more. */
  readonly codes?: readonly number[];
  /** What is run instead where the command's complaint shows that this version, or this site, does not have it. */
  readonly otherwise?: { readonly complaint: RegExp; readonly command: readonly string[] };
};

/** One array of alike batch jobs. What is undefined is left to the site. */
export type JobRequest = {
  /** At most 64 letters, digits and `_.-`, a letter first. */
  readonly name: string;
  /** What reads the script, as its first line says: `/bin/bash`. */
  readonly shell: string;
  /** Where they start, absolute. */
  readonly folder: string;
  /** Their output goes to files that begin like this, absolute; ids follow, then `.out`. */
  readonly output: string;
  /** How many, ≥ 1; of one alone no array is made. */
  readonly tasks: number;
  /** Cores for each, ≥ 1. */
  readonly cpus: number;
  readonly gpus: number | undefined;
  /** MiB for each. */
  readonly memoryMiB: number | undefined;
  /** How long each may take, s. */
  readonly seconds: number | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  /** Start only when these jobs have ended, in whatever way. */
  readonly after: readonly string[];
  /** Further lines of the head, as the scheduler's manual has them: `--constraint=v100`. */
  readonly options: readonly string[];
};

/** What a scheduler says of one job, or of several elements of an array. */
export type JobStatus = {
  /** As the job itself finds it in {@link Scheduler.jobVariable}. */
  readonly id: string;
  /** The id under which it was submitted. */
  readonly submission: string;
  readonly phase: JobPhase;
  /** The scheduler's own word: `RUNNING`, `NODE_FAIL`. */
  readonly word: string;
  /** Why it waits, or why it ended, in the scheduler's words; may be empty. */
  readonly reason: string;
  /** Where ids mean this job; undefined if there is only one such place. */
  readonly cluster: string | undefined;
  /** How often it was started again; undefined if the scheduler does not say. */
  readonly restarts: number | undefined;
  /** How many elements of an array this is about, ≥ 1. */
  readonly count: number;
};

/**
 * `ended`: over for good, with all of its processes. `doubtful`: its node was lost, or the scheduler
 * has a word that we do not know: it may be running still.
 */
export type JobPhase = "pending" | "running" | "ended" | "doubtful";

/** Phases by a scheduler's words; what it does not have is doubtful. */
export type PhaseTable = Readonly<Record<string, JobPhase>>;

export function phaseOf(word: string, table: PhaseTable): JobPhase {
  return Object.hasOwn(table, word) ? (table[word] ?? "doubtful") : "doubtful";
}
