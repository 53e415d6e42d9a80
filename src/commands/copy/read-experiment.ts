import { join } from "node:path";

import { type Config, withoutPath } from "../../core/config/config.ts";
import { configIdentity } from "../../core/config/identity.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { CONFIG_FILE, runPath } from "../../tree/paths.ts";

/**
 * The configuration that all runs of an experiment have, without the seed.
 * @throws UserError `not-found` or `config-invalid` for a run without one, `refused` for runs that differ
 */
export function readExperimentConfig(
  storage: string,
  experiment: number,
  seeds: readonly number[],
  host: Pick<Host, "files">,
): Config {
  let config: Config | undefined;
  for (const seed of seeds) {
    const path = join(runPath(storage, experiment, seed).path, CONFIG_FILE);
    const one = withoutPath(readConfig(path, host), "seed");
    if (config !== undefined && configIdentity(one) !== configIdentity(config)) {
      throw new UserError(
        "refused",
        `${path} says something else than that of seed${seeds[0] ?? ""}: runs of one experiment differ in the seed only.`,
        "Nothing was written. Restore the file, or take the run folder out of the experiment.",
      );
    }
    config ??= one;
  }
  return config ?? {};
}

function readConfig(path: string, { files }: Pick<Host, "files">): Config {
  const text = files.read(path);
  if (text !== undefined) return parseConfig(text, path);
  const hint = "Nothing was written. `aldoctor` says what else is missing, and mends what it can.";
  throw new UserError("not-found", `There is no ${path}.`, hint);
}
