import { type Config, RESERVED_NAMES, valueAt } from "../config/config.ts";
import { mismatch, nearestPath, type Problem, within } from "../config/problems.ts";

/** Whatever keeps `value` from being a list of the dotted names that make no other experiment. */
export function volatileProblems(value: unknown, place: string): readonly Problem[] {
  if (!Array.isArray(value)) return [mismatch(place, "a list of parameters' names", value)];
  return value.flatMap((name: unknown, index) => {
    const here = within(place, index);
    if (typeof name !== "string" || name.split(".").includes("")) {
      return [mismatch(here, 'the dotted name of a parameter, such as "log.level"', name)];
    }
    if (RESERVED_NAMES.includes(name)) {
      const message = `${JSON.stringify(name)} is not a parameter: expected another name.`;
      return [{ place: here, message }];
    }
    return value.indexOf(name) < index ? [{ place: here, message: `names ${name} again.` }] : [];
  });
}

/** The names that `defaults` do not have, each with the one that is probably meant. */
export function unknownVolatile(
  volatile: readonly string[],
  defaults: Config,
  place: string,
): readonly Problem[] {
  return volatile.flatMap((name, index) => {
    if (valueAt(defaults, name) !== undefined) return [];
    const near = nearestPath(name, defaults);
    const meant = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    const message = `${JSON.stringify(name)} is not a name of the defaults.${meant}`;
    return [{ place: within(place, index), message }];
  });
}

/** A volatile name and a varied one of which one holds the other: its experiments would be the same. */
export function variedVolatile(
  volatile: readonly string[],
  varied: readonly string[],
): { readonly volatile: string; readonly varied: string } | undefined {
  for (const name of volatile) {
    const other = varied.find(
      (one) => one === name || one.startsWith(`${name}.`) || name.startsWith(`${one}.`),
    );
    if (other !== undefined) return { volatile: name, varied: other };
  }
  return undefined;
}
