import { join } from "node:path";

import { type Config, uniqueConfig } from "../core/config/config.ts";
import { configIdentity } from "../core/config/identity.ts";
import { parseConfig } from "../core/config/parse-config.ts";
import type { Host } from "../host.ts";
import { CONFIG_FILE, experimentFolder, parseSeed } from "./paths.ts";

/** An experiment of a storage, as far as additions need to know it. */
export type StoredExperiment = {
  readonly experiment: number;
  readonly identity: string;
  readonly seeds: readonly number[];
  /** The values of the parameters that were asked for, by their dotted names. */
  readonly values: Config;
};

/** What additions ask of experiments. */
export type Wanted = {
  /** The parameters whose values are wanted. */
  readonly names: readonly string[];
  /** What makes no other experiment. */
  readonly volatile: readonly string[];
};

/** The seeds whose run folders an experiment has, in no order. */
export function listSeeds(
  storage: string,
  experiment: number,
  { files }: Pick<Host, "files">,
): readonly number[] {
  const names = files.list(experimentFolder(storage, experiment)) ?? [];
  return names.flatMap((name) => parseSeed(name) ?? []);
}

/**
 * Reads an experiment by the configuration of one of its runs; undefined if it has none.
 * @throws UserError `config-invalid`
 */
export function readExperiment(
  storage: string,
  experiment: number,
  { names, volatile }: Wanted,
  { files }: Pick<Host, "files">,
): StoredExperiment | undefined {
  const folder = experimentFolder(storage, experiment);
  const seeds = listSeeds(storage, experiment, { files });
  for (const seed of seeds) {
    const path = join(folder, `seed${seed}`, CONFIG_FILE);
    const text = files.read(path);
    if (text === undefined) continue;
    const config = parseConfig(text, path);
    const values = uniqueConfig(config, names);
    return { experiment, identity: configIdentity(config, volatile), seeds, values };
  }
  return undefined;
}
