import { join } from "node:path";

import { type Config, formatConfig, uniqueConfig } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { variedNames } from "../../core/search/schedule.ts";
import type { Host } from "../../host.ts";
import { CONFIG_FILE, runPath, stagingFolder, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import {
  publishExperiment,
  publishFolder,
  writeExperiment,
  writeRun,
} from "../../tree/publishing.ts";
import { readExperiment } from "../../tree/stored-experiments.ts";
import { openStaging } from "../publishing/open-staging.ts";
import { type Pace, startPace } from "../publishing/pace.ts";
import type { DrawnFigure } from "../publishing/variations-figure.ts";
import { drawAddedVariations, nextFigurePath } from "./draw-variations.ts";
import { candidates, missingSeeds, type PlannedAddition, reportAddition } from "./plan-addition.ts";
import {
  type Progress,
  recordMachineFiles,
  recordSeeds,
  recordVolatile,
  renewVariations,
} from "./renew-files.ts";
import type { StorageReport } from "./storage-report.ts";
import type { PrepareRequest } from "./request.ts";
import { tellPage } from "./request-page.ts";

/** Adds what a storage lacks: experiments first, then seeds; the storage's files follow. */
export async function writeAddition(
  request: PrepareRequest,
  plan: PlannedAddition,
  host: Host,
  signal: AbortSignal,
): Promise<StorageReport> {
  const { storage } = plan;
  const staging = stagingFolder(storage, host.token(16));
  const pace = startPace(reportAddition(request, plan).runs, host, signal);
  try {
    openStaging(staging, host);
    const progress = await addExperiments(request, plan, staging, pace, host);
    const figure = startFigure(request, plan, progress, host);
    const seedRuns = await addSeeds(request, plan, staging, pace, host);
    renewVariations(request, plan, progress, host);
    recordSeeds(request.schedule.seeds, storage, host);
    recordVolatile(plan.volatile, storage, host);
    if (progress.nNew > 0) recordMachineFiles(request.machineFiles, storage, host);
    const drawn = await figure;
    if (drawn !== undefined) host.files.replace(nextFigurePath(storage, host), drawn);
    const runs = progress.nNew * request.schedule.seeds.length + seedRuns;
    const report = { ...reportAddition(request, { ...plan, nNew: progress.nNew }), runs };
    tellPage(request, storage, report, host);
    return report;
  } finally {
    pace.stop();
    host.files.remove(staging);
  }
}

/** Begins to draw while seeds are written; without new experiments there is nothing to draw. */
function startFigure(
  { schedule }: PrepareRequest,
  { stored, facts }: PlannedAddition,
  progress: Progress,
  host: Host,
): DrawnFigure {
  if (progress.nNew === 0) return Promise.resolve(undefined);
  const before = new Set(stored.map(({ experiment }) => experiment));
  const all = { stored: progress.stored, before, title: facts.name.desc };
  return drawAddedVariations(schedule, all, host);
}

async function addExperiments(
  request: PrepareRequest,
  plan: PlannedAddition,
  staging: string,
  pace: Pace,
  host: Host,
): Promise<Progress> {
  const { seeds, ...schedule } = request.schedule;
  const { storage, names, volatile } = plan;
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
      const other = readExperiment(storage, experiment, { names, volatile }, host);
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

function readConfig(path: string, { files }: Pick<Host, "files">): Config {
  return parseConfig(files.read(path) ?? "", path);
}
