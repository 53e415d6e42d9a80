import { join } from "node:path";

import {
  type Config,
  type ConfigValue,
  formatConfig,
  ownValue,
  uniqueConfig,
} from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { variedNames } from "../../core/search/schedule.ts";
import type { Host } from "../../host.ts";
import { listExperiments } from "../../tree/directory-tree.ts";
import {
  CONFIG_FILE,
  runPath,
  stagingFolder,
  UNIQUE_CONFIG_FILE,
  VARIATIONS_FILE,
} from "../../tree/paths.ts";
import {
  publishExperiment,
  publishFolder,
  writeExperiment,
  writeRun,
} from "../../tree/publishing.ts";
import { readSearchFacts, writeSearchFacts } from "../../tree/search-file.ts";
import { readExperiment, type StoredExperiment } from "../../tree/stored-experiments.ts";
import {
  formatVariations,
  readVariations,
  type VariationsFile,
} from "../../tree/variations-file.ts";
import { openStaging } from "./open-staging.ts";
import { type Pace, startPace } from "./pace.ts";
import { candidates, missingSeeds, type PlannedAddition, reportAddition } from "./plan-addition.ts";
import type { StorageReport } from "./report.ts";
import type { PrepareRequest } from "./request.ts";

/** What an addition has found or made so far. */
type Progress = {
  readonly stored: readonly StoredExperiment[];
  readonly nNew: number;
  /** Draws of the sampler's sequence that are used up. */
  readonly nDrawn: number;
};

/** Adds what a storage lacks: experiments first, then seeds; the storage's files follow. */
export async function writeAddition(
  request: PrepareRequest,
  plan: PlannedAddition,
  host: Host,
  signal: AbortSignal,
): Promise<StorageReport> {
  const { storage, facts } = plan;
  const staging = stagingFolder(storage, host.token(16));
  const pace = startPace(reportAddition(request, plan).runs, host, signal);
  try {
    openStaging(staging, host);
    const progress = await addExperiments(request, plan, staging, pace, host);
    const seedRuns = await addSeeds(request, plan, staging, pace, host);
    renewVariations(request, plan, progress, host);
    const { seeds } = readSearchFacts(storage, host);
    const union = [...new Set([...seeds, ...request.schedule.seeds])];
    if (union.length > seeds.length) writeSearchFacts(storage, { ...facts, seeds: union }, host);
    const runs = progress.nNew * request.schedule.seeds.length + seedRuns;
    return { ...reportAddition(request, { ...plan, nNew: progress.nNew }), runs };
  } finally {
    pace.stop();
    host.files.remove(staging);
  }
}

async function addExperiments(
  request: PrepareRequest,
  plan: PlannedAddition,
  staging: string,
  pace: Pace,
  host: Host,
): Promise<Progress> {
  const { seeds, ...schedule } = request.schedule;
  const { storage, names } = plan;
  const varied = variedNames(request.schedule);
  const stored = new Map(plan.stored.map((one) => [one.identity, one]));
  const staged = join(staging, "experiment");
  // Not from a new listing: whatever others have added since must be looked at, too.
  let next = 1 + plan.highest;
  let nNew = 0;
  let nDrawn = 0;
  for (const { index, config, identity } of candidates(request, plan, (one) => !stored.has(one))) {
    writeExperiment(staged, config, varied, seeds, host);
    const isSame = (experiment: number) => {
      const other = readExperiment(storage, experiment, names, host);
      if (other !== undefined) stored.set(other.identity, other);
      return other?.identity === identity;
    };
    const { experiment, isNew } = publishExperiment(staged, storage, next, isSame, host);
    next = experiment + 1;
    nDrawn = index + 1;
    if (isNew) {
      nNew += 1;
      stored.set(identity, { experiment, identity, seeds, values: uniqueConfig(config, names) });
    } else {
      host.files.remove(staged);
    }
    if (!(await pace.advance(seeds.length))) break;
    if (schedule.kind === "random" && nNew === schedule.nExperiments) break;
  }
  return { stored: [...stored.values()], nNew, nDrawn };
}

/** Gives existing experiments the schedule's seeds that they lack. @returns the runs written */
async function addSeeds(
  request: PrepareRequest,
  { storage, existing, names }: PlannedAddition,
  staging: string,
  pace: Pace,
  host: Host,
): Promise<number> {
  const staged = join(staging, "seed");
  let written = 0;
  for (const one of existing) {
    const [seedThere] = one.seeds;
    const missing = missingSeeds(request, one);
    if (seedThere === undefined || missing.length === 0) continue;
    const { path } = runPath(storage, one.experiment, seedThere);
    const config = readConfig(join(path, CONFIG_FILE), host);
    const unique =
      host.files.read(join(path, UNIQUE_CONFIG_FILE)) ?? formatConfig(uniqueConfig(config, names));
    for (const seed of missing) {
      writeRun(staged, formatConfig({ ...config, seed }), unique, host);
      const target = runPath(storage, one.experiment, seed).path;
      if (publishFolder(staged, target, host)) written += 1;
      // Somebody else has added the same seed in the meantime.
      else host.files.remove(staged);
    }
    if (!(await pace.advance(missing.length))) break;
  }
  return written;
}

/**
 * Makes `variations.json` again from the experiments. Others may add at the same time: whoever
 * writes looks again afterwards, so that the last one to write has seen everybody's.
 */
function renewVariations(
  { schedule }: PrepareRequest,
  { storage, names }: PlannedAddition,
  { stored, nDrawn }: Progress,
  host: Host,
): void {
  const known = new Map(stored.map((one) => [one.experiment, one]));
  for (;;) {
    const listed = listExperiments(storage, host);
    for (const experiment of listed.filter((one) => !known.has(one))) {
      const one = readExperiment(storage, experiment, names, host);
      if (one !== undefined) known.set(experiment, one);
    }
    const rows = [...known.values()].sort((a, b) => a.experiment - b.experiment);
    const before = readVariations(storage, host);
    const after: VariationsFile =
      before.kind === "random" && schedule.kind === "random"
        ? {
            ...before,
            nDrawn: Math.max(before.nDrawn, nDrawn),
            space: { ...before.space, ...schedule.space },
            experiments: rows.map(({ experiment, values }) => ({ experiment, values })),
          }
        : { schemaVersion: 1, kind: "grid", variations: valuesOf(rows, names) };
    host.files.replace(join(storage, VARIATIONS_FILE), formatVariations(after));
    if (listExperiments(storage, host).length === listed.length) return;
  }
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

function readConfig(path: string, { files }: Pick<Host, "files">): Config {
  return parseConfig(files.read(path) ?? "", path);
}
