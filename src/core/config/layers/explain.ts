import type { Path } from "../../expression/syntax.ts";
import { type ConfigValue, isConfig, pathsOf, valueAt } from "../config.ts";
import { isTemplate } from "../late/template.ts";
import { formatOrigin } from "../origin.ts";
import { formatValue } from "../overrides/format-override.ts";
import { nearestPath } from "../problems.ts";
import type { Step } from "./change.ts";
import type { Composition } from "./composition.ts";
import { stepsAt } from "./steps.ts";

/** Where one value comes from. */
export type Explanation = {
  /** Dotted. */
  readonly path: string;
  /** Undefined if there is none any more. */
  readonly value: ConfigValue | undefined;
  /** What the layers did, the last one first. */
  readonly steps: readonly Step[];
  /** The text of a late value. */
  readonly late: string | undefined;
};

/**
 * Where the value at a path comes from, or each of the values inside of it.
 * @param path - dotted
 * @returns empty if nobody ever set it
 */
export function explain(composition: Composition, path: string): readonly Explanation[] {
  const { config, draft } = composition;
  const value = valueAt(config, path);
  const inner = isConfig(value) ? pathsOf(value, `${path}.`) : [];
  const leaves = inner.filter((one) => !isConfig(valueAt(config, one)));
  const found = leaves.length > 0 ? leaves : [path];
  return found.flatMap((one) => {
    const steps = stepsAt(draft.change, keysOf(one)).toReversed();
    const own = valueAt(config, one);
    if (steps.length === 0 && own === undefined) return [];
    const text = steps[0]?.value;
    const late = typeof text === "string" && isTemplate(text) ? text : undefined;
    return [{ path: one, value: own, steps, late }];
  });
}

/** What {@link explain} says, for people; of an unknown key, which was probably meant. */
export function formatExplanations(
  path: string,
  explanations: readonly Explanation[],
  { config }: Composition,
): string {
  if (explanations.length > 0) return explanations.map(formatExplanation).join("\n");
  const near = nearestPath(path, config);
  const meant = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  return `${path} is not a key of the configuration.${meant}`;
}

function formatExplanation({ path, value, steps, late }: Explanation): string {
  const head = value === undefined ? `${path} is removed` : `${path} = ${formatValue(value)}`;
  if (steps.length === 0) return `${head}\n  computed by a function, or by the value it is part of`;
  const width = Math.max(...steps.map((step) => wordOf(step).length));
  const lines = steps.map((step, index) => {
    const isLate = index === 0 && late !== undefined;
    // What was appended to is not overridden.
    const isOverridden = steps.slice(0, index).some(({ action }) => action !== "appended");
    const note = isOverridden ? ", overridden" : isLate ? ", a late value" : "";
    return `  ${wordOf(step).padEnd(width)}  ${formatOrigin(step.origin)}${note}`;
  });
  return [head, ...lines].join("\n");
}

function wordOf({ action, value }: Step): string {
  switch (action) {
    case "removed":
      return "removed";
    case "appended":
      return `+ ${short(value)}`;
    case "set":
    case "replaced":
    case "merged":
      return short(value);
  }
}

function short(value: ConfigValue): string {
  const text = formatValue(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

const keysOf = (path: string): Path => path.split(".");
