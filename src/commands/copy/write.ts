import { join, relative, resolve } from "node:path";

import { type Config, type ConfigValue, uniqueConfig } from "../../core/config/config.ts";
import { type Changes, withChanges } from "../../core/search/copying/changes.ts";
import { formatParameter } from "../../core/search/copying/parameter.ts";
import { type Distribution, fixed } from "../../core/search/distributions.ts";
import type { NamedOverrides } from "../../core/search/schedule.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { experimentFolder, VARIATIONS_FILE, variationsFigure } from "../../tree/paths.ts";
import { writeExperiment } from "../../tree/publishing.ts";
import { formatVariations, type VariationsFile } from "../../tree/variations-file.ts";
import type { Pace } from "../publishing/pace.ts";
import type { StorageDraft } from "../publishing/publish-storages.ts";
import { newPage } from "../publishing/storage-page.ts";
import type { ValuesDrawer } from "../publishing/variations-figure.ts";
import { variedRows } from "../publishing/varied-rows.ts";
import type { PlannedCopy } from "./plan.ts";
import { readExperimentConfig } from "./read-experiment.ts";

type Row = { readonly experiment: number; readonly values: Config };

/** How a copy's storage is to be written. */
export function draftOf(plan: PlannedCopy, draw: ValuesDrawer, host: Host): StorageDraft {
  const rows: Row[] = [];
  const runs = plan.experiments.reduce((sum, { seeds }) => sum + seeds.length, 0);
  return {
    ...{ runs, name: plan.name, list: plan.list },
    stage: async (folder, pace) => {
      if (!(await stage(folder, plan, rows, pace, host))) return false;
      const variations = variationsAfter(plan, rows);
      host.files.write(join(folder, VARIATIONS_FILE), formatVariations(variations));
      const space = variations.kind === "random" ? variations.space : {};
      const figure = await draw(
        plan.name.desc,
        rows.map(({ values }) => values),
        space,
      );
      if (figure !== undefined) host.files.replace(join(folder, variationsFigure(1)), figure);
      return true;
    },
    factsOf: (name, storage) => factsOf(plan, name, storage, host),
    pageOf: (facts, storage) => pageOf(plan, rows, { facts, storage, runs }),
  };
}

/** @param rows - gets the values of each experiment @returns false if it was stopped */
async function stage(
  folder: string,
  plan: PlannedCopy,
  rows: Row[],
  pace: Pace,
  host: Host,
): Promise<boolean> {
  const { source, copyOf, experiments } = plan;
  const varied = variedNames(plan);
  for (const { experiment, seeds } of experiments) {
    const before = readExperimentConfig(source.storage, experiment, seeds, host);
    const { config } = copyOf(before, `experiment${experiment}`);
    writeExperiment(experimentFolder(folder, experiment), config, varied, seeds, host);
    rows.push({ experiment, values: uniqueConfig(config, varied) });
    if (!(await pace.advance(seeds.length))) return false;
  }
  return true;
}

type Written = { readonly facts: SearchFacts; readonly storage: string; readonly runs: number };

function pageOf(plan: PlannedCopy, rows: readonly Row[], { facts, storage, runs }: Written) {
  const values = rows.map((row) => row.values);
  const content = {
    writer: "alcopy",
    storage,
    project: resolve(storage, facts.project),
    varied: variedRows(variationsAfter(plan, rows), values),
  };
  const { repositories } = facts;
  const command = copyWords(plan);
  return newPage(content, facts, { command, repositories, experiments: rows.length, runs });
}

/** What makes the same copy again. */
function copyWords({ copied, source, name, changes }: PlannedCopy): readonly string[] {
  const { desc } = source.facts.name;
  const isLonger = name.desc.startsWith(`${desc}_`);
  const described =
    name.desc === desc
      ? []
      : isLonger
        ? ["--new_desc", name.desc.slice(desc.length + 1)]
        : ["--new_desc", name.desc, "--append_new_desc", "false"];
  const given = (flag: string, of: Changes["added"]) =>
    of.flatMap((one) => [flag, formatParameter(one)]);
  return [
    ...["alcopy", "--storage_name", copied.search, ...described],
    ...given("--override_param", changes.overridden),
    ...given("--additional_param", changes.added),
  ];
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
  rows: readonly Row[],
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
