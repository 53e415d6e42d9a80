import { join } from "node:path";

import { parseConfig } from "../../core/config/parse-config.ts";
import { countFailures, type RetryRules } from "../../core/failure.ts";
import {
  type Cause,
  describeCause,
  type RunOutcome,
  type RunRecord,
} from "../../core/run-record.ts";
import { formatOwner } from "../../core/run-state.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { toIso } from "../../core/time.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { logFile, readRecords } from "../../tree/attempts.ts";
import { CONFIG_FILE, type RunPath } from "../../tree/paths.ts";
import { abandon, beat, type Claim, settle } from "../../tree/run-folder.ts";
import { perform } from "../../tree/steps.ts";
import { causeOf, outcomeOf } from "./conclusion.ts";
import { type Executor, OUTPUT_BYTES } from "./execution.ts";
import type { StorageToWorkOn } from "./orders.ts";
import type { Loss, Pulse } from "./pulse.ts";
import { stopWith, type StopSignals } from "./stopping.ts";

const TAKEN_OVER = "somebody else has taken it over";

/** What became of a claimed run. `lost`: somebody else has it, and nothing was changed. */
export type AttemptEnd =
  | {
      readonly kind: "settled";
      readonly outcome: RunOutcome;
      readonly cause: Cause;
      readonly seconds: number;
    }
  | {
      readonly kind: "lost";
      readonly why: string;
      /** Nobody has it: its folder was deleted or moved. */
      readonly isGone?: true;
    }
  /** Put back, and no use in going on: the disk is full. */
  | { readonly kind: "disk-full"; readonly message: string };

export type AttemptContext = {
  readonly executor: Executor;
  readonly pulse: Pulse;
  readonly stop: StopSignals;
  readonly retry: RetryRules;
  /** How long a program may run, ms; null for ever. */
  readonly timeoutMs: number | null;
  readonly repositories: readonly RepositoryState[];
} & Pick<StorageToWorkOn, "renewed">;

/** Executes a claimed run to its end and settles it. */
export async function executeAttempt(
  run: RunPath,
  claim: Claim,
  context: AttemptContext,
  host: Pick<Host, "files" | "clock">,
): Promise<AttemptEnd> {
  const startedMs = host.clock.now();
  const startedAtMs = host.clock.monotonicMs();
  const earlier = () => perform(readRecords(claim.folder, claim.attempt - 1), host);
  if (context.renewed !== undefined) {
    const end = renew(claim, context.renewed, host);
    if (end !== undefined) return end;
  }
  const cause =
    hopeless(claim, context.retry, earlier) ?? (await execute(run, claim, context, host));
  if (cause === "fenced") return lost(claim, host);
  const seconds = Math.max(0, host.clock.monotonicMs() - startedAtMs) / 1000;
  const record: RunRecord = {
    schemaVersion: 1,
    attempt: claim.attempt,
    owner: formatOwner(claim.owner),
    outcome: outcomeOf(cause, context.retry, earlier),
    cause,
    startedAt: toIso(startedMs),
    endedAt: toIso(host.clock.now()),
    seconds,
    repositories: context.repositories,
  };
  return settleAttempt(claim, record, host);
}

/**
 * Writes what the run is to have from this attempt on: only its owner may, and nobody reads it before
 * the claim.
 * @returns how the attempt ends already, if it does
 */
function renew(
  claim: Claim,
  texts: Readonly<Record<string, string>>,
  host: Pick<Host, "files" | "clock">,
): AttemptEnd | undefined {
  try {
    // After a long pause somebody else may have it.
    if (perform(beat(claim), host) === "fenced") return lost(claim, host);
    for (const [name, text] of Object.entries(texts)) {
      host.files.replace(join(claim.folder, name), text);
    }
    return undefined;
  } catch (error) {
    return refusedByDisk(claim, error, "its new configuration", host);
  }
}

/** Why a run is not started any more: it has taken too many workers with it. */
function hopeless(
  { attempt }: Claim,
  rules: RetryRules,
  earlier: () => readonly RunRecord[],
): Cause | undefined {
  if (attempt === 1 || rules.lost === "unlimited") return undefined;
  const records = earlier();
  const last = records.at(-1)?.cause;
  return last?.kind === "lost" && countFailures("lost", records) > rules.lost ? last : undefined;
}

async function execute(
  run: RunPath,
  claim: Claim,
  { executor, pulse, stop, timeoutMs }: AttemptContext,
  host: Pick<Host, "files" | "clock">,
): Promise<Cause | "fenced"> {
  const config = readConfig(run, host);
  if ("cause" in config) return config.cause;
  const execution = executor.start({ run, claim, config: config.config });
  let loss: Loss | undefined;
  pulse.hold(claim, (why) => {
    loss ??= why;
    execution.kill();
  });
  const stopping = stopWith(execution, stop, timeoutMs, host);
  const end = await execution.ended;
  stopping.done();
  pulse.letGo();
  if (loss === "fenced") return "fenced";
  const output = () => host.files.readEnd(join(run.path, logFile(claim.owner.token)), OUTPUT_BYTES);
  return causeOf(end, loss, stopping.reason(), (timeoutMs ?? 0) / 1000, output);
}

/** A heartbeat, or the end, has found no flag of ours: somebody else's is there, or not even the folder. */
function lost({ folder }: Claim, { files }: Pick<Host, "files">): AttemptEnd {
  if (files.list(folder) !== undefined) return { kind: "lost", why: TAKEN_OVER };
  return { kind: "lost", why: `its folder is gone: ${folder}`, isGone: true };
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
      return lost(claim, host);
    }
  } catch (error) {
    return refusedByDisk(claim, error, "its record", host);
  }
  if (cause.kind === "disk-full") return { kind: "disk-full", message: describeCause(cause) };
  return { kind: "settled", outcome, cause, seconds: seconds ?? 0 };
}

/** Puts the run back if the disk refuses what is to be written. @throws what is no such refusal */
function refusedByDisk(
  claim: Claim,
  error: unknown,
  what: string,
  host: Pick<Host, "files" | "clock">,
): AttemptEnd {
  const code = errnoOf(error);
  if (code === "ENOENT") return lost(claim, host);
  if (code === undefined) throw error;
  putBack(claim, host);
  if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
  return { kind: "disk-full", message: `${claim.folder}: no space left for ${what}` };
}

/** Whatever stops the worker, its run is not to wait for a lease if it can be helped. */
function putBack(claim: Claim, host: Pick<Host, "files" | "clock">): void {
  try {
    perform(abandon(claim), host);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
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
    return { cause: { kind: "error", trace: `${error.message} ${error.hint}`.trimEnd() } };
  }
}
