import { type Config, type ConfigValue, isList } from "../config.ts";
import type { Origin } from "../origin.ts";

/** What one layer did to one value. */
export type Step = {
  readonly origin: Origin;
  readonly action: "set" | "appended" | "removed" | "replaced" | "merged";
  /** What it set or appended; null for the others. */
  readonly value: ConfigValue;
};

/**
 * What one layer, or several together, do to a value. `steps` is what each of them did, the first one
 * first, so that it can be said where a value came from.
 */
export type Change = { readonly steps: readonly Step[] } & (
  | { readonly kind: "set"; readonly value: Scalar }
  /** `isWhole`: what was there before is gone. Otherwise the parts are merged into it. */
  | { readonly kind: "object"; readonly isWhole: boolean; readonly parts: Parts }
  | { readonly kind: "remove" }
  /** `onto`: what the layers before did, if that is no list yet. */
  | {
      readonly kind: "append";
      readonly onto: Change | undefined;
      readonly items: readonly ConfigValue[];
    }
);

/** Anything but an object, which would have parts. */
type Scalar = string | number | boolean | null | readonly ConfigValue[];
type Parts = ReadonlyMap<string, Change>;

export const NO_CHANGE: Change = { kind: "object", isWhole: false, parts: new Map(), steps: [] };

/**
 * One change after another, as one. Associative: `compose(compose(a, b), c)` makes the same values, of
 * the same origins, as `compose(a, compose(b, c))`. {@link NO_CHANGE} changes no object.
 */
export function compose(first: Change | undefined, then: Change): Change {
  if (first === undefined) return then;
  const steps = [...first.steps, ...then.steps];
  switch (then.kind) {
    case "set":
    case "remove":
      return { ...then, steps };
    case "append":
      return composeAppend(first, then);
    case "object":
      if (then.isWhole) return { ...then, parts: wholeParts(first, then.parts, then.steps), steps };
      if (first.kind !== "object") return { ...then, isWhole: true, steps };
      return { ...first, parts: mergedParts(first.parts, then.parts), steps };
  }
}

/** The value that a change makes of nothing; undefined if that is nothing. */
export function resultOf(change: Change): ConfigValue | undefined {
  switch (change.kind) {
    case "set":
      return change.value;
    case "remove":
      return undefined;
    case "append": {
      const before = change.onto === undefined ? undefined : resultOf(change.onto);
      return isList(before) ? [...before, ...change.items] : before;
    }
    case "object":
      return objectOf(change.parts);
  }
}

function objectOf(parts: Parts): Config {
  const object: Record<string, ConfigValue> = {};
  for (const [name, part] of parts) {
    const value = resultOf(part);
    if (value !== undefined) object[name] = value;
  }
  return object;
}

function composeAppend(first: Change, then: Extract<Change, { kind: "append" }>): Change {
  const steps = [...first.steps, ...then.steps];
  if (then.onto !== undefined) return { ...then, onto: compose(first, then.onto), steps };
  if (first.kind === "append") return { ...first, items: [...first.items, ...then.items], steps };
  if (first.kind === "set" && isList(first.value)) {
    return { ...first, value: [...first.value, ...then.items], steps };
  }
  return { ...then, onto: first, steps };
}

function mergedParts(first: Parts, then: Parts): Parts {
  const parts = new Map(first);
  for (const [name, part] of then) parts.set(name, compose(first.get(name), part));
  return parts;
}

/** The parts of an object that replaces another: what that one had more is remembered as removed. */
function wholeParts(first: Change, then: Parts, steps: readonly Step[]): Parts {
  if (first.kind !== "object") return then;
  const parts = new Map<string, Change>();
  const removals = steps
    .filter(({ action }) => action === "replaced")
    .map((step) => ({ ...step, action: "removed" as const }));
  for (const [name, part] of first.parts) {
    const before = [...part.steps, ...removals];
    parts.set(name, { kind: "remove", steps: before });
  }
  for (const [name, part] of then) {
    const removed = first.parts.get(name);
    parts.set(
      name,
      removed === undefined ? part : compose({ kind: "remove", steps: removed.steps }, part),
    );
  }
  return parts;
}
