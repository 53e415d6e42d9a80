import { join } from "node:path";

import { flagsAmong, parseOwner, stateOf, stateOfFlag } from "../../core/run-state.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import {
  experimentFolder,
  parseExperiment,
  parseSeed,
  runPath,
  workersFolder,
} from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { desksAmong } from "../../tree/tidying.ts";
import { readVariations } from "../../tree/variations-file.ts";
import { createWorkerIdentity } from "../../tree/worker-identity.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import {
  type Examination,
  findIn,
  type MendableFinding,
  orUnreadable,
  type RunView,
  type StorageView,
} from "./check.ts";
import { EXPERIMENT_CHECKS, ROOT_CHECKS, RUN_CHECKS, STORAGE_CHECKS } from "./checks.ts";
import { findStaleClaims } from "./claims.ts";
import { goneWorkers } from "./leftover-checks.ts";
import type { Places } from "./places.ts";
import { tryRoot } from "./try-root.ts";

export type Examined = {
  readonly findings: readonly MendableFinding[];
  readonly runs: number;
  /** False if it was stopped before everything was looked at. */
  readonly isComplete: boolean;
};

/** How long after the first look suspects are looked at again, ms: no change of a flag takes so long to be seen. */
const SECOND_LOOK_MS = 1_000;

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
  const views = storages.map((path) => openStorage(path, examination));
  const searches = views.flatMap(({ path, facts }) =>
    facts instanceof UserError ? [] : [{ storage: path, facts }],
  );
  const rootView = { path: root, names, storages: all, missing, searches, trial };
  const findings = [...findIn(ROOT_CHECKS, rootView, root, examination)];
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

/** A run or an experiment with findings, and how to look at it again. */
type Suspect = {
  readonly findings: readonly MendableFinding[];
  readonly lookAgain: () => readonly MendableFinding[];
};

async function walkRuns(
  views: readonly StorageView[],
  examination: Examination,
  signal: AbortSignal,
): Promise<readonly Suspect[]> {
  const { clock, terminal } = examination.host;
  const all = views.flatMap((storage) =>
    storage.names
      .flatMap((name) => parseExperiment(name) ?? [])
      .sort((a, b) => a - b)
      .map((experiment) => ({ storage, experiment })),
  );
  const progress = terminal.progress("experiments", all.length);
  const suspects: Suspect[] = [];
  let pausedAtMs = clock.monotonicMs();
  try {
    for (const [index, { storage, experiment }] of all.entries()) {
      suspects.push(...lookAtExperiment(storage, experiment, examination));
      if (clock.monotonicMs() - pausedAtMs < PAUSE_MS) continue;
      progress.update(index + 1);
      // Lets signals and the progress bar in.
      await clock.sleep(0);
      pausedAtMs = clock.monotonicMs();
      if (signal.aborted) break;
    }
  } finally {
    progress.stop();
  }
  return suspects;
}

const PAUSE_MS = 100;

function lookAtExperiment(
  storage: StorageView,
  experiment: number,
  examination: Examination,
): readonly Suspect[] {
  const { files } = examination.host;
  const path = experimentFolder(storage.path, experiment);
  let seeds: readonly number[] = [];
  const look = () =>
    orUnreadable(path, () => {
      const names = files.list(path);
      if (names === undefined) return [];
      seeds = names.flatMap((name) => parseSeed(name) ?? []).sort((a, b) => a - b);
      return findIn(EXPERIMENT_CHECKS, { storage, path, names, seeds }, path, examination);
    });
  const suspects = suspect(look);
  return [
    ...suspects,
    ...seeds.flatMap((seed) => lookAtRun(storage, experiment, seed, seeds, examination)),
  ];
}

function lookAtRun(
  storage: StorageView,
  experiment: number,
  seed: number,
  seeds: readonly number[],
  examination: Examination,
): readonly Suspect[] {
  const run = runPath(storage.path, experiment, seed);
  const look = (isFirst: boolean) =>
    orUnreadable(run.path, () => {
      const names = examination.host.files.list(run.path);
      if (names === undefined) return [];
      const view = { storage, run, names, state: stateOf(names), seeds };
      if (isFirst) remember(view, examination.host);
      return findIn(RUN_CHECKS, view, run.path, examination);
    });
  let isFirst = true;
  return suspect(() => {
    const findings = look(isFirst);
    isFirst = false;
    return findings;
  });
}

function suspect(look: () => readonly MendableFinding[]): readonly Suspect[] {
  const findings = look();
  return findings.length === 0 ? [] : [{ findings, lookAgain: look }];
}

/** What the checks of the whole storage need to know of its runs. */
function remember({ storage, run, names, state }: RunView, { files, machine }: Host): void {
  const { walk } = storage;
  walk.runs += 1;
  for (const token of desksAmong(names)) walk.tokens.add(token);
  const flags = flagsAmong(names);
  for (const flag of flags) {
    const held = stateOfFlag(flag);
    if (held?.kind !== "running" && held?.kind !== "resetting") continue;
    const owner = parseOwner(flag.slice(flag.indexOf(".") + 1));
    if (owner !== undefined) walk.tokens.add(owner.token);
    if (flags.length === 1) walk.held.push({ run, flag, owner });
  }
  // Whoever executes it needs to write both; what is completed is only read.
  if (state.kind === "completed") return;
  const refused = [run.path, ...flags.map((flag) => join(run.path, flag))].find(
    (path) => !files.isWritable(path) && files.ownerId(path) !== undefined,
  );
  if (refused !== undefined) walk.unwritable.push(refused);
  const userId = files.ownerId(run.path);
  if (userId === undefined || userId === machine.userId || machine.userId < 0) return;
  const theirs = walk.foreign.get(userId) ?? [];
  theirs.push(run.path);
  walk.foreign.set(userId, theirs);
}

/**
 * Looks at suspects once more: what workers are just doing (a flag between two names in a listing,
 * a record about to get its plain name) is over by then.
 */
async function confirm(
  suspects: readonly Suspect[],
  { host }: Examination,
  signal: AbortSignal,
): Promise<readonly MendableFinding[]> {
  if (suspects.length === 0 || signal.aborted) return [];
  await host.clock.sleep(SECOND_LOOK_MS, signal);
  return suspects.flatMap(({ findings, lookAgain }) => {
    const before = new Set(findings.map(keyOf));
    return lookAgain().filter((one) => before.has(keyOf(one)));
  });
}

const keyOf = ({ check, place, problem }: MendableFinding) => `${check}\n${place}\n${problem}`;

/** A claim that is stale says all there is to say about its flag. */
function withoutDoubles(findings: readonly MendableFinding[]): readonly MendableFinding[] {
  const stale = new Set(
    findings.filter(({ check }) => check === "stale-claim").map(({ place }) => place),
  );
  return findings.filter(({ check, place }) => check === "stale-claim" || !stale.has(place));
}
