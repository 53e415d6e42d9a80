import { join } from "node:path";

import type { Finding } from "../../core/finding.ts";
import type { Owner, RunState } from "../../core/run-state.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { errnoOf, type UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { TrialFailure } from "../../tree/file-system-trial.ts";
import type { RunPath } from "../../tree/paths.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";

/** One kind of thing to look for, in one kind of place. */
export type Check<View> = {
  /** Names its findings; a row of docs/doctor.md. */
  readonly name: string;
  /** Changes nothing. A system error that it throws becomes a finding `unreadable`. */
  readonly look: (view: View, examination: Examination) => readonly Complaint[];
};

/** A finding before it has its check's name, and what mends it. */
export type Complaint = Omit<Finding, "check" | "fix"> & { readonly mend?: Mend };

export type Mend = {
  /** For the plan that is shown first: "remove it". */
  readonly does: string;
  /** Looks again, and does it only if what was found is still so. @returns whether it was done */
  readonly carryOut: () => boolean | Promise<boolean>;
};

export type MendableFinding = Finding & { readonly mend: Mend | undefined };

/** What all checks know. */
export type Examination = {
  readonly host: Host;
  readonly identity: WorkerIdentity;
  /** The file server's present time, ms; this machine's where the root cannot be written. */
  readonly nowMs: number;
  /** What has been still for so long is taken for left behind, ms. */
  readonly olderThanMs: number;
};

/** The folder of all storages. */
export type RootView = {
  readonly path: string;
  readonly names: readonly string[];
  /** Names of all storages in it, examined or not. */
  readonly storages: readonly string[];
  /** Names that were asked for and are not there. */
  readonly missing: readonly string[];
  /** The storages that are examined, as far as their `search.json` can be read. */
  readonly searches: readonly { readonly storage: string; readonly facts: SearchFacts }[];
  readonly trial: RootTrial;
};

/** What trying the root out said. */
export type RootTrial = {
  /** Why nothing can be written there; undefined if something can. */
  readonly refusal: string | undefined;
  readonly failures: readonly TrialFailure[];
  /** How far this machine's clock is ahead of the file server's, ms; NaN if unknown. */
  readonly aheadMs: number;
};

export type StorageView = {
  readonly path: string;
  readonly names: readonly string[];
  /** What `search.json` says, or why it cannot be read. */
  readonly facts: SearchFacts | UserError;
  /** Names of what varies; undefined if `variations.json` cannot be read. */
  readonly varied: readonly string[] | undefined;
  /** Names in `.workers` before any run was looked at. */
  readonly workers: readonly string[];
  /** Those of them (24 digits) that were known to be dead before any run was looked at, and are old. */
  readonly gone: readonly string[];
  /** What the walk over the runs has met. */
  readonly walk: StorageWalk;
};

/** Gathered while the runs of a storage are looked at; each check of the storage comes after that. */
export type StorageWalk = {
  runs: number;
  /** Runs with a flag that somebody holds. */
  readonly held: {
    readonly run: RunPath;
    readonly flag: string;
    readonly owner: Owner | undefined;
  }[];
  /** Tokens in the flags and desks of runs. */
  readonly tokens: Set<string>;
  /** Paths of runs that are to be executed and cannot be written, each with what refuses. */
  readonly unwritable: string[];
  /** Runs that are to be executed, by the number of another user who owns them. */
  readonly foreign: Map<number, string[]>;
};

export type ExperimentView = {
  readonly storage: StorageView;
  readonly path: string;
  readonly names: readonly string[];
  readonly seeds: readonly number[];
};

export type RunView = {
  readonly storage: StorageView;
  readonly run: RunPath;
  readonly names: readonly string[];
  readonly state: RunState;
  /** All seeds of the experiment. */
  readonly seeds: readonly number[];
};

/** What a table of checks finds in one place. */
export function findIn<View>(
  checks: readonly Check<View>[],
  view: View,
  place: string,
  examination: Examination,
): readonly MendableFinding[] {
  return checks.flatMap(({ name, look }) =>
    orUnreadable(place, () => look(view, examination).map((one) => toFinding(name, one))),
  );
}

/** What `look` finds; or, where the system refuses to let it look, that. */
export function orUnreadable(
  place: string,
  look: () => readonly MendableFinding[],
): readonly MendableFinding[] {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
    return [
      toFinding("unreadable", {
        severity: "error",
        place,
        problem: error.message,
        expected: "a place that this user can read",
        remedy: "Mend the permissions or the disk there, then look again.",
      }),
    ];
  }
}

export function toFinding(check: string, { mend, ...rest }: Complaint): MendableFinding {
  return { check, ...rest, fix: mend?.does ?? null, mend };
}

/** Whether nothing in a place has changed for long. @param paths - files and folders; what is gone does not count */
export function isStill(
  paths: readonly string[],
  { host, nowMs, olderThanMs }: Examination,
): boolean {
  const times = paths.flatMap((path) => modifiedMs(path, host) ?? []);
  return times.length > 0 && nowMs - Math.max(...times) > olderThanMs;
}

/** A folder and what is directly in it, for {@link isStill}. */
export const withNames = (folder: string, names: readonly string[]) => [
  folder,
  ...names.map((name) => join(folder, name)),
];

export function modifiedMs(path: string, { files }: Pick<Host, "files">): number | undefined {
  try {
    return files.modifiedMs(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
