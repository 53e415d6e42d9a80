import { basename } from "node:path";

import { suggestion } from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { chooseStorages } from "../storage-selection.ts";
import type { Source } from "./judge.ts";
import { type Mapping, readMapping } from "./mapping.ts";
import type { RetrainOptions } from "./options.ts";

export type Sources = {
  /** Absolute. */
  readonly root: string;
  readonly sources: readonly Source[];
  readonly mapping: Mapping | undefined;
};

/**
 * The searches that are to be retrained: those of the flags, else those of the mapping.
 * @throws UserError `usage`, `not-found`, `config-invalid`
 */
export async function findSources(options: RetrainOptions, host: Host): Promise<Sources> {
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping, host);
  const isNamed = options.fromFile !== undefined || options.storageNames.length > 0;
  const choice =
    mapping === undefined || isNamed
      ? options
      : { ...options, storageNames: [...mapping.experiments.keys()] };
  const { root, storages } = await chooseStorages(choice, host);
  if (mapping !== undefined)
    checkMapping(
      mapping,
      storages.map((one) => basename(one)),
      options,
    );
  const sources = storages.map((storage) => ({ storage, facts: readSearchFacts(storage, host) }));
  return { root, sources, mapping };
}

/** Both must name the same searches: one that only one of them has is misspelt in the other. */
function checkMapping(
  { file, experiments }: Mapping,
  storages: readonly string[],
  { skipMissing }: RetrainOptions,
): void {
  const mapped = [...experiments.keys()];
  const unmapped = storages.find((name) => !experiments.has(name));
  if (unmapped !== undefined) {
    throw new UserError(
      "config-invalid",
      `${file} does not say which experiment of ${unmapped} is to be retrained.${suggestion(
        unmapped,
        mapped.filter((name) => !storages.includes(name)),
      )}`,
      "Nothing was written. Add it to the mapping, or take it from the list.",
    );
  }
  const unlisted = mapped.find((name) => !storages.includes(name));
  if (unlisted === undefined || skipMissing) return;
  throw new UserError(
    "config-invalid",
    `${file} names ${JSON.stringify(unlisted)}, which is not among the searches that are to be retrained.${suggestion(unlisted, storages)}`,
    "Nothing was written. Correct the name, or pass --skip_missing.",
  );
}
