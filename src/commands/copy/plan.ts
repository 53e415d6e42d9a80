import { basename, join } from "node:path";

import type { Config } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import {
  type Changes,
  nearlyKnown,
  unknownParameter,
  withChanges,
} from "../../core/search/copying/changes.ts";
import { type Copier, copier } from "../../core/search/copying/copier.ts";
import type { CopiedFrom } from "../../core/search/copying/copied-from.ts";
import type { GivenParameter } from "../../core/search/copying/parameter.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { formatSearchName, type SearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { type KnownSearch, listKnownSearches } from "../../tree/known-searches.ts";
import { runName } from "../../tree/paths.ts";
import { nextIdNumber, userLetters } from "../../tree/publishing.ts";
import { readVariations, type VariationsFile } from "../../tree/variations-file.ts";
import { codeNotes, readCode, shortVersion } from "../launch/code-version.ts";
import { besideList } from "../publishing/beside.ts";
import { axesOf, lateNotes } from "./late-notes.ts";
import { checkExperiments, type CopiedExperiment, type CopySource } from "./experiments.ts";

export type CopyPlanOptions = Changes & {
  readonly fromFile: string | undefined;
  readonly newDesc: string | undefined;
  readonly appendNewDesc: boolean;
  /** What makes no other experiment, by the project. */
  readonly volatile: readonly string[];
};

/** A copy, not written yet. */
export type PlannedCopy = {
  readonly source: CopySource;
  /** Its id is a guess. */
  readonly name: SearchName;
  readonly changes: Changes;
  readonly copyOf: Copier;
  readonly copied: CopiedFrom;
  readonly variations: VariationsFile;
  readonly experiments: readonly CopiedExperiment[];
  /** How many experiments have each overridden parameter, by its name. */
  readonly having: ReadonlyMap<string, number>;
  readonly repositories: readonly RepositoryState[];
  /** The list that is to name it, absolute. */
  readonly list: string;
  /** The name of a storage that is this copy already. */
  readonly existing: string | undefined;
  /** What a person should know before launching. */
  readonly notes: readonly string[];
};

/** What is to be copied, and how. @throws UserError; nothing was written then */
export function planCopies(
  root: string,
  sources: readonly CopySource[],
  options: CopyPlanOptions,
  host: Host,
): readonly PlannedCopy[] {
  const letters = userLetters(host.repositories.userName());
  const known = listKnownSearches(root, host);
  const storages = sources.map(({ storage }) => storage);
  const code = readCode(storages, host);
  let next = nextIdNumber(root, letters, host);
  return sources.map((source, index) => {
    const repositories = code[index]?.repositories ?? [];
    const own = { id: `${letters}${next}`, codeVersion: shortVersion(repositories) };
    const name = { ...source.facts.name, ...own, ...newNames(source, options) };
    // Refuses what would not read back, before anything is written.
    formatSearchName(name);
    const planned = planOne(source, options, host);
    const copied = copiedFrom(source, options);
    const existing = known.find((one) =>
      isSameCopy(one, { source, name, copied, repositories }, host),
    );
    if (existing === undefined) next += 1;
    return {
      ...planned,
      name,
      copied,
      repositories,
      existing: existing?.name,
      notes: [...planned.notes, ...codeNotes(source.facts.repositories, repositories)],
    };
  });
}

function newNames(
  { facts: { name } }: CopySource,
  { newDesc, appendNewDesc, overridden }: CopyPlanOptions,
): Partial<SearchName> & Pick<SearchName, "desc"> {
  const named = overridden.filter(({ path }) => path === "algName" || path === "taskName");
  const desc =
    newDesc === undefined ? name.desc : appendNewDesc ? `${name.desc}_${newDesc}` : newDesc;
  return { ...Object.fromEntries(named.map(({ path, value }) => [path, value])), desc };
}

function planOne(source: CopySource, options: CopyPlanOptions, host: Host) {
  const { storage, facts } = source;
  const { added, overridden } = options;
  const changes = { added, overridden };
  const variations = readVariations(storage, host);
  // Refuses what the defaults cannot have; they are what additions to the copy go by.
  withChanges(facts.defaults, changes, facts.name.id);
  const { desc } = newNames(source, options);
  const axes = axesOf(variations);
  const copyOf = copier(facts.defaults, changes, [...axes.keys()], desc);
  const { experiments, having, followed, example } = checkExperiments(
    source,
    changes,
    copyOf,
    options.volatile,
    host,
  );
  const missing = overridden.find(({ path }) => !having.has(path));
  if (missing !== undefined) throw unknownParameter(missing.path, facts.name.id, example);
  const list = listOf(source, options, host);
  const notes = [
    ...changeNotes(changes, having, experiments.length, example),
    ...lateNotes(facts, changes, axes, [...followed]),
  ];
  return { source, changes, copyOf, variations, experiments, having, list, notes };
}

function copiedFrom({ storage, facts }: CopySource, { added, overridden }: Changes): CopiedFrom {
  const valuesOf = (given: readonly GivenParameter[]) =>
    Object.fromEntries(given.map(({ path, value }) => [path, value]));
  return {
    search: basename(storage),
    searchId: facts.name.id,
    searchCreatedAt: facts.createdAt,
    added: valuesOf(added),
    overridden: valuesOf(overridden),
  };
}

/** The same copy of the same search, by the same code, with the same runs. */
function isSameCopy(
  { name, storage, facts }: KnownSearch,
  wanted: Pick<PlannedCopy, "source" | "name" | "copied" | "repositories">,
  host: Host,
): boolean {
  if (facts.copied === undefined || canonicalJson(facts.copied) !== canonicalJson(wanted.copied))
    return false;
  return (
    name === formatSearchName({ ...wanted.name, id: facts.name.id }) &&
    codeNotes(facts.repositories, wanted.repositories).length === 0 &&
    runsOf(storage, host) === runsOf(wanted.source.storage, host)
  );
}

const runsOf = (storage: string, host: Host) => listRuns(storage, host).map(runName).join();

/** `list_searches_<name>_<new_desc>.txt`, or `list_retrains_…` for copies of retrainings. */
function listOf(source: CopySource, { fromFile, newDesc }: CopyPlanOptions, host: Host): string {
  const { folder, name } = besideList(source, fromFile, host);
  const kind = source.facts.name.kind === "retrain" ? "retrains" : "searches";
  return join(folder, `list_${kind}_${name}_${newDesc ?? "copy"}.txt`);
}

function changeNotes(
  { added, overridden }: Changes,
  having: ReadonlyMap<string, number>,
  count: number,
  example: Config,
): readonly string[] {
  return [
    ...overridden.flatMap(({ path }) => {
      const lacking = count - (having.get(path) ?? 0);
      return lacking === 0
        ? []
        : [`${lacking} of ${count} experiments have no ${path}, and get none.`];
    }),
    ...added.flatMap(({ path }) => {
      const near = nearlyKnown(path, example);
      return near === undefined ? [] : [`${path} is new, and nearly ${near}, which is there.`];
    }),
  ];
}
