import { type Config, type ConfigValue, isConfig, valueAt } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { valueProblems } from "../config/parse-config.ts";
import { mismatch, type Problem, suggestion, within } from "../config/problems.ts";
import { alternatives } from "./condition.ts";

/** The values that a parameter takes; undefined if they cannot be listed. */
export type Taken = (name: string) => readonly ConfigValue[] | undefined;

const EXAMPLE = 'a condition such as { optimizer: "sgd" } or { layers: [2, 3] }';

/** Whatever keeps `value` from being a condition, whatever it asks about. */
export function conditionProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, EXAMPLE, value)];
  if (Object.keys(value).length === 0) return [mismatch(place, EXAMPLE, value)];
  return Object.entries(value).flatMap(([name, asked]) => {
    const here = within(place, name);
    return Array.isArray(asked) && asked.length === 0
      ? [mismatch(here, "a value, or a list of at least one", asked)]
      : valueProblems(asked, here);
  });
}

/**
 * What a condition asks for in vain: parameters that there are not, values that they never take.
 * @param varied - what varies where the condition stands
 */
export function vainProblems(
  condition: Config,
  place: string,
  {
    varied,
    defaults,
    taken,
  }: {
    readonly varied: readonly string[];
    readonly defaults: Config;
    readonly taken: Taken;
  },
): readonly Problem[] {
  return Object.entries(condition).flatMap(([name, asked]) => {
    const here = within(place, name);
    if (!varied.includes(name)) {
      const near = varied.find((one) => name.startsWith(`${one}.`) || one.startsWith(`${name}.`));
      if (near !== undefined) {
        const message = `asks about part of what varies. Ask about ${JSON.stringify(near)}.`;
        return [{ place: here, message }];
      }
      const constant = valueAt(defaults, name);
      if (constant === undefined) {
        return [{ place: here, message: `is not a parameter.${suggestion(name, varied)}` }];
      }
      return neverProblems(here, asked, [constant]);
    }
    const values = taken(name);
    if (values !== undefined) return neverProblems(here, asked, values);
    const message = "is drawn from a continuous range; a condition asks for single values.";
    return [{ place: here, message }];
  });
}

function neverProblems(
  place: string,
  asked: ConfigValue,
  values: readonly ConfigValue[],
): readonly Problem[] {
  const texts = values.map(canonicalJson);
  const known = new Set(texts);
  return alternatives(asked)
    .map(canonicalJson)
    .filter((text) => !known.has(text))
    .map((text) => {
      const shown = texts.slice(0, 8).join(", ") + (texts.length > 8 ? ", …" : "");
      const words = values.filter((value) => typeof value === "string");
      const near = text.startsWith('"') ? suggestion(text.slice(1, -1), words) : "";
      return { place, message: `is never ${text}; it takes ${shown}.${near}` };
    });
}

/** Conditions that wait for each other. @param conditions - by the names of their parameters */
export function circleProblems(
  conditions: ReadonlyMap<string, { readonly place: string; readonly asks: readonly string[] }>,
): readonly Problem[] {
  return [...conditions].flatMap(([name, { place, asks }]) => {
    const seen = new Set<string>();
    const open = [...asks];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(conditions.get(next)?.asks ?? []));
    }
    if (!seen.has(name)) return [];
    const circle = [...seen].filter((one) => conditions.has(one)).map((one) => JSON.stringify(one));
    const message = `depends on itself, through ${circle.join(", ")}. Leave one of these conditions out.`;
    return [{ place, message }];
  });
}
