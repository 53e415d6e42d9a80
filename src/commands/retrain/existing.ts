import type { RetrainedFrom } from "../../core/search/retraining/retrained-from.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { listKnownSearches } from "../../tree/known-searches.ts";

/** A retraining that was prepared before. */
export type ExistingRetraining = {
  readonly name: string;
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts & { readonly retrained: RetrainedFrom };
  /** That all of its experiments have. */
  readonly seeds: readonly number[];
};

type FilesOnly = Pick<Host, "files">;

/** The retrainings below a root. */
export function listRetrainings(root: string, host: FilesOnly): readonly ExistingRetraining[] {
  return listKnownSearches(root, host).flatMap(({ name, storage, facts }) => {
    if (facts.retrained === undefined) return [];
    const { retrained } = facts;
    const found = new Map<number, number>();
    for (const { seed } of listRuns(storage, host)) found.set(seed, (found.get(seed) ?? 0) + 1);
    const seeds = [...found].filter(([, count]) => count >= retrained.experiments.length);
    return {
      name,
      storage,
      facts: { ...facts, retrained },
      seeds: seeds.map(([seed]) => seed),
    };
  });
}

/** One that retrains the same experiments of the same search for the same time. */
export function findExisting(
  known: readonly ExistingRetraining[],
  wanted: RetrainedFrom,
): ExistingRetraining | undefined {
  return known.find(({ facts: { retrained } }) => identity(retrained) === identity(wanted));
}

function identity({ searchId, searchCreatedAt, experiments, trainTime }: RetrainedFrom): string {
  const numbers = experiments.map(({ from }) => from).sort((a, b) => a - b);
  // By a factor of 1 nothing changes, whatever it is applied to.
  const time =
    trainTime === null || trainTime.factor === 1 ? null : [trainTime.key, trainTime.factor];
  return JSON.stringify([searchId, searchCreatedAt, numbers, time]);
}
