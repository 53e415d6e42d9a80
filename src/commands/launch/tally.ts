import { basename } from "node:path";

import { type RunState, stateOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import type { RunPath } from "../../tree/paths.ts";

/** How many runs of a storage are in which state. */
export type Tally = StateCounts & { readonly name: string; readonly runs: number };

export type StateCounts = {
  readonly pending: number;
  /** Held by somebody, alive or not. */
  readonly running: number;
  readonly completed: number;
  readonly crashed: number;
  /** Being reset, without a flag, or with several. */
  readonly other: number;
};

/** Counts the runs of a storage. @throws UserError `not-found` */
export function tallyStorage(storage: string, host: Pick<Host, "files">): Tally {
  const runs = listRuns(storage, host);
  return { name: basename(storage), runs: runs.length, ...countStates(runs, host) };
}

/** Counts runs by one listing of each run folder. @param onRun - is told each run's state */
export function countStates(
  runs: readonly RunPath[],
  { files }: Pick<Host, "files">,
  onRun: (run: RunPath, kind: RunState["kind"]) => void = () => undefined,
): StateCounts {
  const counts = { pending: 0, running: 0, completed: 0, crashed: 0, other: 0 };
  for (const run of runs) {
    const { kind } = stateOf(files.list(run.path) ?? []);
    counts[kind === "resetting" || kind === "none" || kind === "conflict" ? "other" : kind] += 1;
    onRun(run, kind);
  }
  return counts;
}
