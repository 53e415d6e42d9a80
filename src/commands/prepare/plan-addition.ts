import { basename } from "node:path";

import { type Config, ownValue } from "../../core/config/config.ts";
import { canonicalJson, configIdentity, identified } from "../../core/config/identity.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { drawNew, samplingOf } from "../../core/search/sampling.ts";
import { designOf, variedNames } from "../../core/search/schedule.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { findStorage, listExperiments } from "../../tree/directory-tree.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { readExperiment, type StoredExperiment } from "../../tree/stored-experiments.ts";
import { readVariations, type VariationsFile } from "../../tree/variations-file.ts";
import { labelsOf, soundConfig } from "./check-configurations.ts";
import type { StorageReport } from "./storage-report.ts";
import type { PrepareRequest } from "./request.ts";

/** What a storage has, and what a schedule would add to it; nothing is written yet. */
export type PlannedAddition = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
  readonly variations: VariationsFile;
  /** Whatever varies, before and now. */
  readonly names: readonly string[];
  /** What makes no other experiment: by what the storage, the schedule and the project say. */
  readonly volatile: readonly string[];
  readonly stored: readonly StoredExperiment[];
  /** Every number up to this one is known to be taken; the first addition tries the next. */
  readonly highest: number;
  readonly nNew: number;
  /** Those of the schedule that exist; of a random search all that exist. */
  readonly existing: readonly StoredExperiment[];
};

/** An experiment that may be added. */
export type Candidate = {
  readonly index: number;
  readonly config: Config;
  readonly identity: string;
};

/** @throws UserError `not-found`, `config-invalid`, `refused` if the schedule is another search's */
export function planAddition(
  request: PrepareRequest,
  name: string,
  host: Pick<Host, "files">,
): PlannedAddition {
  const { schedule, root } = request;
  const storage = findStorage(root, name, host);
  const facts = readSearchFacts(storage, host);
  const volatile = [...new Set([...(facts.volatile ?? []), ...request.volatile])];
  checkSameSearch(request, facts, volatile);
  const variations = readVariations(storage, host);
  const before = variations.kind === "grid" ? variations.variations : variations.space;
  const names = [...new Set([...Object.keys(before), ...variedNames(schedule)])];
  const listed = listExperiments(storage, host);
  const stored = listed.flatMap(
    (experiment) => readExperiment(storage, experiment, { names, volatile }, host) ?? [],
  );
  const known = {
    storage,
    facts,
    variations,
    names,
    volatile,
    stored,
    highest: listed.at(-1) ?? 0,
  };
  const plan = { ...known, nNew: 0, existing: [] };
  return { ...plan, ...countCandidates(request, plan) };
}

/** The schedule's experiments that `isNew` lets pass, one at a time; without end if it is random. */
export function* candidates(
  request: PrepareRequest,
  { facts, variations, volatile }: PlannedAddition,
  isNew: (identity: string) => boolean,
): Generator<Candidate> {
  const { schedule } = request;
  const labels = labelsOf(facts.name);
  const toCandidate = (values: Config, index: number) => {
    // What is volatile is as the schedule has it now.
    const config = soundConfig(request, values, labels);
    return { index, config, identity: configIdentity(config, volatile) };
  };
  if (schedule.kind === "grid") {
    for (const { index, values } of newExperiments(schedule, facts.samplerSeed ?? Number.NaN)) {
      const candidate = toCandidate(values, index);
      if (isNew(candidate.identity)) yield candidate;
    }
  } else if (variations.kind === "random") {
    const { samplerSeed, nDrawn, dimensions = [] } = variations;
    const sampling = samplingOf(schedule, samplerSeed, { first: nDrawn, dimensions });
    const isNewDraw = (values: Config) => isNew(toCandidate(values, 0).identity);
    for (const { index, values } of drawNew(sampling, nDrawn, isNewDraw)) {
      yield toCandidate(values, index);
    }
  }
}

/** The seeds of the schedule that an existing experiment lacks. */
export function missingSeeds(
  { schedule }: PrepareRequest,
  { seeds }: StoredExperiment,
): readonly number[] {
  return schedule.seeds.filter((seed) => !seeds.includes(seed));
}

export function reportAddition(request: PrepareRequest, plan: PlannedAddition): StorageReport {
  const { storage, facts, nNew, existing } = plan;
  const seeds = existing.reduce((sum, one) => sum + missingSeeds(request, one).length, 0);
  return {
    name: basename(storage),
    experiments: nNew + existing.length,
    new: nNew,
    existing: existing.length,
    runs: nNew * request.schedule.seeds.length + seeds,
    samplerSeed: facts.samplerSeed,
  };
}

function countCandidates(
  request: PrepareRequest,
  plan: PlannedAddition,
): Pick<PlannedAddition, "nNew" | "existing"> {
  const { schedule } = request;
  const known = new Map(plan.stored.map((one) => [one.identity, one]));
  const seen = new Set<string>();
  const matched: StoredExperiment[] = [];
  const isNew = (identity: string) => {
    const one = known.get(identity);
    if (one !== undefined) matched.push(one);
    return one === undefined && !seen.has(identity);
  };
  for (const { identity } of candidates(request, plan, isNew)) {
    seen.add(identity);
    if (schedule.kind === "random" && seen.size === schedule.nExperiments) break;
  }
  return { nNew: seen.size, existing: schedule.kind === "grid" ? matched : plan.stored };
}

/** What makes runs comparable must be what the storage's runs have. */
function checkSameSearch(
  { schedule, program }: PrepareRequest,
  facts: SearchFacts,
  volatile: readonly string[],
): void {
  const { algName, taskName, kind } = facts.name;
  const differences: string[] = [];
  if (kind !== schedule.kind) differences.push(`it is a ${kind} search`);
  const own = designOf(schedule);
  const design = facts.design ?? schedule.kind;
  if (schedule.kind === "random" && design !== own.design) {
    differences.push(`its design is ${design}`);
  } else if (facts.scramble !== own.scramble) {
    differences.push(`its sequence is ${facts.scramble === true ? "" : "not "}scrambled`);
  }
  if (own.design === "sampleOfGrid" && facts.samplerSeed === null) {
    differences.push("it is a whole grid, which has no seed for a sample");
  }
  if (!schedule.algNames.includes(algName)) differences.push(`its algorithm is ${algName}`);
  if (!schedule.taskNames.includes(taskName)) differences.push(`its task is ${taskName}`);
  if (canonicalJson(program) !== canonicalJson(facts.program)) {
    differences.push(`its program is ${JSON.stringify(facts.program)}`);
  }
  const [now, then] = [schedule, facts].map(({ defaults }) => identified(defaults, volatile));
  for (const name of new Set([now, then].flatMap((one = {}) => Object.keys(one)))) {
    const there = textAt(then, name);
    if (there !== textAt(now, name)) {
      differences.push(`its default of ${name} is ${there}`);
    }
  }
  if (differences.length === 0) return;
  throw new UserError(
    "refused",
    `The schedule does not fit the storage: ${differences.join("; ")}.`,
    "Prepare a new search (without --add_to_folder), or make the schedule say the same.",
  );
}

function textAt(defaults: Config = {}, name: string): string {
  const value = ownValue(defaults, name);
  return value === undefined ? "missing" : canonicalJson(value);
}
