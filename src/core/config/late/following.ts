import { ExpressionError } from "../../expression/expression-error.ts";
import {
  type Config,
  type ConfigValue,
  isConfig,
  ownValue,
  pathsOf,
  setAt,
  valueAt,
} from "../config.ts";
import { canonicalJson } from "../identity.ts";
import type { Problem } from "../problems.ts";
import { templatesIn } from "./late-slots.ts";
import { orderOf } from "./order.ts";
import { fillTemplate, isTemplate, parseTemplate } from "./template.ts";

/** A configuration that was changed, with the late values that follow the change. */
export type Followed = {
  readonly config: Config;
  /** The dotted paths of those that are others now. */
  readonly names: readonly string[];
  readonly problems: readonly Problem[];
};

/**
 * A function that computes late values anew when a configuration that was computed long ago is changed.
 * A value follows as long as its text gives what the configuration had; whoever gave it another value
 * meant that one.
 * @param texts - what the configuration was computed from: late values as the texts that they are
 */
export function follower(
  texts: Config,
): (before: Config, after: Config, given: readonly string[]) => Followed {
  const late = pathsOf(texts).flatMap((path) => {
    const text = valueAt(texts, path);
    return text !== undefined && !isConfig(text) && hasTemplate(text) ? [{ path, text }] : [];
  });
  return (before, after, given) => {
    const following = late.filter(
      ({ path, text }) =>
        !given.some((one) => overlap(one, path)) &&
        isSame(valueAt(before, path), valueOf(text, before)),
    );
    if (following.length === 0) return { config: after, names: [], problems: [] };
    const { config, problems } = computed(after, following);
    const names = following.flatMap(({ path }) =>
      isSame(valueAt(before, path), valueAt(config, path)) ? [] : [path],
    );
    return { config, names, problems };
  };
}

type LatePath = { readonly path: string; readonly text: ConfigValue };

/** Whether there are late values in a value that read one of `names` (dotted), or a part of it. */
export function readsAnyOf(value: ConfigValue, names: readonly string[]): boolean {
  return templatesIn({ value }).texts.some(({ text }) => {
    try {
      const { reads } = parseTemplate(text).references;
      return reads.some(({ path }) => names.some((name) => overlap(path.join("."), name)));
    } catch (error) {
      if (error instanceof ExpressionError) return false;
      throw error;
    }
  });
}

/** What a late value is by itself; undefined if it cannot be computed. */
function valueOf(text: ConfigValue, config: Config): ConfigValue | undefined {
  const { copy, texts } = templatesIn({ text });
  try {
    for (const one of texts) one.put(fillTemplate(parseTemplate(one.text), config));
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
  return ownValue(copy, "text");
}

/** A configuration with late values in their places, each behind those that it needs. */
function computed(
  config: Config,
  late: readonly LatePath[],
): Pick<Followed, "config" | "problems"> {
  const placed = late.reduce((before, { path, text }) => setAt(before, path, text), config);
  const { copy, texts } = templatesIn(placed);
  // What else looks like one is a text that was meant, and is finished.
  const slots = texts
    .filter((one) => late.some(({ path }) => startsWith(one.path.join("."), path)))
    .map((one) => ({ ...one, template: parseTemplate(one.text) }));
  const { order } = orderOf(slots);
  if (order.length < slots.length) {
    // What needs itself cannot be computed, and stays as it is.
    const stuck = slots.filter((_, index) => !order.includes(index));
    const isFree = ({ path }: LatePath) =>
      !stuck.some((one) => startsWith(one.path.join("."), path));
    return computed(config, late.filter(isFree));
  }
  const problems: Problem[] = [];
  for (const index of order) {
    const slot = slots[index];
    if (slot === undefined) continue;
    try {
      slot.put(fillTemplate(slot.template, copy));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { at, end, message } = error;
      const excerpt = { text: slot.text, at, end };
      problems.push({ place: slot.path.join("."), message, excerpt });
    }
  }
  return { config: copy, problems };
}

function hasTemplate(value: ConfigValue): boolean {
  if (typeof value === "string") return isTemplate(value);
  return templatesIn({ value }).texts.length > 0;
}

const isSame = (one: ConfigValue | undefined, other: ConfigValue | undefined) =>
  one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other);

const startsWith = (path: string, start: string) => path === start || path.startsWith(`${start}.`);
const overlap = (one: string, other: string) => startsWith(one, other) || startsWith(other, one);
