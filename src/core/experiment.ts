import type { Config } from "./config/config.ts";

/**
 * What a program in TypeScript or JavaScript exports to be searched over.
 *
 *     export function getRunArgs() { return { learningRate: 0.1 }; }
 *     export async function main({ config, recorder }) { … recorder.record({ loss }); }
 */
export type Experiment = {
  /** The hyper-parameters and their defaults. */
  readonly getRunArgs: () => Config;
  /** Called once in each process, before the first run. */
  readonly setUp?: () => Promise<void> | void;
  /** Trains one configuration with one seed. Returning means that the run is complete. */
  readonly main: (context: ExperimentContext) => Promise<void> | void;
  /** Measures a finished run anew, once for each call: numbers by name, or one that has no name. */
  readonly evaluate?: (context: EvaluationContext) => Promise<Evaluation> | Evaluation;
};

/** What one evaluation measured; a number alone is called `score`. */
export type Evaluation = Readonly<Record<string, number>> | number;

/** What an evaluation is given: that of the run it evaluates, and which one it is. */
export type EvaluationContext = ExperimentContext & {
  /** For a random generator of its own, so that evaluations differ and each can be repeated. */
  readonly evaluation: {
    /** From 1 to `count`. */
    readonly number: number;
    readonly count: number;
  };
};

/** What a run is given. */
export type ExperimentContext = {
  readonly config: Config;
  readonly tree: {
    /** The run's own folder, absolute. Checkpoints and artifacts may be written there. */
    readonly runFolder: string;
    readonly storage: string;
    /** The project's root, absolute; also the working folder. */
    readonly project: string;
  };
  readonly recorder: Recorder;
  /** Lines of the run's log; printing to the console ends there too. */
  readonly logger: Logger;
  /** How far the run is, for progress bars; any unit. */
  readonly progress: (done: number, total: number) => void;
  /**
   * Aborted when the run has to stop soon (preemption, Ctrl-C). A run that ends after that is put
   * back and started again later, so save a checkpoint, then throw `signal.reason` or return.
   */
  readonly signal: AbortSignal;
  /**
   * Says that all is done and saved, so that the run is complete once `main` has returned, even if it
   * was told to stop meanwhile.
   */
  readonly done: () => void;
  readonly attempt: Attempt;
};

/** Which execution of the run this is. */
export type Attempt = {
  /** 1 for the first. */
  readonly number: number;
  /** Whether there were earlier attempts, whose checkpoint may be there to go on from. */
  readonly resumed: boolean;
};

/** A run's recorded series. */
export type Recorder = {
  /**
   * Records one line. @param values - metrics by name; NaN and infinities are kept
   * @param series - letters, digits and `-`; `train` if left out
   */
  readonly record: (values: Readonly<Record<string, number>>, series?: string) => void;
  /**
   * Says that this attempt goes on from a checkpoint: what earlier attempts recorded with
   * `key` ≥ `from` is superseded, what they recorded before is kept.
   */
  readonly resume: (key: string, from: number, series?: string) => void;
};

export type Logger = {
  readonly debug: (text: string) => void;
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
};
