import type { StopSignal } from "./core/stop-signal.ts";

/** Processes of this machine: the part of the host that starts others. */
export type Processes = {
  /** Starts a worker process, with messages in both directions, and further variables for what it starts. */
  readonly startWorker: (
    settings: unknown,
    environment?: Readonly<Record<string, string>>,
  ) => WorkerProcess;
  /** Starts the supervisor of a worker's runs. */
  readonly startSupervisor: (settings: SupervisorSettings) => Supervisor;
  /** Runs a short command of the system to its end, without a shell. */
  readonly run: (command: readonly string[], options: RunOptions) => Promise<CommandResult>;
};

/** Its standard input, and when it is killed. */
export type RunOptions = { readonly input?: string; readonly timeoutMs: number };

/** Its output: 16 MiB at most of each. */
export type CommandResult = ProcessEnd & {
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

export type WorkerProcess = {
  readonly pid: number | undefined;
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly ended: Promise<ProcessEnd>;
  readonly kill: () => void;
};

/** How a process ended: by itself with a code, or by a signal. */
export type ProcessEnd = {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started, if so. */
  readonly error: string | null;
};

export type SupervisorSettings = {
  /** The worker's 24 digits, put into the environment of everything that is started. */
  readonly worker: string;
  /** Without a beat for so long, the supervisor ends what runs. */
  readonly silenceMs: number;
};

/**
 * The small process that starts what a worker runs and knows its process group: it ends the run
 * when the worker is gone, or silent for too long, which a stopped worker cannot do itself.
 */
export type Supervisor = {
  readonly start: (command: SupervisedCommand) => SupervisedProcess;
  /** Says that a heartbeat was confirmed, or that nothing runs. */
  readonly beat: () => void;
  /** Ends everything, the supervisor last. */
  readonly close: () => Promise<void>;
};

export type SupervisedCommand = {
  /** Arguments of any program, or our own runner of modules, which can be sent messages. */
  readonly command: readonly string[] | "module-runner";
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** File to which standard output and error are appended; without one only the end is kept. */
  readonly log?: string;
};

export type SupervisedProcess = {
  /** For a `module-runner` only. */
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** To the whole process group. */
  readonly kill: (signal: StopSignal | "SIGKILL") => void;
  readonly ended: Promise<SupervisedEnd>;
};

export type SupervisedEnd = ProcessEnd & {
  /** The end of the output that went to no log. */
  readonly tail: string;
  /** The supervisor ended it, because the worker was silent. */
  readonly silenced: boolean;
};
