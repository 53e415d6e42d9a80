import { basename, join, relative, resolve } from "node:path";

import { canonicalJson } from "../../core/config/identity.ts";
import {
  type Config,
  type ConfigValue,
  formatConfig,
  ownValue,
  uniqueConfig,
} from "../../core/config/config.ts";
import { type Followed, follower } from "../../core/config/late/following.ts";
import { soundly } from "../../core/search/copying/copier.ts";
import { freshSeeds } from "../../core/search/retraining/fresh-seeds.ts";
import { withTrainTime } from "../../core/search/retraining/train-time.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import {
  experimentFolder,
  runPath,
  stagingFolder,
  VARIATIONS_FILE,
  variationsFigure,
} from "../../tree/paths.ts";
import { publishFolder, writeExperiment, writeRun } from "../../tree/publishing.ts";
import { formatVariations, type VariationsFile } from "../../tree/variations-file.ts";
import { recordSeeds } from "../prepare/renew-files.ts";
import { openStaging } from "../publishing/open-staging.ts";
import type { Pace } from "../publishing/pace.ts";
import type { StorageDraft } from "../publishing/publish-storages.ts";
import { extendPage, newPage, type WrittenRuns } from "../publishing/storage-page.ts";
import type { ValuesDrawer } from "../publishing/variations-figure.ts";
import { variedRows } from "../publishing/varied-rows.ts";
import type { ExistingRetraining } from "./existing.ts";
import { type RetrainOptions, retrainWords } from "./options.ts";
import type { PlannedRetraining } from "./plan.ts";

/** How a retraining's storage is to be written. */
export function draftOf(
  plan: PlannedRetraining,
  options: RetrainOptions,
  draw: ValuesDrawer,
  host: Host,
): StorageDraft {
  const runs = plan.configs.length * plan.seeds.length;
  return {
    ...{ runs, name: plan.name, list: plan.list },
    stage: async (folder, pace) => {
      if (!(await stage(folder, plan, pace, host))) return false;
      host.files.write(join(folder, VARIATIONS_FILE), formatVariations(variationsOf(plan)));
      const figure = await draw(plan.name.desc, rowsOf(plan), {});
      if (figure !== undefined) host.files.replace(join(folder, variationsFigure(1)), figure);
      return true;
    },
    factsOf: (name, storage) => factsOf(plan, name, storage, host),
    pageOf: (facts, storage) => {
      const content = pageContent(plan, facts, storage);
      return newPage(content, facts, writtenRuns(plan, options, runs, host));
    },
  };
}

function pageContent(plan: PlannedRetraining, { project }: SearchFacts, storage: string) {
  const varied = variedRows(variationsOf(plan), rowsOf(plan));
  return { writer: "alretrain", storage, project: resolve(storage, project), varied };
}

function writtenRuns(
  plan: PlannedRetraining,
  options: RetrainOptions,
  runs: number,
  { workingFolder }: Pick<Host, "workingFolder">,
): WrittenRuns {
  const { source, repositories, configs } = plan;
  const project = resolve(source.storage, source.facts.project);
  const fromProject = (path: string) => relative(project, resolve(workingFolder, path));
  const command = retrainWords(basename(source.storage), options, fromProject);
  return { command, repositories, experiments: configs.length, runs };
}

/** The configuration of each retrained experiment, without its seed; late values follow the changes. */
export const retrainedConfigs = (plan: Retrained): readonly Config[] =>
  retrainedExperiments(plan).map(({ config }) => config);

type Retrained = Pick<PlannedRetraining, "configs" | "retrained" | "varied" | "name" | "source">;

/** The same, with the names of the late values that are others than in the search. */
export function retrainedExperiments({
  configs,
  retrained: { trainTime, experiments },
  varied,
  name: { desc },
  source: { facts },
}: Retrained): readonly Followed[] {
  const follow = follower(facts.defaults);
  const given = trainTime === null ? varied : [...varied, trainTime.key];
  return configs.map((before, index) => {
    const label = `${facts.name.id}/experiment${experiments[index]?.from ?? ""}`;
    const longer = { ...withTrainTime(before, trainTime), desc };
    return soundly(follow(before, longer, given), label);
  });
}

/** The seeds that an existing retraining lacks to have `count`. */
export function missingSeeds(
  { facts, seeds }: ExistingRetraining,
  count: number,
): readonly number[] {
  const used = [...facts.retrained.usedSeeds, ...facts.seeds, ...seeds];
  return freshSeeds(used, Math.max(0, count - seeds.length));
}

/** Gives the experiments of an existing retraining more seeds. */
export async function addSeeds(
  plan: PlannedRetraining,
  { storage, facts }: ExistingRetraining,
  { seeds, options }: { readonly seeds: readonly number[]; readonly options: RetrainOptions },
  host: Host,
  pace: Pace,
): Promise<void> {
  if (seeds.length === 0) return;
  const staging = stagingFolder(storage, host.token(16));
  // There they may stand in another order.
  const numberOf = new Map(facts.retrained.experiments.map((one) => [one.from, one.experiment]));
  const configs = retrainedConfigs(plan);
  let runs = 0;
  try {
    openStaging(staging, host);
    for (const [index, config] of configs.entries()) {
      const experiment = numberOf.get(plan.retrained.experiments[index]?.from ?? Number.NaN);
      if (experiment === undefined) continue;
      const unique = formatConfig(uniqueConfig(config, plan.varied));
      for (const seed of seeds) {
        const staged = join(staging, "seed");
        const { path } = runPath(storage, experiment, seed);
        writeRun(staged, formatConfig({ ...config, seed }), unique, host);
        // Somebody else may have added the same one in the meantime.
        if (publishFolder(staged, path, host)) runs += 1;
        else host.files.remove(staged);
        if (!(await pace.advance(1))) return;
      }
    }
  } finally {
    recordSeeds(seeds, storage, host);
    const written = { ...writtenRuns(plan, options, runs, host), experiments: 0 };
    extendPage(pageContent(plan, facts, storage), written, host);
    host.files.remove(staging);
  }
}

async function stage(
  folder: string,
  plan: PlannedRetraining,
  pace: Pace,
  host: Host,
): Promise<boolean> {
  const configs = retrainedConfigs(plan);
  for (const [index, config] of configs.entries()) {
    const target = experimentFolder(folder, index + 1);
    writeExperiment(target, config, plan.varied, plan.seeds, host);
    if (!(await pace.advance(plan.seeds.length))) return false;
  }
  return true;
}

/** The values of each experiment that vary. */
const rowsOf = (plan: PlannedRetraining): readonly Config[] =>
  retrainedConfigs(plan).map((config) => uniqueConfig(config, plan.varied));

function variationsOf(plan: PlannedRetraining): VariationsFile {
  const rows = rowsOf(plan);
  const variations = Object.fromEntries(plan.varied.map((name) => [name, valuesOf(rows, name)]));
  return { schemaVersion: 1, kind: "grid", variations };
}

/** The different values under a name, in their order. */
export function valuesOf(rows: readonly Config[], name: string): readonly ConfigValue[] {
  const values = rows.flatMap((row) => {
    const value = ownValue(row, name);
    return value === undefined ? [] : [value];
  });
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}

function factsOf(
  plan: PlannedRetraining,
  name: SearchName,
  storage: string,
  { clock }: Pick<Host, "clock">,
): SearchFacts {
  const { source, repositories, seeds, retrained, metric } = plan;
  const { program, project, defaults, schedule, derived, machineFiles } = source.facts;
  return {
    schemaVersion: 1,
    name,
    program,
    metric,
    project: relative(storage, resolve(source.storage, project)),
    repositories,
    samplerSeed: null,
    seeds,
    defaults: withTrainTime(defaults, retrained.trainTime),
    schedule,
    ...(derived && { derived }),
    ...(machineFiles && { machineFiles }),
    createdAt: new Date(clock.now()).toISOString(),
    retrained,
  };
}
