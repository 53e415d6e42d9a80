import type { RepositoryState } from "./search/search-facts.ts";
import { formatDuration } from "./time.ts";

/** `run.json`: what one attempt of a run was, written when it ends. The flag says the state; this says why. */
export type RunRecord = {
  readonly schemaVersion: 1;
  /** 1 for the first. */
  readonly attempt: number;
  /** `<host>.<pid>.<token>` of the worker, as in its flag. */
  readonly owner: string;
  readonly outcome: RunOutcome;
  readonly cause: Cause;
  /** ISO 8601, UTC, by the worker's clock; null where a cleaner had to write the record. */
  readonly startedAt: string | null;
  readonly endedAt: string;
  /** Duration in seconds by the worker's monotonic clock; null as above. */
  readonly seconds: number | null;
  /** The code that ran. */
  readonly repositories: readonly RepositoryState[];
};

/** How an attempt ended. `released`: put back by its worker; `voided`: declared dead by somebody else. */
export type RunOutcome = "completed" | "crashed" | "released" | "voided";

/** Why an attempt ended, with its evidence. */
export type Cause =
  | { readonly kind: "done" }
  /** The program threw. `trace` has the message, then the stack. */
  | { readonly kind: "error"; readonly trace: string }
  /** The program's process ended by itself, with a code that is not 0. */
  | { readonly kind: "exit"; readonly code: number; readonly output: string }
  /** The program's process was ended by a signal. */
  | { readonly kind: "signal"; readonly signal: string; readonly output: string }
  /** It could not be started. */
  | { readonly kind: "not-started"; readonly message: string }
  /** It was still running when its time was over. */
  | { readonly kind: "timeout"; readonly limitSeconds: number; readonly output: string }
  /** It was ended for want of memory. `evidence`: who says so. */
  | { readonly kind: "out-of-memory"; readonly evidence: string; readonly output: string }
  /** A person asked the worker to stop, or an accident ended its run. */
  | { readonly kind: "stopped"; readonly by: string }
  /** The machine was wanted back: a scheduler's signal, or the end of the worker's time. */
  | { readonly kind: "preempted"; readonly by: string }
  /** No space left while the run was going on. */
  | { readonly kind: "disk-full"; readonly message: string }
  /** The owner gave no sign of life for its lease, or is known to be dead. */
  | { readonly kind: "lost"; readonly by: string };

/** What a person reads about a cause: the first line is short, a trace or output follows. */
export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case "done":
      return "completed";
    case "error":
      return cause.trace;
    case "exit":
      return `The program ended with exit code ${cause.code}.\n${lastOutput(cause.output)}`;
    case "signal":
      return `The program was ended by ${cause.signal}.\n${lastOutput(cause.output)}`;
    case "not-started":
      return `The program could not be started: ${cause.message}`;
    case "timeout":
      return `The program was still running after ${formatDuration(cause.limitSeconds)}, its limit.\n${lastOutput(cause.output)}`;
    case "out-of-memory":
      return `The program ran out of memory: ${cause.evidence}.\n${lastOutput(cause.output)}`;
    case "preempted":
      return `preempted by ${cause.by}`;
    case "stopped":
      return `stopped by ${cause.by}`;
    case "disk-full":
      return `no space left: ${cause.message}`;
    case "lost":
      return `given up as dead by ${cause.by}`;
  }
}

/** The text of a record's file. */
export function formatRunRecord(record: RunRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** The record in a file's text, undefined if it is cut or no record: then the flag alone speaks. */
export function parseRunRecord(text: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRunRecord(value) ? value : undefined;
}

/** An attempt's number is part of a file's name, in which it has so many digits at most. */
const MAX_ATTEMPT = 999_999_999;
const OUTCOMES: readonly unknown[] = [
  "completed",
  "crashed",
  "released",
  "voided",
] satisfies readonly RunOutcome[];
/** The texts that each cause is described with. */
const CAUSE_TEXTS: Readonly<Record<Cause["kind"], readonly string[]>> = {
  done: [],
  error: ["trace"],
  exit: ["output"],
  signal: ["signal", "output"],
  "not-started": ["message"],
  timeout: ["output"],
  "out-of-memory": ["evidence", "output"],
  stopped: ["by"],
  preempted: ["by"],
  "disk-full": ["message"],
  lost: ["by"],
};

function isCause(value: unknown): value is Cause {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const { kind } = value;
  if (typeof kind !== "string" || !Object.hasOwn(CAUSE_TEXTS, kind)) return false;
  // Just seen to be one of them.
  const texts = CAUSE_TEXTS[kind as Cause["kind"]];
  const entries = new Map(Object.entries(value));
  return (
    texts.every((name) => typeof entries.get(name) === "string") &&
    (kind !== "exit" || Number.isSafeInteger(entries.get("code"))) &&
    (kind !== "timeout" || Number.isFinite(entries.get("limitSeconds")))
  );
}

function isRunRecord(value: unknown): value is RunRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "schemaVersion" in value &&
    value.schemaVersion === 1 &&
    "attempt" in value &&
    Number.isSafeInteger(value.attempt) &&
    Number(value.attempt) >= 1 &&
    Number(value.attempt) <= MAX_ATTEMPT &&
    "owner" in value &&
    typeof value.owner === "string" &&
    "outcome" in value &&
    OUTCOMES.includes(value.outcome) &&
    "cause" in value &&
    isCause(value.cause) &&
    "seconds" in value &&
    (value.seconds === null || (Number.isFinite(value.seconds) && Number(value.seconds) >= 0))
  );
}

function lastOutput(output: string): string {
  return output.trim() === "" ? "It printed nothing." : `The end of its output:\n${output}`;
}
