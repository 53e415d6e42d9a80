import { basename, join } from "node:path";

import { type Config, uniqueConfig } from "../../core/config/config.ts";
import { configIdentity } from "../../core/config/identity.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { stateOf } from "../../core/run-state.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { describeUpdate, updatedUnique } from "../../core/search/updated-unique.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import {
  CONFIG_FILE,
  runName,
  type RunPath,
  SEARCH_FILE,
  UNIQUE_CONFIG_FILE,
  VARIATIONS_FILE,
} from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { readVariations, type VariationsFile } from "../../tree/variations-file.ts";
import { type Row, updatedVariations } from "./variations.ts";

type FilesOnly = Pick<Host, "files">;

/** A file that is not up to date. */
export type Update = {
  /** Relative to the storage. */
  readonly path: string;
  /** How it changes, in words. */
  readonly what: string;
};

/** What is not up to date in a storage; nothing is written yet. */
export type PlannedUpdate = {
  /** Absolute. */
  readonly storage: string;
  readonly runs: number;
  readonly facts: SearchFacts;
  /** Whatever makes no other experiment, by the storage and the project. */
  readonly volatile: readonly string[];
  /** Undefined where nothing is varied: logs of scripts. */
  readonly variations: VariationsFile | undefined;
  readonly stale: readonly RunPath[];
  readonly updates: readonly Update[];
  /** Runs that somebody is at work on, and whose file would be updated otherwise. */
  readonly held: readonly string[];
  readonly unreadable: readonly { readonly run: string; readonly problem: string }[];
  /** Experiments that are the same but for the seed and what is volatile. */
  readonly same: readonly (readonly number[])[];
};

/** Looks at every run of a storage. @throws UserError for a storage that is no search */
export function planUpdate(
  storage: string,
  ofProject: readonly string[],
  host: FilesOnly,
): PlannedUpdate {
  const facts = readSearchFacts(storage, host);
  const volatile = [...new Set([...(facts.volatile ?? []), ...ofProject])];
  const variations = findVariations(storage, facts, host);
  const look = lookAtRuns(storage, variedIn(variations), volatile, host);
  const updates = look.stale.map(({ run, what }) => ({
    path: `${runName(run)}/${UNIQUE_CONFIG_FILE}`,
    what,
  }));
  return {
    storage,
    runs: look.runs,
    facts,
    volatile,
    variations,
    stale: look.stale.map(({ run }) => run),
    updates: [...updates, ...storageUpdates(facts, volatile, variations, look)],
    held: look.held,
    unreadable: look.unreadable,
    same: [...look.identities.values()].filter((numbers) => numbers.length > 1),
  };
}

/** The names whose values `config_unique.json` holds. */
export function variedIn(variations: VariationsFile | undefined): readonly string[] {
  if (variations === undefined) return [];
  return Object.keys(variations.kind === "grid" ? variations.variations : variations.space);
}

/** Scripts that launch themselves vary nothing that is known before. */
function findVariations(storage: string, { program }: SearchFacts, host: FilesOnly) {
  const isMissing = host.files.size(join(storage, VARIATIONS_FILE)) === undefined;
  return isMissing && "ownCommand" in program ? undefined : readVariations(storage, host);
}

type Look = {
  readonly runs: number;
  readonly stale: readonly { readonly run: RunPath; readonly what: string }[];
  readonly held: readonly string[];
  readonly unreadable: PlannedUpdate["unreadable"];
  /** Numbers of experiments, by their identities. */
  readonly identities: ReadonlyMap<string, readonly number[]>;
  /** The values of each experiment that vary. */
  readonly rows: readonly Row[];
  readonly seeds: readonly number[];
};

function lookAtRuns(
  storage: string,
  varied: readonly string[],
  volatile: readonly string[],
  host: FilesOnly,
): Look {
  const all = listRuns(storage, host);
  const stale: { readonly run: RunPath; readonly what: string }[] = [];
  const held: string[] = [];
  const unreadable: PlannedUpdate["unreadable"][number][] = [];
  const identities = new Map<string, readonly number[]>();
  const rows = new Map<number, Row>();
  for (const run of all) {
    const config = readRunConfig(run, host);
    if (config instanceof UserError) {
      unreadable.push({ run: runName(run), problem: config.message });
      continue;
    }
    if (!rows.has(run.experiment)) {
      const identity = configIdentity(config, volatile);
      identities.set(identity, [...(identities.get(identity) ?? []), run.experiment]);
      rows.set(run.experiment, {
        experiment: run.experiment,
        values: uniqueConfig(config, varied),
      });
    }
    const what = staleness(run, config, varied, host);
    if (what === undefined) continue;
    if (isHeld(run, host)) held.push(runName(run));
    else stale.push({ run, what });
  }
  const seeds = [...new Set(all.map(({ seed }) => seed))].sort((a, b) => a - b);
  return { runs: all.length, stale, held, unreadable, identities, rows: [...rows.values()], seeds };
}

function storageUpdates(
  facts: SearchFacts,
  volatile: readonly string[],
  variations: VariationsFile | undefined,
  { rows, seeds }: Look,
): readonly Update[] {
  if (variations === undefined) return [];
  const newSeeds = seeds.filter((seed) => !facts.seeds.includes(seed));
  const newVolatile = volatile.filter((name) => facts.volatile?.includes(name) !== true);
  const search = [
    ...(newSeeds.length > 0 ? [`seeds ${newSeeds.join(", ")} are added`] : []),
    ...(newVolatile.length > 0 ? [`${newVolatile.join(", ")} are volatile`] : []),
  ];
  const isStale = updatedVariations(variations, rows) !== undefined;
  return [
    ...(search.length > 0 ? [{ path: SEARCH_FILE, what: search.join("; ") }] : []),
    ...(isStale ? [{ path: VARIATIONS_FILE, what: "gets what its experiments have" }] : []),
  ];
}

/** How a run's `config_unique.json` has to change; undefined if it is up to date. */
function staleness(
  run: RunPath,
  config: Config,
  varied: readonly string[],
  host: FilesOnly,
): string | undefined {
  const before = readUnique(run, host);
  return describeUpdate(before, updatedUnique(config, before, varied));
}

/** Whether somebody is at work there: then nothing is written. */
export function isHeld(run: RunPath, { files }: FilesOnly): boolean {
  const { kind } = stateOf(files.list(run.path) ?? []);
  return kind === "running" || kind === "resetting";
}

/** The configuration of a run, or what is wrong with it. */
export function readRunConfig(run: RunPath, { files }: FilesOnly): Config | UserError {
  const path = join(run.path, CONFIG_FILE);
  const text = files.read(path);
  if (text === undefined) return new UserError("not-found", `There is no ${path}.`, "");
  return parsed(text, `${basename(run.storage)}/${runName(run)}/${CONFIG_FILE}`);
}

/** Undefined if it is missing or cannot be read: then it is made anew. */
export function readUnique(run: RunPath, { files }: FilesOnly): Config | undefined {
  const path = join(run.path, UNIQUE_CONFIG_FILE);
  const text = files.read(path);
  const config = text === undefined ? undefined : parsed(text, path);
  return config instanceof UserError ? undefined : config;
}

function parsed(text: string, path: string): Config | UserError {
  try {
    return parseConfig(text, path);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
