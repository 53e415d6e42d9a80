import { basename, dirname, join, relative } from "node:path";

import { crashSignature } from "../../core/crash-signature.ts";
import { describeCause, type RunOutcome } from "../../core/run-record.ts";
import { flagsAmong, type RunState, stateOf } from "../../core/run-state.ts";
import { shellWord } from "../../core/shell-word.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { CONFIG_FILE, runLabel, type RunPath } from "../../tree/paths.ts";
import { type KnownAttempt, readAttempts } from "../../tree/run-history.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { type Advice, advise } from "./advice.ts";
import { type HolderReport, reportHolder } from "./holder.ts";

/** Everything that is known of a run. */
export type Explanation = Advice & {
  readonly run: string;
  /** Absolute. */
  readonly folder: string;
  readonly state: RunState["kind"];
  readonly flags: readonly string[];
  /** Since the flag was moved or touched last, seconds; null without one flag. */
  readonly age: number | null;
  readonly holder: HolderReport | null;
  readonly attempts: readonly AttemptReport[];
  /**
   * The files of machines from which configurations of the storage took values when they were prepared,
   * relative to the project's root.
   */
  readonly machineFiles: readonly string[];
  /** The latest log, absolute; null if there is none. */
  readonly log: string | null;
};

export type AttemptReport = {
  readonly attempt: number;
  /** Null: it lasts, or nothing is known. */
  readonly outcome: RunOutcome | null;
  /** Why it ended: a line, and the telling ones of a trace. */
  readonly cause: string | null;
  readonly host: string | null;
  readonly startedAt: string | null;
  readonly seconds: number | null;
  /** Name of its log in the run folder. */
  readonly log: string | null;
};

type ExplainHost = Pick<
  Host,
  "files" | "clock" | "machine" | "token" | "terminal" | "workingFolder"
>;

/**
 * Says what a run's folder means.
 * @param root - where the project keeps its storages: commands name another one
 * @throws UserError `not-found` if the folder vanishes
 */
export async function explainRun(
  run: RunPath,
  root: string,
  host: ExplainHost,
  signal: AbortSignal,
): Promise<Explanation> {
  const { files, clock } = host;
  let names: readonly string[];
  let holder: HolderReport | undefined;
  let state: RunState;
  // The flag may move while its holder is looked at.
  do {
    const listed = files.list(run.path);
    if (listed === undefined) {
      throw new UserError("not-found", `${run.path} has just been removed.`, "");
    }
    names = listed;
    state = stateOf(names);
    const isHeld = state.kind === "running" || state.kind === "resetting";
    holder = isHeld ? await reportHolder(run, flagsAmong(names)[0] ?? "", host, signal) : undefined;
    if (!isHeld) break;
  } while (holder === undefined && !signal.aborted);
  const flags = flagsAmong(names);
  const [flag] = flags;
  const modifiedMs =
    flag === undefined || flags.length > 1
      ? undefined
      : files.glanceModifiedMs(join(run.path, flag));
  const attempts = readAttempts(run.path, names, host);
  const log = attempts.findLast((one) => one.log !== undefined)?.log;
  const advice = advise({
    state,
    names,
    attempts,
    holder,
    folder: shellWord(relative(host.workingFolder, run.path) || "."),
    selection: selectionOf(run, root, host),
    label: shellWord(runLabel(run)),
    hasConfig: names.includes(CONFIG_FILE),
  });
  return {
    run: runLabel(run),
    folder: run.path,
    state: state.kind,
    flags,
    age: modifiedMs === undefined ? null : Math.max(0, clock.now() - modifiedMs) / 1000,
    holder: holder ?? null,
    attempts: attempts.map(reportAttempt),
    machineFiles: machineFilesOf(run, host),
    log: log === undefined ? null : join(run.path, log),
    ...advice,
  };
}

/** The flags that name the run's storage for another command. */
function selectionOf(
  { storage }: RunPath,
  root: string,
  { workingFolder }: Pick<Host, "workingFolder">,
): string {
  const name = `-s ${shellWord(basename(storage))}`;
  if (dirname(storage) === root) return name;
  return `-r ${shellWord(relative(workingFolder, dirname(storage)) || ".")} ${name}`;
}

/** Where `search.json` cannot be read, others say so. */
function machineFilesOf(
  { storage }: RunPath,
  host: Pick<Host, "files">,
): Explanation["machineFiles"] {
  try {
    return readSearchFacts(storage, host).machineFiles ?? [];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function reportAttempt({ attempt, record, log }: KnownAttempt): AttemptReport {
  return {
    attempt,
    outcome: record?.outcome ?? null,
    cause: record === undefined ? null : shortCause(describeCause(record.cause)),
    host: record?.owner.split(".")[0] ?? null,
    startedAt: record?.startedAt ?? null,
    seconds: record?.seconds ?? null,
    log: log ?? null,
  };
}

/** Programs print a lot before they fail. */
function shortCause(cause: string): string {
  const [how = "", ...output] = cause.trim().split("\n");
  if (output.length === 0) return how;
  const { title, trace } = crashSignature(cause);
  return [...new Set([how, title, ...trace])].join("\n");
}
