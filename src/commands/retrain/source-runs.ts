import { basename, join } from "node:path";

import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { nearest } from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listExperiments, listRuns } from "../../tree/directory-tree.ts";
import { CONFIG_FILE, experimentFolder, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { listSeeds } from "../../tree/stored-experiments.ts";
import type { Source } from "./judge.ts";

/** An experiment as it was in its search. */
export type OldExperiment = {
  /** Without the seed. */
  readonly config: Config;
  readonly unique: Config;
};

type FilesOnly = Pick<Host, "files">;

/**
 * Reads the configuration of one experiment.
 * @param mapping - the file that names it, if a person chose it
 * @throws UserError `not-found` if the search has no such experiment
 */
export function readOldExperiment(
  storage: string,
  experiment: number,
  mapping: string | undefined,
  { files }: FilesOnly,
): OldExperiment {
  const [seed] = [...listSeeds(storage, experiment, { files })].sort((a, b) => a - b);
  if (seed === undefined) throw noExperiment(storage, experiment, mapping, { files });
  const folder = join(experimentFolder(storage, experiment), `seed${seed}`);
  const read = (name: string) => {
    const path = join(folder, name);
    const text = files.read(path);
    return text === undefined ? undefined : parseConfig(text, path);
  };
  const entries = Object.entries(read(CONFIG_FILE) ?? {}).filter(([name]) => name !== "seed");
  return { config: Object.fromEntries(entries), unique: read(UNIQUE_CONFIG_FILE) ?? {} };
}

/** The names that an experiment's search varies. */
export const varies = ({ unique }: OldExperiment) => Object.keys(unique);

/** Whatever seeds a search has used, and those before it. */
export function seedsOf({ storage, facts }: Source, host: FilesOnly): readonly number[] {
  const found = listRuns(storage, host).map(({ seed }) => seed);
  const before = facts.retrained?.usedSeeds ?? [];
  return [...new Set([...before, ...facts.seeds, ...found])].sort((a, b) => a - b);
}

function noExperiment(
  storage: string,
  experiment: number,
  mapping: string | undefined,
  host: FilesOnly,
): UserError {
  const name = basename(storage);
  const there = listExperiments(storage, host);
  const near = nearest(String(experiment), there.map(String));
  const meant = near === undefined ? "" : ` Did you mean ${near}?`;
  const range = `${there.length} experiments, from ${there[0] ?? "none"} to ${there.at(-1) ?? "none"}`;
  const source = mapping === undefined ? "" : `${mapping}: `;
  return new UserError(
    "not-found",
    `${source}${name} has no experiment${experiment}: it has ${range}.${meant}`,
    "Nothing was written. `albench` ranks the experiments.",
  );
}
