import { join } from "node:path";

import { flagsAmong, parseOwner, stateOf, stateOfFlag } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import {
  experimentFolder,
  logPath,
  parseExperiment,
  parseLogId,
  parseSeed,
  runPath,
  type RunPath,
} from "../../tree/paths.ts";
import { desksAmong } from "../../tree/tidying.ts";
import {
  type Examination,
  findIn,
  type MendableFinding,
  orUnreadable,
  type RunView,
  type StorageView,
} from "./check.ts";
import { EXPERIMENT_CHECKS, RUN_CHECKS } from "./checks.ts";

/** How long after the first look suspects are looked at again, ms: no change of a flag takes so long to be seen. */
const SECOND_LOOK_MS = 1_000;

/** A run or an experiment with findings, and how to look at it again. */
export type Suspect = {
  readonly findings: readonly MendableFinding[];
  readonly lookAgain: () => readonly MendableFinding[];
};

/** Looks at every run once: each folder is listed once. @returns what seems wrong, to be confirmed */
export async function walkRuns(
  views: readonly StorageView[],
  examination: Examination,
  signal: AbortSignal,
): Promise<readonly Suspect[]> {
  const { clock, terminal } = examination.host;
  const all = views.flatMap((storage) => [
    ...numbersAmong(storage.names, parseExperiment).map((experiment) => () => {
      return lookAtExperiment(storage, experiment, examination);
    }),
    // Of scripts that launch themselves; each is the only run of its kind.
    ...numbersAmong(storage.names, parseLogId).map((id) => () => {
      return lookAtRun(storage, logPath(storage.path, id), [1], examination);
    }),
  ]);
  const progress = terminal.progress("experiments", all.length);
  const suspects: Suspect[] = [];
  let pausedAtMs = clock.monotonicMs();
  try {
    for (const [index, look] of all.entries()) {
      suspects.push(...look());
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

const numbersAmong = (names: readonly string[], parse: (name: string) => number | undefined) =>
  names.flatMap((name) => parse(name) ?? []).sort((a, b) => a - b);

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
    ...seeds.flatMap((seed) => {
      return lookAtRun(storage, runPath(storage.path, experiment, seed), seeds, examination);
    }),
  ];
}

function lookAtRun(
  storage: StorageView,
  run: RunPath,
  seeds: readonly number[],
  examination: Examination,
): readonly Suspect[] {
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
export async function confirm(
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
