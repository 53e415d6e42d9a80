import type { Chance } from "./chance.ts";

/** Values that JSON can have and that a reader may not expect. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  "",
  "a",
  [],
  {},
  [[]],
  [null],
  [1, "a"],
  { kind: "done" },
];
const MAX_JSON = 8192;

/** A JSON text with one value or name of it changed; undefined if it is none. */
export function mutateJson(
  text: string,
  words: readonly string[],
  chance: Chance,
): string | undefined {
  if (text.length > MAX_JSON) return undefined;
  try {
    return JSON.stringify(changed(JSON.parse(text), words, chance, 0));
  } catch {
    return undefined;
  }
}

function changed(value: unknown, words: readonly string[], chance: Chance, depth: number): unknown {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || depth > 20 || chance.oneIn(6)) return other(value, words, chance);
  if (Array.isArray(value)) return changedList(value, words, chance, depth);
  const entries = Object.entries(value);
  const at = chance.below(entries.length + 1);
  const entry = entries[at];
  const kindOfChange = chance.below(4);
  if (entry === undefined) {
    entries.push([chance.oneOf(words), other(null, words, chance)]);
  } else if (kindOfChange === 0) {
    entries.splice(at, 1);
  } else if (kindOfChange === 1) {
    entries[at] = [chance.oneOf(words), entry[1]];
  } else {
    entries[at] = [entry[0], changed(entry[1], words, chance, depth + 1)];
  }
  // Own properties whatever their names.
  return Object.fromEntries(entries);
}

function changedList(
  list: readonly unknown[],
  words: readonly string[],
  chance: Chance,
  depth: number,
): unknown {
  const items = [...list];
  const at = chance.below(items.length + 1);
  if (at === items.length) items.push(other(null, words, chance));
  else if (chance.oneIn(4)) items.splice(at, 1);
  else items[at] = changed(items[at], words, chance, depth + 1);
  return items;
}

function other(value: unknown, words: readonly string[], chance: Chance): unknown {
  switch (chance.below(4)) {
    case 0:
      return chance.oneOf(words);
    case 1:
      return typeof value === "string" ? value + chance.oneOf(words) : [value];
    default:
      return chance.oneOf(VALUES);
  }
}
