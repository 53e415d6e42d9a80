import { type Config, isConfig, pathsOf, RESERVED_NAMES, valueAt } from "../config/config.ts";
import { nameProblems, valueProblems } from "../config/parse-config.ts";
import { type Problem, suggestion, within } from "../config/problems.ts";

/** A varied parameter, and where the author varies it. */
export type VariedName = { readonly name: string; readonly place: string };

/** Whatever is wrong with the names that are varied together, in one product. */
export function variedProblems(
  varied: readonly VariedName[],
  defaults: unknown,
): readonly Problem[] {
  // What is wrong with them is said elsewhere; they may be deeper than anything can be.
  const isSound =
    isConfig(defaults) &&
    valueProblems(defaults, "").length === 0 &&
    nameProblems(defaults, "").length === 0;
  const known = isSound ? pathsOf(defaults) : undefined;
  return varied.flatMap(({ name, place }, index) => {
    if (RESERVED_NAMES.includes(name)) {
      const remedy = `Say it by algNames, taskNames, seeds or --desc.`;
      return [{ place, message: `is set by the schedule and cannot be varied. ${remedy}` }];
    }
    const twice = varied.slice(0, index).find((other) => other.name === name);
    if (twice !== undefined) {
      const remedy = "Keep one of them, or put them into different blocks.";
      return [
        { place, message: `sets ${JSON.stringify(name)}, as ${twice.place} does. ${remedy}` },
      ];
    }
    const outer = varied.find((other) => name.startsWith(`${other.name}.`));
    if (outer !== undefined) {
      const whole = JSON.stringify(outer.name);
      return [{ place, message: `is part of ${whole}, which ${outer.place} varies.` }];
    }
    if (known === undefined || !isConfig(defaults)) return [];
    if (valueAt(defaults, name) !== undefined) return [];
    const near = suggestion(name, known);
    return [{ place, message: `is not a parameter of the defaults.${near}` }];
  });
}

/** The names of `varied`, an object by names, with their places. */
export function namesIn(varied: Config, place: string): readonly VariedName[] {
  return Object.keys(varied).map((name) => ({ name, place: within(place, name) }));
}
