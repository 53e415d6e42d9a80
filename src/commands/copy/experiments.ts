import { type Config, valueAt } from "../../core/config/config.ts";
import { canonicalJson, configIdentity } from "../../core/config/identity.ts";
import type { Changes } from "../../core/search/copying/changes.ts";
import type { Copier } from "../../core/search/copying/copier.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listExperiments } from "../../tree/directory-tree.ts";
import { listSeeds } from "../../tree/stored-experiments.ts";
import { readExperimentConfig } from "./read-experiment.ts";

/** A search that is to be copied. */
export type CopySource = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
};

/** An experiment that is to be copied. */
export type CopiedExperiment = { readonly experiment: number; readonly seeds: readonly number[] };

/** Reads every experiment, applies the changes, and sees that no two become the same by them. */
export function checkExperiments(
  source: CopySource,
  changes: Changes,
  copyOf: Copier,
  ofProject: readonly string[],
  host: Host,
) {
  const { storage, facts } = source;
  const volatile = [...new Set([...(facts.volatile ?? []), ...ofProject])];
  const experiments: CopiedExperiment[] = [];
  const having = new Map<string, number>();
  const seen = new Map<string, { readonly experiment: number; readonly before: string }>();
  const followed = new Set<string>();
  let example: Config = {};
  for (const experiment of listExperiments(storage, host)) {
    const seeds = [...listSeeds(storage, experiment, host)].sort((a, b) => a - b);
    if (seeds.length === 0) continue;
    const config = readExperimentConfig(storage, experiment, seeds, host);
    if (experiments.length === 0) example = config;
    experiments.push({ experiment, seeds });
    for (const { path } of changes.overridden) {
      if (valueAt(config, path) !== undefined) having.set(path, (having.get(path) ?? 0) + 1);
    }
    const label = `${facts.name.id}/experiment${experiment}`;
    const copied = copyOf(config, label);
    for (const name of copied.names) followed.add(name);
    const identity = configIdentity(copied.config, volatile);
    const before = configIdentity(config, volatile);
    const same = seen.get(identity);
    if (same === undefined) seen.set(identity, { experiment, before });
    else if (same.before !== before)
      throw equal(source, same.experiment, experiment, changes, host);
  }
  if (experiments.length > 0) return { experiments, having, followed, example };
  throw new UserError(
    "not-found",
    `${storage} has no experiments to copy.`,
    "Name a storage that alprep, alretrain or alcopy made; scripts that launch themselves have none.",
  );
}

/** Two experiments that the changes would make one. */
function equal(
  { storage, facts }: CopySource,
  first: number,
  second: number,
  { overridden }: Changes,
  host: Host,
): UserError {
  const [one, other] = [first, second].map((experiment) =>
    readExperimentConfig(storage, experiment, listSeeds(storage, experiment, host), host),
  );
  const textAt = (config: Config | undefined, path: string) =>
    canonicalJson(valueAt(config ?? {}, path) ?? null);
  const apart = overridden.filter(({ path }) => textAt(one, path) !== textAt(other, path));
  const names = apart.map(
    ({ path }) => `${path} (${textAt(one, path)} and ${textAt(other, path)})`,
  );
  return new UserError(
    "refused",
    `experiment${first} and experiment${second} of ${facts.name.id} would be the same: they differ only in ${names.join(", ")}, which both are to have alike.`,
    "Nothing was written. Leave that --override_param out, or prepare a search that does not vary it.",
  );
}
