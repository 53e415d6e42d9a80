import type { Config, ConfigValue } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";

/**
 * Some experiments, by the values of their parameters' dotted names: `{ optimizer: "sgd" }`. A list
 * is of alternatives: `{ optimizer: ["sgd", "momentum"], layers: 2 }`.
 */
export type Condition = Config;

/** A condition, read: each parameter must have one of the values, compared by their canonical JSON. */
export type Tests = ReadonlyMap<string, ReadonlySet<string>>;

export function testsOf(condition: Condition): Tests {
  return new Map(
    Object.entries(condition).map(([name, value]) => [
      name,
      new Set(alternatives(value).map(canonicalJson)),
    ]),
  );
}

/** The values that a condition's parameter may have. */
export function alternatives(value: ConfigValue): readonly ConfigValue[] {
  // Array.isArray makes the items `any`.
  return Array.isArray(value) ? (value as readonly ConfigValue[]) : [value];
}

/** Whether every parameter has one of its values; one that does not exist has none. */
export function holds(tests: Tests, valueOf: (name: string) => ConfigValue | undefined): boolean {
  for (const [name, texts] of tests) {
    const value = valueOf(name);
    if (value === undefined || !texts.has(canonicalJson(value))) return false;
  }
  return true;
}

/** `optimizer = sgd, layers = 2 or 3`, for people. */
export function formatCondition(condition: Condition): string {
  return Object.entries(condition)
    .map(([name, value]) => `${name} = ${alternatives(value).map(word).join(" or ")}`)
    .join(", ");
}

const word = (value: ConfigValue) =>
  typeof value === "string" && /^[\w./+-]+$/.test(value) ? value : canonicalJson(value);

/**
 * Items so that each stands behind those that it needs, otherwise in their order; what stands in a
 * circle, or needs one, is left out.
 */
export function inDependencyOrder<Item>(
  items: readonly Item[],
  needs: (item: Item) => readonly Item[],
): readonly Item[] {
  const ordered = new Set<Item>();
  for (;;) {
    const next = items.find(
      (item) => !ordered.has(item) && needs(item).every((needed) => ordered.has(needed)),
    );
    if (next === undefined) return [...ordered];
    ordered.add(next);
  }
}
