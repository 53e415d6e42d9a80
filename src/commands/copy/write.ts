import { join, relative, resolve } from "node:path";

import { type Config, type ConfigValue, uniqueConfig } from "../../core/config/config.ts";
import { withChanges } from "../../core/search/copying/changes.ts";
import { type Distribution, fixed } from "../../core/search/distributions.ts";
import type { NamedOverrides } from "../../core/search/schedule.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { experimentFolder, VARIATIONS_FILE } from "../../tree/paths.ts";
import { writeExperiment } from "../../tree/publishing.ts";
import { formatVariations, type VariationsFile } from "../../tree/variations-file.ts";
import type { Pace } from "../publishing/pace.ts";
import type { StorageDraft } from "../publishing/publish-storages.ts";
import type { PlannedCopy } from "./plan.ts";
import { readExperimentConfig } from "./read-experiment.ts";

/** How a copy's storage is to be written. */
export function draftOf(plan: PlannedCopy, host: Host): StorageDraft {
  return {
    name: plan.name,
    runs: plan.experiments.reduce((sum, { seeds }) => sum + seeds.length, 0),
    list: plan.list,
    stage: (folder, pace) => stage(folder, plan, pace, host),
    factsOf: (name, storage) => factsOf(plan, name, storage, host),
  };
}

async function stage(folder: string, plan: PlannedCopy, pace: Pace, host: Host): Promise<boolean> {
  const { source, copyOf, experiments } = plan;
  const varied = variedNames(plan);
  const rows: { readonly experiment: number; readonly values: Config }[] = [];
  for (const { experiment, seeds } of experiments) {
    const before = readExperimentConfig(source.storage, experiment, seeds, host);
    const { config } = copyOf(before, `experiment${experiment}`);
    writeExperiment(experimentFolder(folder, experiment), config, varied, seeds, host);
    rows.push({ experiment, values: uniqueConfig(config, varied) });
    if (!(await pace.advance(seeds.length))) return false;
  }
  const file = variationsAfter(plan, rows);
  host.files.write(join(folder, VARIATIONS_FILE), formatVariations(file));
  return true;
}

/** What the search varies, and what the copy was given: a copy is told from its search by it. */
function variedNames({ variations, changes: { added, overridden }, having }: PlannedCopy) {
  const before = variations.kind === "grid" ? variations.variations : variations.space;
  const given = [...overridden.filter(({ path }) => having.has(path)), ...added];
  const names = given.map(({ path }) => path).filter((path) => !isNamePart(path));
  return [...new Set([...Object.keys(before), ...names])];
}

/** It stands in the storage's name. */
const isNamePart = (path: string) => path === "algName" || path === "taskName";

/** The search's own, with the given values in the place of what they override. */
function variationsAfter(
  { variations, changes }: PlannedCopy,
  rows: readonly { readonly experiment: number; readonly values: Config }[],
): VariationsFile {
  const given = [...changes.overridden, ...changes.added].filter(({ path }) => !isNamePart(path));
  const values = given.map(({ path, value }) => [path, value] as const);
  if (variations.kind === "grid") {
    const lists = values.map(([path, value]): [string, readonly ConfigValue[]] => [path, [value]]);
    const overrides = variations.overrides?.map((one) => withGiven(one, values));
    return {
      ...variations,
      variations: { ...variations.variations, ...Object.fromEntries(lists) },
      ...(overrides !== undefined && { overrides }),
    };
  }
  const space = values.map(([path, value]): [string, Distribution] => [path, fixed(value)]);
  return {
    ...variations,
    space: { ...variations.space, ...Object.fromEntries(space) },
    experiments: rows,
  };
}

function withGiven(
  override: NamedOverrides,
  values: readonly (readonly [string, ConfigValue])[],
): NamedOverrides {
  const here = values.filter(([path]) => Object.hasOwn(override, path));
  return { ...override, ...Object.fromEntries(here) };
}

function factsOf(
  plan: PlannedCopy,
  name: SearchName,
  storage: string,
  { clock }: Pick<Host, "clock">,
): SearchFacts {
  const { source, changes, repositories, copied, experiments } = plan;
  // What it was retrained from has scores, and a copy has none.
  const entries = Object.entries(source.facts).filter(([key]) => key !== "retrained");
  // Without a key that may be missing it is what it was.
  const facts = Object.fromEntries(entries) as unknown as SearchFacts;
  return {
    ...facts,
    name,
    project: relative(storage, resolve(source.storage, facts.project)),
    repositories,
    seeds: [...new Set([...facts.seeds, ...experiments.flatMap(({ seeds }) => seeds)])],
    defaults: withChanges(facts.defaults, changes, "the search's defaults"),
    createdAt: new Date(clock.now()).toISOString(),
    copied,
  };
}
