import { hash } from "node:crypto";

import { type Config, type ConfigValue, isConfig, withoutPath } from "./config.ts";

/** `seed` tells runs of one experiment apart, and `desc` is a label. */
const NOT_OF_EXPERIMENTS = ["seed", "desc"];

/**
 * What makes two experiments the same: SHA-256 (hexadecimal) of the canonical configuration,
 * without the seed, the description and what is volatile.
 *
 * It is computed from what a run's configuration says whenever it is asked for, and stored nowhere:
 * what becomes volatile later does so for all runs that there are.
 * @param volatile - dotted names of what makes no other experiment: log levels, paths
 */
export function configIdentity(config: Config, volatile: readonly string[] = []): string {
  return hash("sha256", canonicalJson(identified(config, volatile)), "hex");
}

/** What of a configuration makes it another one; a branch that only held volatile names is left out with them. */
export function identified(config: Config, volatile: readonly string[]): Config {
  return [...NOT_OF_EXPERIMENTS, ...volatile].reduce(withoutPath, config);
}

/** JSON with sorted names and no blanks: equal for equal values, so for 1 and 1.0, 0 and -0. */
export function canonicalJson(value: ConfigValue): string {
  if (isConfig(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
    return `{${entries.join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  return JSON.stringify(value);
}
