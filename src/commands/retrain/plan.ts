import { basename, join } from "node:path";

import type { Choice } from "../../core/analysis/searches/choice.ts";
import type { Config } from "../../core/config/config.ts";
import { freshSeeds } from "../../core/search/retraining/fresh-seeds.ts";
import type { RetrainedFrom } from "../../core/search/retraining/retrained-from.ts";
import { findTrainTime } from "../../core/search/retraining/train-time.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { formatSearchName, type SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { nextIdNumber, userLetters } from "../../tree/publishing.ts";
import { readCode, shortVersion } from "../launch/code-version.ts";
import { besideList } from "../publishing/beside.ts";
import { type ExistingRetraining, findExisting, listRetrainings } from "./existing.ts";
import { chooseOf, finiteScores, type Judgement, searchOf, type Source } from "./judge.ts";
import type { Mapping } from "./mapping.ts";
import type { RetrainOptions } from "./options.ts";
import { readOldExperiment, seedsOf, varies } from "./source-runs.ts";

/** A retraining, not written yet. */
export type PlannedRetraining = {
  readonly source: Source;
  /** Its id is a guess. */
  readonly name: SearchName;
  readonly retrained: RetrainedFrom;
  /** The configurations in the search, without their seeds; shape `[experiments]`. */
  readonly configs: readonly Config[];
  readonly varied: readonly string[];
  readonly seeds: readonly number[];
  readonly repositories: readonly RepositoryState[];
  /** The list that is to name it, absolute. */
  readonly list: string;
  /** Undefined for what a mapping names. */
  readonly choice: Choice | undefined;
  readonly metric: Metric | null;
  /** What was prepared before and is the same, so that nothing is made but seeds that it lacks. */
  readonly existing: ExistingRetraining | undefined;
};

export type PlanInput = {
  readonly root: string;
  readonly sources: readonly Source[];
  readonly mapping: Mapping | undefined;
  readonly judgement: Judgement | undefined;
};

/** What is to be retrained, and how. @throws UserError; nothing was written then */
export function planRetrainings(
  { root, sources, mapping, judgement }: PlanInput,
  options: RetrainOptions,
  host: Host,
): readonly PlannedRetraining[] {
  const letters = userLetters(host.repositories.userName());
  const known = listRetrainings(root, host);
  const code = readCode(
    sources.map(({ storage }) => storage),
    host,
  );
  let next = nextIdNumber(root, letters, host);
  return sources.map((source, index) => {
    const choice = chosenBy(source, mapping, judgement, options, host);
    const planned = planOne({ source, mapping, judgement, choice }, options, host);
    const existing = findExisting(known, planned.retrained);
    const id = `${letters}${next}`;
    if (existing === undefined) next += 1;
    const repositories = code[index]?.repositories ?? [];
    const name = { ...source.facts.name, id, kind: "retrain", desc: newDesc(source) } as const;
    const versioned = { ...name, codeVersion: shortVersion(repositories) };
    // Refuses what would not read back, before anything is written.
    formatSearchName(versioned);
    return { ...planned, name: versioned, repositories, existing };
  });
}

type Chosen = Pick<PlanInput, "mapping" | "judgement"> & {
  readonly source: Source;
  readonly choice: Choice | undefined;
};

function planOne(
  { source, mapping, judgement, choice }: Chosen,
  options: RetrainOptions,
  host: Host,
): Omit<PlannedRetraining, "name" | "repositories" | "existing"> {
  const { storage, facts } = source;
  const numbers =
    choice?.chosen.map(({ experiment }) => experiment) ??
    mapping?.experiments.get(basename(storage)) ??
    [];
  const old = numbers.map((number) => readOldExperiment(storage, number, mapping?.file, host));
  const usedSeeds = seedsOf(source, host);
  const search = searchOf(judgement, storage);
  const first = `${basename(storage)}/experiment${numbers[0] ?? ""}`;
  const { trainTimeFactor, trainTimeKey, nRetrainSeeds } = options;
  const metric = judgement?.metric ?? facts.metric;
  const retrained: RetrainedFrom = {
    search: basename(storage),
    searchId: facts.name.id,
    searchCreatedAt: facts.createdAt,
    metric,
    chosenBy: choice === undefined ? "mapping" : "score",
    candidates: choice?.candidates ?? search?.experiments.length ?? 0,
    trainTime: findTrainTime(old[0]?.config ?? {}, trainTimeFactor, trainTimeKey, first),
    experiments: numbers.map((from, index) => {
      return { experiment: index + 1, from, scores: finiteScores(search, from) };
    }),
    usedSeeds,
  };
  return {
    source,
    retrained,
    configs: old.map(({ config }) => config),
    varied: [...new Set(old.flatMap(varies))],
    seeds: freshSeeds(usedSeeds, nRetrainSeeds),
    list: listOf(source, options, host),
    choice,
    metric,
  };
}

function chosenBy(
  { storage }: Source,
  mapping: Mapping | undefined,
  judgement: Judgement | undefined,
  options: RetrainOptions,
  host: Host,
): Choice | undefined {
  const search = searchOf(judgement, storage);
  if (mapping !== undefined || search === undefined || judgement === undefined) return undefined;
  return chooseOf(search, judgement.metric, options, host);
}

/** The description's own suffix: it says what was retrained. */
const newDesc = ({ facts: { name } }: Source) => `${name.desc}_retrainBest${name.id}`;

/** `list_retrains_<name>.txt`. */
function listOf(source: Source, { fromFile }: RetrainOptions, host: Host): string {
  const { file, folder, name } = besideList(source, fromFile, host);
  const path = join(folder, `list_retrains_${name}.txt`);
  // Retrainings that are retrained themselves have a list of their own.
  return path === file ? join(folder, `list_retrains_${name}_again.txt`) : path;
}
