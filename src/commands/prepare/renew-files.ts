import { join } from "node:path";

import { type ConfigValue, ownValue } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { samplingOf, sequenceOf } from "../../core/search/sampling.ts";
import { overridesOf, type Schedule } from "../../core/search/schedule.ts";
import type { Host } from "../../host.ts";
import { listExperiments } from "../../tree/directory-tree.ts";
import { VARIATIONS_FILE } from "../../tree/paths.ts";
import { readSearchFacts, writeSearchFacts } from "../../tree/search-file.ts";
import { listSeeds, readExperiment, type StoredExperiment } from "../../tree/stored-experiments.ts";
import {
  formatVariations,
  readVariations,
  type VariationsFile,
} from "../../tree/variations-file.ts";
import type { PlannedAddition } from "./plan-addition.ts";
import type { PrepareRequest } from "./request.ts";

/** What an addition has found or made so far. */
export type Progress = {
  readonly stored: readonly StoredExperiment[];
  readonly nNew: number;
  /** Draws of the sampler's sequence that are used up. */
  readonly nDrawn: number;
};

/**
 * Makes `variations.json` again from the experiments. Others may add at the same time: whoever
 * writes looks again afterwards, so that the last one to write has seen everybody's.
 */
export function renewVariations(
  { schedule }: PrepareRequest,
  { storage, names, volatile }: PlannedAddition,
  { stored, nDrawn }: Progress,
  host: Host,
): void {
  const known = new Map(stored.map((one) => [one.experiment, one]));
  for (;;) {
    const listed = listExperiments(storage, host);
    for (const experiment of listed.filter((one) => !known.has(one))) {
      const one = readExperiment(storage, experiment, { names, volatile }, host);
      if (one !== undefined) known.set(experiment, one);
    }
    const rows = [...known.values()].sort((a, b) => a.experiment - b.experiment);
    const before = readVariations(storage, host);
    const after = variationsAfter(before, schedule, rows, { names, nDrawn });
    host.files.replace(join(storage, VARIATIONS_FILE), formatVariations(after));
    if (listExperiments(storage, host).length === listed.length) return;
  }
}

/**
 * Puts new seeds into `search.json`. Others may do so at the same time, and one would overwrite the
 * other's: so the seeds of all run folders are put in, and whoever has written looks again. Folders
 * are there before their seeds are written, so the last one to write has seen everybody's.
 */
export function recordSeeds(
  added: readonly number[],
  storage: string,
  host: Pick<Host, "files">,
): void {
  const before = readSearchFacts(storage, host);
  if (added.every((seed) => before.seeds.includes(seed))) return;
  for (;;) {
    const found = listExperiments(storage, host)
      .flatMap((experiment) => listSeeds(storage, experiment, host))
      .sort((a, b) => a - b);
    const facts = readSearchFacts(storage, host);
    const seeds = [...new Set([...facts.seeds, ...added, ...found])];
    if (seeds.length === facts.seeds.length) return;
    writeSearchFacts(storage, { ...facts, seeds }, host);
  }
}

/** Puts what has become volatile into `search.json`. One that somebody else overwrites is put in by the next. */
export function recordVolatile(
  volatile: readonly string[],
  storage: string,
  host: Pick<Host, "files">,
): void {
  recordTexts("volatile", volatile, storage, host);
}

/** Puts the file of the machine from which experiments were added into `search.json`, in the same way. */
export function recordMachineFiles(
  paths: readonly string[],
  storage: string,
  host: Pick<Host, "files">,
): void {
  recordTexts("machineFiles", paths, storage, host);
}

function recordTexts(
  key: "volatile" | "machineFiles",
  texts: readonly string[],
  storage: string,
  host: Pick<Host, "files">,
): void {
  const facts = readSearchFacts(storage, host);
  const before = facts[key] ?? [];
  const all = [...new Set([...before, ...texts])];
  if (all.length > before.length) writeSearchFacts(storage, { ...facts, [key]: all }, host);
}

function variationsAfter(
  before: VariationsFile,
  schedule: Schedule,
  rows: readonly StoredExperiment[],
  { names, nDrawn }: { readonly names: readonly string[]; readonly nDrawn: number },
): VariationsFile {
  if (before.kind === "random" && schedule.kind === "random") {
    const { samplerSeed, dimensions = [] } = before;
    const sampling = samplingOf(schedule, samplerSeed, { first: before.nDrawn, dimensions });
    return {
      ...before,
      nDrawn: Math.max(before.nDrawn, nDrawn),
      ...sequenceOf(sampling),
      space: { ...before.space, ...schedule.space },
      experiments: rows.map(({ experiment, values }) => ({ experiment, values })),
    };
  }
  const known = before.kind === "grid" ? (before.overrides ?? []) : [];
  const added = schedule.kind === "grid" ? overridesOf(schedule) : [];
  const byName = new Map([...known, ...added].map((one) => [one.name, one]));
  return {
    schemaVersion: 1,
    kind: "grid",
    variations: valuesOf(rows, names),
    ...(byName.size > 0 && { overrides: [...byName.values()] }),
  };
}

/** The values that each parameter takes, in the order of their first experiments. */
function valuesOf(
  rows: readonly StoredExperiment[],
  names: readonly string[],
): Readonly<Record<string, readonly ConfigValue[]>> {
  const entries = names.map((name) => {
    const values = new Map<string, ConfigValue>();
    for (const { values: row } of rows) {
      const value = ownValue(row, name);
      if (value === undefined) continue;
      const text = canonicalJson(value);
      if (!values.has(text)) values.set(text, value);
    }
    return [name, [...values.values()]] as const;
  });
  return Object.fromEntries(entries);
}
