import { join, relative } from "node:path";

import { countExperiments, newExperiments } from "../../core/search/experiments.ts";
import { valueListsOf } from "../../core/search/grid/blocks.ts";
import { derivedSeed, samplingOf, sequenceOf } from "../../core/search/sampling.ts";
import {
  designOf,
  type GridSchedule,
  overridesOf,
  type RandomSchedule,
  variedNames,
} from "../../core/search/schedule.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { formatSearchName, type SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { experimentFolder, VARIATIONS_FILE, variationsFigure } from "../../tree/paths.ts";
import { nextIdNumber, userLetters, writeExperiment } from "../../tree/publishing.ts";
import {
  type DrawnExperiment,
  formatVariations,
  type VariationsFile,
} from "../../tree/variations-file.ts";
import { shortVersion } from "../launch/code-version.ts";
import type { Pace } from "../publishing/pace.ts";
import { publishStorages } from "../publishing/publish-storages.ts";
import { labelsOf, soundConfig } from "./check-configurations.ts";
import type { DrawnFigure } from "../publishing/variations-figure.ts";
import { drawNewVariations } from "./draw-variations.ts";
import { listPath } from "./list-file.ts";
import type { StorageReport } from "./storage-report.ts";
import { pageOfSearch } from "./request-page.ts";
import type { PrepareOptions, PrepareRequest } from "./request.ts";

/** A storage for one algorithm and one task, not written yet; its id is a guess. */
export type PlannedStorage = {
  readonly name: SearchName;
  /** Null for a whole grid. */
  readonly samplerSeed: number | null;
};

/** A storage for each algorithm and task. @throws UserError `schedule-invalid` for the names */
export function planStorages(
  request: PrepareRequest,
  options: PrepareOptions,
  host: Host,
): readonly PlannedStorage[] {
  const { schedule, root } = request;
  const letters = userLetters(host.repositories.userName());
  const next = nextIdNumber(root, letters, host);
  const desc = options.desc ?? request.scheduleName;
  const version = shortVersion(request.repositories);
  const seed = samplerSeed(request, options, host);
  const pairs = schedule.algNames.flatMap((algName) =>
    schedule.taskNames.map((taskName) => ({ algName, taskName })),
  );
  return pairs.map(({ algName, taskName }, index) => {
    const id = `${letters}${next + index}`;
    const name = { id, codeVersion: version, algName, taskName, kind: schedule.kind, desc };
    // Refuses what would not read back, before anything is written.
    formatSearchName(name);
    const isApart = seed !== null && options.resample;
    return { name, samplerSeed: isApart ? derivedSeed(seed, algName, taskName) : seed };
  });
}

/** How a planned storage stands in the report, under the name that it got. */
export function reportStorage(
  { schedule }: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
): StorageReport {
  const experiments = countExperiments(schedule);
  const runs = experiments * schedule.seeds.length;
  const counts = { experiments, new: experiments, existing: 0, runs };
  return { name: formatSearchName(name), ...counts, samplerSeed };
}

/** How one stands in the report that an earlier call has made: `name`. */
export function reportRepeated(
  request: PrepareRequest,
  planned: PlannedStorage,
  name: string,
): StorageReport {
  const { experiments, ...rest } = reportStorage(request, planned);
  return { ...rest, name, experiments, new: 0, existing: experiments, runs: 0 };
}

/** Writes all storages, or none when `signal` aborts before they are built. @returns those written */
export async function writeStorages(
  request: PrepareRequest,
  planned: readonly PlannedStorage[],
  host: Host,
  signal: AbortSignal,
): Promise<readonly PlannedStorage[]> {
  const list = listPath(request);
  const figures = startFigures(request, planned, host);
  const drafts = planned.map((storage) => ({
    name: storage.name,
    runs: reportStorage(request, storage).runs,
    list,
    samplerSeed: storage.samplerSeed,
    stage: async (folder: string, pace: Pace) => {
      if (!(await stageStorage(folder, request, storage, pace, host))) return false;
      const figure = await figures.get(storage.samplerSeed);
      if (figure !== undefined) host.files.replace(join(folder, variationsFigure(1)), figure);
      return true;
    },
    pageOf: (facts: SearchFacts) => pageOfSearch(request, facts),
    factsOf: (name: SearchName, path: string) =>
      searchFacts(request, { ...storage, name }, path, host),
  }));
  const published = await publishStorages(request.root, drafts, host, signal);
  return published.map(({ draft, name }) => ({ name, samplerSeed: draft.samplerSeed }));
}

/** Begins to draw while the folders are written; storages with the same draws have the same figure. */
function startFigures(
  { schedule }: PrepareRequest,
  planned: readonly PlannedStorage[],
  host: Pick<Host, "images" | "terminal">,
): ReadonlyMap<number | null, DrawnFigure> {
  const seeds = new Map(planned.map(({ name, samplerSeed }) => [samplerSeed, name.desc]));
  return new Map(
    [...seeds].map(([seed, desc]) => [
      seed,
      drawNewVariations(schedule, seed ?? Number.NaN, desc, host),
    ]),
  );
}

/** @returns false if it was stopped */
async function stageStorage(
  folder: string,
  request: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
  pace: Pace,
  host: Host,
): Promise<boolean> {
  const { schedule } = request;
  const { seeds } = schedule;
  const varied = variedNames(schedule);
  const drawn: DrawnExperiment[] = [];
  let experiment = 0;
  let nDrawn = 0;
  for (const { index, values } of newExperiments(schedule, samplerSeed ?? Number.NaN)) {
    experiment += 1;
    nDrawn = index + 1;
    const config = soundConfig(request, values, labelsOf(name));
    writeExperiment(experimentFolder(folder, experiment), config, varied, seeds, host);
    if (schedule.kind === "random") drawn.push({ experiment, values });
    if (!(await pace.advance(seeds.length))) return false;
  }
  const variations =
    schedule.kind === "grid"
      ? gridVariations(schedule)
      : randomVariations(schedule, samplerSeed ?? Number.NaN, nDrawn, drawn);
  host.files.write(join(folder, VARIATIONS_FILE), formatVariations(variations));
  return true;
}

function gridVariations(schedule: GridSchedule): VariationsFile {
  const overrides = overridesOf(schedule);
  const variations = valueListsOf(schedule);
  const named = overrides.length > 0 && { overrides };
  return { schemaVersion: 1, kind: "grid", variations, ...named };
}

function randomVariations(
  schedule: RandomSchedule,
  samplerSeed: number,
  nDrawn: number,
  experiments: readonly DrawnExperiment[],
): VariationsFile {
  const { kind, space } = schedule;
  const sequence = sequenceOf(samplingOf(schedule, samplerSeed));
  return { schemaVersion: 1, kind, samplerSeed, nDrawn, ...sequence, space, experiments };
}

function searchFacts(
  request: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
  storage: string,
  { clock }: Host,
): SearchFacts {
  const { schedule, search, program, metric, project, repositories } = request;
  const { volatile, overrides, machineFiles } = request;
  const derived = search.derivedNames;
  return {
    schemaVersion: 1,
    name,
    program,
    metric,
    project: relative(storage, project.root),
    repositories,
    samplerSeed,
    ...designOf(schedule),
    seeds: schedule.seeds,
    defaults: schedule.defaults,
    ...(volatile.length > 0 && { volatile }),
    schedule: relative(project.root, request.scheduleFile),
    ...(overrides.length > 0 && { overrides }),
    ...(derived.length > 0 && { derived }),
    ...(machineFiles.length > 0 && { machineFiles }),
    createdAt: new Date(clock.now()).toISOString(),
  };
}

function samplerSeed(
  { schedule }: PrepareRequest,
  options: PrepareOptions,
  host: Host,
): number | null {
  if (schedule.kind === "grid" && schedule.sample === undefined) return null;
  return options.samplerSeed ?? schedule.samplerSeed ?? Number.parseInt(host.token(4), 16);
}
