import { type ConfigValue, isConfig } from "../config/config.ts";

/** No expression is longer, in characters. */
export const MAX_LENGTH = 10_000;
/** No expression nests deeper: `1 + 1 + 1` is two levels, as is `[[1]]`. */
export const MAX_DEPTH = 200;
/** No text that an expression makes is longer, in characters. */
export const MAX_TEXT = 100_000;
/** No list that an expression makes has more items, and no value more parts in all. */
export const MAX_ITEMS = 100_000;
/** No value nests deeper; configurations may not either. */
export const MAX_VALUE_DEPTH = 32;
/** No evaluation takes more steps; an operation takes one, and one for each item that it looks at. */
export const MAX_STEPS = 1_000_000;

/**
 * How much a value holds: its parts, and a part for every ten characters of text. More than `most` if it
 * nests too deeply. What holds more than `most` is not looked at to its end, so that lists of lists of
 * lists cost no more than small ones.
 */
export function sizeOf(value: ConfigValue, most: number, depth = 0): number {
  if (typeof value === "string") return 1 + Math.floor(value.length / 10);
  if (typeof value !== "object" || value === null) return 1;
  if (depth > MAX_VALUE_DEPTH) return most + 1;
  let size = 1;
  const parts: readonly ConfigValue[] = isConfig(value) ? Object.values(value) : value;
  for (const part of parts) {
    if (size > most) break;
    size += sizeOf(part, most - size, depth + 1);
  }
  return size;
}
