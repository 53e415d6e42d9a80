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
      /** The finished run is evaluated so often, not trained. */
      readonly evaluations?: EvaluationRange;
    }
  /** The run has to end soon. */
  | { readonly kind: "stop"; readonly number: number; readonly reason: string };

/** Evaluations of a run, counted from 1; both are included. */
export type EvaluationRange = { readonly first: number; readonly last: number };

/** The series in which evaluations are recorded, a row each. */
export const EVALUATION_SERIES = "evaluation";

/** Letters of a trace that are kept: its beginning has the message, its end the causes. */
const MAX_TRACE = 32_000;

/** A trace that fits into a record, however long an error's message is. */
export function cutTrace(trace: string): string {
  if (trace.length <= MAX_TRACE) return trace;
  const half = MAX_TRACE / 2;
  return `${trace.slice(0, half)}\n[… ${trace.length - MAX_TRACE} characters …]\n${trace.slice(-half)}`;
}

/**
 * A report as it arrived, undefined if it is none: the program has the same line to the worker, and
 * may write anything to it.
 */
export function parseRunnerReport(message: object): RunnerReport | undefined {
  const value = new Map<string, unknown>(Object.entries(message));
  const kind = value.get("kind");
  const number = value.get("number");
  if (kind === "ready") return { kind };
  if (typeof number !== "number") return undefined;
  if (kind === "returned") {
    return value.get("isDone") === true ? { kind, number, isDone: true } : { kind, number };
  }
  if (kind === "progress") {
    const [done, total] = [value.get("done"), value.get("total")];
    if (typeof done !== "number" || typeof total !== "number") return undefined;
    return { kind, number, done, total };
  }
  if (kind !== "threw") return undefined;
  const [trace, fatal] = [value.get("trace"), value.get("fatal")];
  if (typeof trace !== "string" || typeof fatal !== "boolean") return undefined;
  return { kind, number, trace: cutTrace(trace), fatal };
}

/** What that process answers. */
export type RunnerReport =
  | { readonly kind: "ready" }
  | {
      readonly kind: "progress";
      readonly number: number;
      readonly done: number;
      readonly total: number;
    }
  /** `isDone`: it has said that it is finished, and has not just returned. */
  | { readonly kind: "returned"; readonly number: number; readonly isDone?: true }
  /** `fatal`: nobody caught it, and the process ends. */
  | {
      readonly kind: "threw";
      readonly number: number;
      readonly trace: string;
      readonly fatal: boolean;
    };
