import { canonicalJson, configIdentity, identified } from "../../core/config/identity.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { designOf } from "../../core/search/schedule.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { formatSearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { listExperiments } from "../../tree/directory-tree.ts";
import { type KnownSearch, listKnownSearches } from "../../tree/known-searches.ts";
import { readExperiment } from "../../tree/stored-experiments.ts";
import { labelsOf, soundConfig } from "./check-configurations.ts";
import type { PlannedStorage } from "./new-storages.ts";
import type { PrepareRequest } from "./request.ts";

type FilesOnly = Pick<Host, "files">;

/**
 * The storages that an earlier call of the same command has made, and that hold exactly what is
 * planned: they are not made again.
 * @returns their names, by the planned ones
 */
export function findRepeated(
  request: PrepareRequest,
  planned: readonly PlannedStorage[],
  host: FilesOnly,
): ReadonlyMap<PlannedStorage, string> {
  const known = listKnownSearches(request.root, host);
  return new Map(
    planned.flatMap((one) => {
      const same = known.find(
        (other) => isSameCall(request, one, other) && holdsAll(request, one, other, host),
      );
      return same === undefined ? [] : [[one, same.name] as const];
    }),
  );
}

/** All but the number, and what was drawn: with other code, or another description, it is another search. */
function isSameCall(
  { schedule, program, repositories, metric, volatile }: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
  { name: folder, facts }: KnownSearch,
): boolean {
  const all = [...volatile, ...(facts.volatile ?? [])];
  const described = (one: Pick<SearchFacts, "program" | "metric" | "repositories" | "defaults">) =>
    canonicalJson([
      one.program,
      one.metric,
      one.repositories.map(({ path, commit, diffHash }) => [path, commit, diffHash]),
      identified(one.defaults, all),
    ]);
  return (
    folder === formatSearchName({ ...name, id: facts.name.id }) &&
    facts.samplerSeed === samplerSeed &&
    facts.copied === undefined &&
    canonicalJson(designOf(schedule)) === canonicalJson(designIn(facts)) &&
    described({ program, metric, repositories, defaults: schedule.defaults }) === described(facts)
  );
}

function designIn({ design, scramble }: SearchFacts): ReturnType<typeof designOf> {
  return { ...(design && { design }), ...(scramble !== undefined && { scramble }) };
}

/** Whether a storage has the planned experiments and no others, each with all seeds. */
function holdsAll(
  request: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
  { storage, facts }: KnownSearch,
  host: FilesOnly,
): boolean {
  const { schedule } = request;
  const all = [...request.volatile, ...(facts.volatile ?? [])];
  const stored = new Map<string, ReadonlySet<number>>();
  for (const experiment of listExperiments(storage, host)) {
    const one = readExperiment(storage, experiment, { names: [], volatile: all }, host);
    if (one === undefined) return false;
    stored.set(one.identity, new Set(one.seeds));
  }
  const { seeds } = schedule;
  const labels = labelsOf(name);
  let count = 0;
  for (const { values } of newExperiments(schedule, samplerSeed ?? Number.NaN)) {
    count += 1;
    const identity = configIdentity(soundConfig(request, values, labels), all);
    const there = stored.get(identity);
    if (there === undefined || !seeds.every((seed) => there.has(seed))) return false;
  }
  return count === stored.size;
}
