import { type Config, uniqueConfig } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { oneLine } from "../printable.ts";
import { show } from "../config/problems.ts";

/**
 * What `config_unique.json` of a run should say: the values of its configuration under the names that
 * vary, and under those that the file has already.
 * @param before - what the file says; undefined if it is missing or cannot be read
 */
export function updatedUnique(
  config: Config,
  before: Config | undefined,
  varied: readonly string[],
): Config {
  return uniqueConfig(config, [...new Set([...Object.keys(before ?? {}), ...varied])]);
}

/** How one becomes the other, in words; undefined if they say the same, in whatever order. */
export function describeUpdate(before: Config | undefined, after: Config): string | undefined {
  if (before === undefined) return "is written anew";
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = names.flatMap((name) => {
    const [then, now] = [before, after].map((one) =>
      Object.hasOwn(one, name) ? one[name] : undefined,
    );
    if (then === undefined) return [`${name} is added: ${show(now)}`];
    if (now === undefined) return [`${name} is dropped`];
    if (canonicalJson(then) === canonicalJson(now)) return [];
    return [`${name} is ${show(now)}, not ${show(then)}`];
  });
  return changes.length === 0 ? undefined : oneLine(changes.join("; "));
}
