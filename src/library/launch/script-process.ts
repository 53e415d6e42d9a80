/** The process of a script that launches itself, as far as launching has to do with it. */
export type ScriptProcess = {
  /** Behind the script's name. */
  readonly words: readonly string[];
  /** What starts this script anew, without its words: `["node", "train.js"]`. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly workDir: string;
  readonly exit: (code: number) => never;
  /** Prints what was thrown and ends with 1. */
  readonly fail: (error: unknown) => never;
  /** Is called when the process ends, but for a kill. */
  readonly onExit: (action: () => void) => void;
  /** `signal` gives the signal: as long as nobody asked for it, the process ends at once when it is told to. */
  readonly stopSignal: () => {
    readonly signal: () => AbortSignal;
    readonly isStopped: () => boolean;
  };
  /** Aborts at the first Ctrl-C, SIGTERM or signal of a scheduler; the second ends at once. */
  readonly listenForSignals: () => {
    readonly gracefully: AbortSignal;
    readonly atOnce: AbortSignal;
  };
  /** What is printed also goes to `log.stdout` and `log.stderr` in a folder. */
  readonly alsoPrintTo: (folder: string) => void;
  /** For people, on standard output. */
  readonly print: (text: string) => void;
  /** What a run printed, as it is. */
  readonly passOn: (bytes: string | Uint8Array) => void;
  readonly formatYaml: (value: object) => string;
  /** Says how the process is to end when nothing is left to do. */
  readonly setExitCode: (code: number) => void;
};
