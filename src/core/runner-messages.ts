import type { Config } from "./config/config.ts";
import type { LogLevel } from "./log-line.ts";

/** What a worker tells the process in which modules run. */
export type RunnerOrder =
  | {
      readonly kind: "run";
      /** Counts the runs of the worker: an answer for another one is late, and dropped. */
      readonly number: number;
      /** Absolute paths. */
      readonly module: string;
      readonly runFolder: string;
      readonly storage: string;
      readonly project: string;
      readonly config: Config;
      /** The attempt's token: its files carry it. */
      readonly token: string;
      readonly attempt: number;
      /** How log lines name the run, e.g. `experiment3/seed1`. */
      readonly label: string;
      readonly logLevel: LogLevel;
    }
  /** The run has to end soon. */
  | { readonly kind: "stop"; readonly number: number; readonly reason: string };

/** What that process answers. */
export type RunnerReport =
  | { readonly kind: "ready" }
  | {
      readonly kind: "progress";
      readonly number: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "returned"; readonly number: number }
  /** `fatal`: nobody caught it, and the process ends. */
  | {
      readonly kind: "threw";
      readonly number: number;
      readonly trace: string;
      readonly fatal: boolean;
    };
