import { PENDING_FLAG, stateOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { fenceMs, type Holder, isExpired, isSilent, lookAtHolder } from "../../tree/lease.ts";
import type { RunPath } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import { serverTime } from "../../tree/worker-record.ts";

/** A run that somebody holds, and what a look at its holder said. */
export type HeldRun = {
  readonly run: RunPath;
  readonly names: readonly string[];
  readonly holder: Holder;
};

/** What a look at all runs of a storage found, besides those that are settled. */
export type Survey = {
  readonly pending: readonly RunPath[];
  /** Held by somebody who is known to be gone, or whose lease is over. */
  readonly interrupted: readonly HeldRun[];
  /** Silent for longer than the lease; a second look decides. */
  readonly silent: readonly HeldRun[];
  /** Held by somebody who seems to live. */
  readonly alive: readonly HeldRun[];
  /** Folders without a flag. */
  readonly flagless: readonly RunPath[];
  /** Folders with several flags. */
  readonly conflicts: readonly RunPath[];
  readonly completed: number;
  readonly crashed: readonly RunPath[];
};

type Mutable<Lists> = {
  -readonly [Name in keyof Lists]: Lists[Name] extends readonly (infer One)[] ? One[] : Lists[Name];
};

/**
 * Lists every run folder and looks at the holders of those that are held.
 *
 * @param observer - 24 hexadecimal digits of the worker that looks
 * @param earlier - silent runs of a former look, at least two heartbeats ago
 */
export function survey(
  storage: string,
  runs: readonly RunPath[],
  observer: string,
  host: Pick<Host, "files" | "clock" | "machine">,
  earlier: readonly HeldRun[] = [],
): Survey {
  const found: Mutable<Survey> = {
    pending: [],
    interrupted: [],
    silent: [],
    alive: [],
    flagless: [],
    conflicts: [],
    completed: 0,
    crashed: [],
  };
  const before = new Map(earlier.map((one) => [one.run.path, one.holder]));
  let serverMs: number | undefined;
  for (const run of runs) {
    const names = host.files.list(run.path) ?? [];
    const state = stateOf(names);
    switch (state.kind) {
      case "pending":
        found.pending.push(run);
        break;
      case "completed":
        found.completed += 1;
        break;
      case "crashed":
        found.crashed.push(run);
        break;
      case "none":
        found.flagless.push(run);
        break;
      case "conflict":
        found.conflicts.push(run);
        break;
      case "running":
      case "resetting": {
        const owner = state.kind === "running" ? state.owner : state.cleaner;
        const place = { folder: run.path, storage };
        const holder = perform(lookAtHolder(place, flagAmong(names), owner, host.machine), host);
        if (holder === undefined) break;
        const held = { run, names, holder };
        if (holder.dead) {
          found.interrupted.push(held);
          break;
        }
        // Asked for once, and only where it decides.
        serverMs ??= perform(serverTime(storage, observer), host);
        const first = before.get(run.path);
        if (first && isExpired(first, holder, serverMs)) found.interrupted.push(held);
        else if (isSilent(holder, serverMs)) found.silent.push(held);
        else found.alive.push(held);
        break;
      }
    }
  }
  return found;
}

/** How long to wait before the second look at silent runs, ms. */
export function secondLookMs(silent: readonly HeldRun[]): number {
  return silent.reduce((most, { holder }) => Math.max(most, fenceMs(holder)), 0);
}

function flagAmong(names: readonly string[]): string {
  return names.find((name) => name !== PENDING_FLAG && stateOf([name]).kind !== "none") ?? "";
}
