import { basename, join } from "node:path";

import type { RetrainedFrom } from "../../core/search/retraining/retrained-from.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns, listStorages } from "../../tree/directory-tree.ts";
import { readSearchFacts } from "../../tree/search-file.ts";

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
  return listStorages(root, host).flatMap((name) => {
    const storage = join(root, name);
    const facts = factsOf(storage, host);
    if (facts?.retrained === undefined) return [];
    const { retrained } = facts;
    const found = new Map<number, number>();
    for (const { seed } of listRuns(storage, host)) found.set(seed, (found.get(seed) ?? 0) + 1);
    const seeds = [...found].filter(([, count]) => count >= retrained.experiments.length);
    return {
      name: basename(storage),
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

/** Undefined for a storage that cannot be read: it is somebody else's matter here. */
function factsOf(storage: string, host: FilesOnly): SearchFacts | undefined {
  try {
    return readSearchFacts(storage, host);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
