import { type Config, type ConfigValue, isConfig, valueAt } from "../../config/config.ts";
import { isTemplate } from "../../config/late/template.ts";
import type { Change } from "../../config/layers/change.ts";
import { placeText } from "../../config/layers/read-layer.ts";
import { type Problem, show } from "../../config/problems.ts";

/**
 * Values of another kind than the first layer's, which is what the program expects: a text for a
 * number, one value for a list. Null and late values may become anything.
 */
export function kindProblems(change: Change, path: readonly string[] = []): readonly Problem[] {
  const inner =
    change.kind === "object"
      ? [...change.parts].flatMap(([name, part]) => kindProblems(part, [...path, name]))
      : [];
  const [first, ...others] = change.steps.filter(({ action }) => action !== "removed");
  if (first === undefined || path.length === 0) return inner;
  const wrong = others
    .filter(({ action }) => action === "set" || action === "merged")
    .filter(({ value }) => isOtherKind(first.value, value));
  return [
    ...wrong.map(({ value, origin }) => ({
      place: placeText(path),
      message: `expected ${kindOf(first.value) ?? "a value"} like ${show(first.value)}, got ${show(value)}.`,
      remedy: "Give the schedule a schema if both are meant.",
      origin,
    })),
    ...inner,
  ];
}

/** Axes of which every value is of another kind than the base has. */
export function axisKindProblems(
  lists: Readonly<Record<string, readonly ConfigValue[]>>,
  base: Config,
  placeOf: (name: string) => string,
): readonly Problem[] {
  return Object.entries(lists).flatMap(([name, values]) => {
    const own = valueAt(base, name);
    if (own === undefined || values.length === 0) return [];
    if (!values.every((value) => isOtherKind(own, value))) return [];
    const got = values.slice(0, 3).map(show).join(", ");
    return [
      {
        place: placeOf(name),
        message: `expected ${kindOf(own) ?? "values"} like ${show(own)}, the default, got ${got}.`,
        remedy: "Give the schedule a schema if both are meant.",
      },
    ];
  });
}

/** A text may stand for a choice of many kinds: `auto` or 0.1. */
function isOtherKind(first: ConfigValue, then: ConfigValue): boolean {
  const [before, after] = [kindOf(first), kindOf(then)];
  if (before === undefined || after === undefined || before === after) return false;
  return before !== "a text" || isConfig(then) || Array.isArray(then);
}

function kindOf(value: ConfigValue): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "true or false";
  if (typeof value === "string") return isTemplate(value) ? undefined : "a text";
  return Array.isArray(value) ? "a list" : "an object";
}
