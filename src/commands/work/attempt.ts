import { toIso } from "../../core/time.ts";
import { join } from "node:path";

import { parseConfig } from "../../core/config/parse-config.ts";
import {
  type Cause,
  describeCause,
  type RunOutcome,
  type RunRecord,
} from "../../core/run-record.ts";
import { formatOwner } from "../../core/run-state.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { CONFIG_FILE, type RunPath } from "../../tree/paths.ts";
import { abandon, type Claim, settle } from "../../tree/run-folder.ts";
import { perform } from "../../tree/steps.ts";
import { BY_SILENCE, type Execution, type ExecutionEnd, type Executor } from "./execution.ts";
import type { Loss, Pulse } from "./pulse.ts";

/** How a worker is asked to stop: gracefully first, then at once. */
export type StopSignals = {
  readonly gracefully: AbortSignal;
  readonly atOnce: AbortSignal;
  /** Between the two, ms. */
  readonly graceMs: number;
};

/** What became of a claimed run. `lost`: somebody else has it, and nothing was changed. */
export type AttemptEnd =
  | {
      readonly kind: "settled";
      readonly outcome: RunOutcome;
      readonly cause: Cause;
      readonly seconds: number;
    }
  | { readonly kind: "lost"; readonly why: string }
  /** Put back, and no use in going on: the disk is full. */
  | { readonly kind: "disk-full"; readonly message: string };

export type AttemptContext = {
  readonly executor: Executor;
  readonly pulse: Pulse;
  readonly stop: StopSignals;
  readonly repositories: readonly RepositoryState[];
};

type Conclusion =
  { readonly outcome: RunOutcome; readonly cause: Cause } | { readonly lost: string };

/** Executes a claimed run to its end and settles it. */
export async function executeAttempt(
  run: RunPath,
  claim: Claim,
  context: AttemptContext,
  host: Pick<Host, "files" | "clock">,
): Promise<AttemptEnd> {
  const startedMs = host.clock.now();
  const startedAtMs = host.clock.monotonicMs();
  const conclusion = await execute(run, claim, context, host);
  if ("lost" in conclusion) return { kind: "lost", why: conclusion.lost };
  const { outcome, cause } = conclusion;
  const seconds = Math.max(0, host.clock.monotonicMs() - startedAtMs) / 1000;
  const record: RunRecord = {
    schemaVersion: 1,
    attempt: claim.attempt,
    owner: formatOwner(claim.owner),
    outcome,
    cause,
    startedAt: toIso(startedMs),
    endedAt: toIso(host.clock.now()),
    seconds,
    repositories: context.repositories,
  };
  return settleAttempt(claim, record, host);
}

async function execute(
  run: RunPath,
  claim: Claim,
  { executor, pulse, stop }: AttemptContext,
  host: Pick<Host, "files" | "clock">,
): Promise<Conclusion> {
  const config = readConfig(run, host);
  if ("cause" in config) return { outcome: "crashed", cause: config.cause };
  const execution = executor.start({ run, claim, config: config.config });
  let loss: Loss | undefined;
  pulse.hold(claim, (why) => {
    loss ??= why;
    execution.kill();
  });
  const stopping = stopWith(execution, stop, host);
  const end = await execution.ended;
  stopping.done();
  pulse.letGo();
  if (loss === "fenced") return { lost: "somebody else has taken it over" };
  return conclude(end, loss, stopping.reason());
}

function conclude(
  end: ExecutionEnd,
  loss: Loss | undefined,
  stopped: string | undefined,
): Conclusion {
  if (loss === "disk-full") {
    return {
      outcome: "released",
      cause: { kind: "disk-full", message: "no heartbeat could be written" },
    };
  }
  // Still ours if the flag says so: then it goes back, and is started again from its checkpoint.
  if (loss === "silent") return { outcome: "released", cause: { kind: "stopped", by: BY_SILENCE } };
  if (end.kind === "silenced") {
    return { outcome: "released", cause: { kind: "stopped", by: end.by } };
  }
  // Whether a program that was told to stop had finished, nobody can tell: it is started again.
  if (stopped !== undefined)
    return { outcome: "released", cause: { kind: "stopped", by: stopped } };
  if (end.kind === "crashed") return { outcome: "crashed", cause: end.cause };
  return { outcome: "completed", cause: { kind: "done" } };
}

/** Passes stop signals on to the program: first the word, after the grace the kill. */
function stopWith(
  execution: Execution,
  { gracefully, atOnce, graceMs }: StopSignals,
  { clock }: Pick<Host, "clock">,
): { readonly reason: () => string | undefined; readonly done: () => void } {
  // Made only when somebody stops: aborting one for each run costs as much as a file operation.
  let grace: AbortController | undefined;
  let reason: string | undefined;
  const ask = () => {
    if (reason !== undefined) return;
    reason = String(gracefully.reason ?? atOnce.reason ?? "its worker");
    execution.stop(reason);
    const { signal } = (grace = new AbortController());
    void clock.sleep(graceMs, signal).then(() => {
      if (!signal.aborted) execution.kill();
    });
  };
  const kill = () => {
    reason ??= String(atOnce.reason ?? "its worker");
    execution.kill();
  };
  gracefully.addEventListener("abort", ask);
  atOnce.addEventListener("abort", kill);
  if (gracefully.aborted) ask();
  if (atOnce.aborted) kill();
  return {
    reason: () => reason,
    done: () => {
      gracefully.removeEventListener("abort", ask);
      atOnce.removeEventListener("abort", kill);
      grace?.abort();
    },
  };
}

/** Ends the claim on disk. Where there is no room for a record, the run goes back without one. */
function settleAttempt(
  claim: Claim,
  record: RunRecord,
  host: Pick<Host, "files" | "clock">,
): AttemptEnd {
  const { outcome, cause, seconds } = record;
  try {
    if (perform(settle(claim, record), host) === "fenced") {
      return { kind: "lost", why: "somebody else has taken it over" };
    }
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return { kind: "lost", why: `its folder is gone: ${claim.folder}` };
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    perform(abandon(claim), host);
    return { kind: "disk-full", message: `${claim.folder}: no space left for its record` };
  }
  if (cause.kind === "disk-full") return { kind: "disk-full", message: describeCause(cause) };
  return { kind: "settled", outcome, cause, seconds: seconds ?? 0 };
}

function readConfig(
  run: RunPath,
  { files }: Pick<Host, "files">,
): { readonly config: ReturnType<typeof parseConfig> } | { readonly cause: Cause } {
  const path = join(run.path, CONFIG_FILE);
  try {
    const text = files.read(path);
    if (text === undefined) throw new UserError("config-invalid", `There is no ${path}.`, "");
    return { config: parseConfig(text, path) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { cause: { kind: "error", trace: `${error.message}\n${error.hint}`.trimEnd() } };
  }
}
