import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { workersFolder } from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { readVariations } from "../../tree/variations-file.ts";
import { createWorkerIdentity } from "../../tree/worker-identity.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import {
  type Examination,
  findIn,
  type MendableFinding,
  orUnreadable,
  type StorageView,
} from "./check.ts";
import { ROOT_CHECKS, STORAGE_CHECKS } from "./checks.ts";
import { findStaleClaims } from "./claims.ts";
import { goneWorkers } from "./leftover-checks.ts";
import type { Places } from "./places.ts";
import { tryRoot } from "./try-root.ts";
import { confirm, walkRuns } from "./walk-runs.ts";

export type Examined = {
  readonly findings: readonly MendableFinding[];
  readonly runs: number;
  /** False if it was stopped before everything was looked at. */
  readonly isComplete: boolean;
};

/** Looks at the root and its storages; each folder is listed once, and again only where something seems wrong. */
export async function examine(
  { root, names, all, storages, missing }: Places,
  olderThanMs: number,
  host: Host,
  signal: AbortSignal,
): Promise<Examined> {
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const trial = await tryRoot(root, identity, host);
  const nowMs = host.clock.now() - (Number.isNaN(trial.aheadMs) ? 0 : trial.aheadMs);
  const examination: Examination = { host, identity, nowMs, olderThanMs };
  const views: StorageView[] = [];
  const closed = storages.flatMap((path) =>
    orUnreadable(path, () => {
      views.push(openStorage(path, examination));
      return [];
    }),
  );
  const searches = views.flatMap(({ path, facts }) =>
    facts instanceof UserError ? [] : [{ storage: path, facts }],
  );
  const rootView = { path: root, names, storages: all, missing, searches, trial };
  const findings = [...findIn(ROOT_CHECKS, rootView, root, examination), ...closed];
  const suspects = await walkRuns(views, examination, signal);
  findings.push(...(await confirm(suspects, examination, signal)));
  for (const view of views) {
    if (signal.aborted) break;
    findings.push(...findIn(STORAGE_CHECKS, view, view.path, examination));
  }
  if (!signal.aborted) findings.push(...(await findStaleClaims(views, examination, signal)));
  const runs = views.reduce((sum, { walk }) => sum + walk.runs, 0);
  return { findings: withoutDoubles(findings), runs, isComplete: !signal.aborted };
}

function openStorage(path: string, examination: Examination): StorageView {
  const { host } = examination;
  const workers = host.files.list(workersFolder(path)) ?? [];
  return {
    path,
    names: host.files.list(path) ?? [],
    facts: orUserError(() => readSearchFacts(path, host)),
    varied: variedIn(path, host),
    workers,
    gone: goneWorkers(path, workers, examination),
    walk: { runs: 0, held: [], tokens: new Set(), unwritable: [], foreign: new Map() },
  };
}

function variedIn(path: string, host: Pick<Host, "files">): readonly string[] | undefined {
  const file = orUserError(() => readVariations(path, host));
  if (file instanceof UserError) return undefined;
  return Object.keys(file.kind === "grid" ? file.variations : file.space);
}

function orUserError<Value extends SearchFacts | ReturnType<typeof readVariations>>(
  read: () => Value,
): Value | UserError {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A claim that is stale says all there is to say about its flag. */
function withoutDoubles(findings: readonly MendableFinding[]): readonly MendableFinding[] {
  const stale = new Set(
    findings.filter(({ check }) => check === "stale-claim").map(({ place }) => place),
  );
  return findings.filter(({ check, place }) => check === "stale-claim" || !stale.has(place));
}
