import { hash } from "node:crypto";

import { type Config, type ConfigValue, isConfig } from "./config.ts";

/**
 * What makes two experiments the same: SHA-256 (hexadecimal) of the canonical configuration,
 * without `seed`, which tells runs of one experiment apart, and `desc`, which is a label.
 */
export function configIdentity(config: Config): string {
  const parts = Object.entries(config).filter(([name]) => name !== "seed" && name !== "desc");
  return hash("sha256", canonicalJson(Object.fromEntries(parts)), "hex");
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
