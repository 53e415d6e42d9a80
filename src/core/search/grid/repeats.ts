import type { ConfigValue } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";

/** Values that stand a second time: their places, and where they stood first. */
export function repeats(values: readonly ConfigValue[]): readonly (readonly [number, number])[] {
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    const text = canonicalJson(value);
    const before = first.get(text);
    if (before === undefined) first.set(text, index);
    return before === undefined ? [] : [[index, before] as const];
  });
}
