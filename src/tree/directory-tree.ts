import { join, resolve } from "node:path";

import { isWithin, type NumberRanges } from "../core/number-ranges.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import {
  logPath,
  parseExperiment,
  parseLogId,
  parseSeed,
  runPath,
  type RunPath,
  SEARCH_FILE,
} from "./paths.ts";

/** The numbers of a storage's experiments, ascending. @throws UserError `not-found` */
export function listExperiments(
  storage: string,
  { files }: Pick<Host, "files">,
): readonly number[] {
  return experimentsAmong(listStorage(storage, { files }));
}

function listStorage(storage: string, { files }: Pick<Host, "files">): readonly string[] {
  const names = files.list(storage);
  if (names !== undefined) return names;
  throw new UserError(
    "not-found",
    `No storage at ${storage}.`,
    "List the storages with `alstatus`, or name another root with --root_dir.",
  );
}

/** Of scripts that launch themselves. */
const logIdsAmong = (names: readonly string[]) => names.flatMap((name) => parseLogId(name) ?? []);

const experimentsAmong = (names: readonly string[]) =>
  names.flatMap((name) => parseExperiment(name) ?? []).sort(ascending);

/**
 * Every run of a storage in the order of work: seed 1 of every experiment before seed 2 of any, so
 * that a search can be judged early; within that, by experiment.
 * @throws UserError `not-found`
 */
export function listRuns(storage: string, host: Pick<Host, "files">): readonly RunPath[] {
  const inStorage = listStorage(storage, host);
  const found = logIdsAmong(inStorage).map((id) => logPath(storage, id));
  for (const experiment of experimentsAmong(inStorage)) {
    const names = host.files.list(join(storage, `experiment${experiment}`)) ?? [];
    for (const seed of names.flatMap((name) => parseSeed(name) ?? []).sort(ascending)) {
      found.push(runPath(storage, experiment, seed));
    }
  }
  return found.sort((a, b) => a.seed - b.seed || a.experiment - b.experiment);
}

/** A run folder and what a listing found in it. */
export type ListedRun = { readonly run: RunPath; readonly names: readonly string[] };

/** Which runs are wanted; all where nothing is said. */
export type RunFilter = {
  readonly experiments?: NumberRanges | undefined;
  readonly seeds?: NumberRanges | undefined;
};

/**
 * Lists every run folder of a storage, logs first, then experiment by experiment, one at a time: of hundreds of
 * thousands none has to be remembered.
 * @throws UserError `not-found`
 */
export function* visitRuns(
  storage: string,
  { experiments, seeds }: RunFilter,
  host: Pick<Host, "files">,
): Generator<ListedRun> {
  const inStorage = listStorage(storage, host);
  for (const id of logIdsAmong(inStorage).sort(ascending)) {
    const run = logPath(storage, id);
    if (experiments !== undefined && !isWithin(id, experiments)) continue;
    if (seeds !== undefined && !isWithin(run.seed, seeds)) continue;
    yield { run, names: host.files.list(run.path) ?? [] };
  }
  for (const experiment of experimentsAmong(inStorage)) {
    if (experiments !== undefined && !isWithin(experiment, experiments)) continue;
    const folder = `${storage}/experiment${experiment}`;
    const numbers = (host.files.list(folder) ?? []).flatMap((name) => parseSeed(name) ?? []);
    for (const seed of numbers.sort(ascending)) {
      if (seeds !== undefined && !isWithin(seed, seeds)) continue;
      const path = `${folder}/seed${seed}`;
      yield { run: { path, storage, experiment, seed }, names: host.files.list(path) ?? [] };
    }
  }
}

/** The names of the storages below a root, sorted; empty if the root is missing. */
export function listStorages(root: string, { files }: Pick<Host, "files">): readonly string[] {
  const names = files.list(root) ?? [];
  return names
    .filter(
      (name) => !name.startsWith(".") && files.size(join(root, name, SEARCH_FILE)) !== undefined,
    )
    .sort();
}

/**
 * The storage called `name` below `root`, absolute.
 * @throws UserError `usage` for a name that is a path, `not-found` if there is no such storage
 */
export function findStorage(root: string, name: string, { files }: Pick<Host, "files">): string {
  if (!isStorageName(name)) {
    throw new UserError(
      "usage",
      `Expected the name of a storage, got ${JSON.stringify(name.slice(0, MAX_SHOWN))}.`,
      'Write the folder\'s name only, without "/", a "." at its start, and control characters; --root_dir says where it lies.',
    );
  }
  const storage = resolve(root, name);
  if (files.list(storage) === undefined) {
    throw new UserError(
      "not-found",
      `There is no storage ${JSON.stringify(name)} in ${root}.`,
      "See `alstatus` for what is there, give another --root_dir, or pass --skip_missing.",
    );
  }
  return storage;
}

/** One folder below the root, and none of our own (`.ids`); readable on a line. */
const isStorageName = (name: string) =>
  name.length <= MAX_NAME && /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(name);
/** No system has longer names. */
const MAX_NAME = 255;
/** Of a wrong name in a message. */
const MAX_SHOWN = 100;

const ascending = (a: number, b: number) => a - b;
