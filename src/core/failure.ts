import { UserError } from "../errors.ts";
import type { Cause, RunRecord } from "./run-record.ts";

/** How an attempt can fail, as the rules of retrying tell it apart. */
export const FAILURES = [
  "crash",
  "timeout",
  "oom",
  "killed",
  "preempted",
  "lost",
  "disk-full",
] as const;
export type Failure = (typeof FAILURES)[number];

/** How many attempts of a run may fail in each way before the run is a CRASH. */
export type RetryRules = Readonly<Record<Failure, number | "unlimited">>;

/** What a program does itself is tried once; what others do to it does not count. */
export const DEFAULT_RETRY: RetryRules = {
  crash: 0,
  timeout: 0,
  oom: 0,
  killed: 0,
  preempted: "unlimited",
  lost: "unlimited",
  "disk-full": "unlimited",
};

/** Signals that somebody sends; the others are the program's own doing. */
const SENT = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"]);

/** What kind of failure a cause is; undefined for none, and for a person's wish to stop. */
export function failureOf(cause: Cause): Failure | undefined {
  switch (cause.kind) {
    case "done":
    case "stopped":
      return undefined;
    case "error":
    case "exit":
    case "not-started":
      return "crash";
    case "signal":
      return SENT.has(cause.signal) ? "killed" : "crash";
    case "timeout":
      return "timeout";
    case "out-of-memory":
      return "oom";
    case "preempted":
    case "lost":
    case "disk-full":
      return cause.kind;
  }
}

/** Attempts of a run, as far as rules ask for them. */
export type PastAttempts = readonly Pick<RunRecord, "outcome" | "cause">[];

/**
 * Whether a run that has failed in a way goes back to pending.
 * @param earlier - its former attempts, in their order
 */
export function mayRetry(rules: RetryRules, failure: Failure, earlier: PastAttempts): boolean {
  const allowed = rules[failure];
  return allowed === "unlimited" || countFailures(failure, earlier) < allowed;
}

/** How often a run has failed in a way since a person last put it back from CRASH. */
export function countFailures(failure: Failure, attempts: PastAttempts): number {
  const crash = attempts.findLastIndex(({ outcome }) => outcome === "crashed");
  return attempts.slice(crash + 1).filter(({ cause }) => failureOf(cause) === failure).length;
}

/** The rules as a person writes them. */
export function describeRetry(rules: RetryRules): string {
  return FAILURES.map((failure) => `${failure}=${rules[failure]}`).join(",");
}

/**
 * Reads `crash=0,timeout=2,oom=1,preempted=unlimited`; what it does not name stays as it is by
 * default.
 *
 * @throws UserError `usage`
 */
export function parseRetry(text: string): RetryRules {
  const rules: Record<Failure, number | "unlimited"> = { ...DEFAULT_RETRY };
  const seen = new Set<string>();
  for (const rule of text.split(",")) {
    const [, name = "", count = ""] =
      /^\s*([a-z-]+)\s*=\s*(\d{1,6}|unlimited)\s*$/.exec(rule) ?? [];
    const failure = FAILURES.find((one) => one === name);
    if (failure === undefined || seen.has(failure)) {
      throw new UserError(
        "usage",
        `--retry: expected <cause>=<number of retries or unlimited>, each cause once, got ${JSON.stringify(rule)}.`,
        `Causes: ${FAILURES.join(", ")}. For example --retry crash=0,timeout=2,oom=1,preempted=unlimited.`,
      );
    }
    seen.add(failure);
    rules[failure] = count === "unlimited" ? count : Number(count);
  }
  return rules;
}
