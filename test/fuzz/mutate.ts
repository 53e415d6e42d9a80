import type { Chance } from "./chance.ts";
import { mutateJson } from "./mutate-json.ts";

/** What readers trip over. */
const HOSTILE = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "..",
  "../../etc/passwd",
  "/",
  "\\",
  "\0",
  "\n",
  "\r\n",
  "\t",
  " ",
  "#",
  ".",
  ",",
  ":",
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  "{}",
  "[]",
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u009b31m",
  "\u202e",
  "\u200b",
  "\u2028",
  "\ufeff",
  "\ufffd",
  "\ud800",
  "\udc80",
  "\udcff",
  "é",
  "😀",
  "$(touch x)",
  "`touch x`",
  ";touch x",
  "=cmd|' /C calc'!A0",
  "<script>alert(1)</script>",
  "%s%n",
  "NaN",
  "Infinity",
  "-Infinity",
  "null",
  "true",
  "undefined",
] as const;
const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1",
  "2",
  "1e999",
  "-1e999",
  "1e-999",
  "5e-324",
  "1.7976931348623157e308",
  "9007199254740991",
  "9007199254740993",
  "2147483648",
  "4294967296",
  "0.1",
  "1e21",
  "00",
  "0x10",
  "1".repeat(400),
] as const;

/** Usual texts are no longer; one in some thousand is long. UTF-16 units. */
const USUAL_LENGTH = 4096;
const LONG_LENGTH = 1 << 20;
const ONE_LONG_IN = 5000;

/** Another text made of those in `corpus`. */
export function mutate(
  corpus: readonly string[],
  words: readonly string[],
  chance: Chance,
): string {
  let text = chance.oneOf(corpus);
  const changes = 1 + chance.below(4);
  for (let change = 0; change < changes; change += 1) text = changed(text, corpus, words, chance);
  if (chance.oneIn(ONE_LONG_IN)) return lengthened(text, chance);
  return text.length > USUAL_LENGTH ? text.slice(0, USUAL_LENGTH) : text;
}

function changed(
  text: string,
  corpus: readonly string[],
  words: readonly string[],
  chance: Chance,
): string {
  const from = chance.below(text.length + 1);
  const to = Math.min(text.length, from + chance.below(chance.oneIn(4) ? text.length : 8));
  const before = text.slice(0, from);
  const after = text.slice(to);
  switch (chance.below(10)) {
    case 0:
      return before + String.fromCharCode(chance.below(chance.oneIn(4) ? 0x10000 : 128)) + after;
    case 1:
      return before + word(words, chance) + text.slice(from);
    case 2:
      return before + word(words, chance) + after;
    case 3:
      return before + after;
    case 4:
      return before + text.slice(from, to).repeat(2 + chance.below(6)) + after;
    case 5: {
      const other = chance.oneOf(corpus);
      const start = chance.below(other.length + 1);
      return before + other.slice(start, start + chance.below(200)) + after;
    }
    case 6:
      return before + text.slice(from).replace(/-?\d+(\.\d+)?/, chance.oneOf(NUMBERS));
    case 7:
      return before;
    default:
      return mutateJson(text, [...HOSTILE, ...words], chance) ?? before + after;
  }
}

function word(words: readonly string[], chance: Chance): string {
  if (words.length > 0 && chance.oneIn(2)) return chance.oneOf(words);
  return chance.oneIn(4) ? chance.oneOf(NUMBERS) : chance.oneOf(HOSTILE);
}

/** One piece of it many times, or deep in brackets. */
function lengthened(text: string, chance: Chance): string {
  const times = 1 << (4 + chance.below(13));
  if (chance.oneIn(3)) {
    const [open, close] = chance.oneOf([
      ["[", "]"],
      ['{"a":', "}"],
    ] as const);
    return (open.repeat(times) + text.slice(0, 100) + close.repeat(times)).slice(0, LONG_LENGTH);
  }
  const from = chance.below(text.length + 1);
  const piece = text.slice(from, from + 1 + chance.below(chance.oneIn(2) ? 2 : 40));
  const long = text.slice(0, from) + piece.repeat(times) + text.slice(from);
  return long.slice(0, LONG_LENGTH);
}
