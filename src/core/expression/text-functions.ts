import type { ConfigValue } from "../config/config.ts";
import { isConfig } from "../config/config.ts";
import { show } from "../config/problems.ts";
import { ExpressionError } from "./expression-error.ts";
import type { BuiltIn, Call } from "./built-in.ts";
import { limitItems, limitText } from "./operators.ts";

/** The functions that read or make texts. */
export const TEXTS: Readonly<Record<string, BuiltIn>> = {
  join: { arity: [1, 2], usage: 'join(list, ", ")', apply: join },
  len: { arity: [1, 1], usage: "len(text or list or object)", apply: length },
  lower: { arity: [1, 1], usage: "lower(text)", apply: changeCase("lower") },
  replace: { arity: [3, 3], usage: "replace(text, old, new)", apply: replace },
  split: { arity: [2, 2], usage: 'split(text, ",")', apply: split },
  str: { arity: [1, 1], usage: "str(x)", apply: str },
  strip: { arity: [1, 1], usage: "strip(text)", apply: strip },
  upper: { arity: [1, 1], usage: "upper(text)", apply: changeCase("upper") },
};

/** A value within a text: texts as they are, everything else as JSON writes it. */
export function asText(value: ConfigValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function str({ args: [x = null], span }: Call): ConfigValue {
  const text = asText(x);
  limitText(text.length, span);
  return text;
}

function length({ args: [x = null], span }: Call): ConfigValue {
  // Characters as people count them, not UTF-16 units.
  if (typeof x === "string") return Array.from(x).length;
  if (Array.isArray(x)) return x.length;
  if (isConfig(x)) return Object.keys(x).length;
  throw new ExpressionError(`len takes a text, list or object, got ${show(x)}.`, span);
}

function textOf(name: string, value: ConfigValue | undefined, span: Call["span"]): string {
  if (typeof value === "string") return value;
  const remedy = "Write str(…) around what is no text.";
  throw new ExpressionError(`${name} takes texts, got ${show(value)}.`, span, remedy);
}

function changeCase(name: "lower" | "upper"): BuiltIn["apply"] {
  return ({ args: [x], span }) => {
    const text = textOf(name, x, span);
    // Without a locale: the same on every machine.
    const changed = name === "lower" ? text.toLowerCase() : text.toUpperCase();
    limitText(changed.length, span);
    return changed;
  };
}

function strip({ args: [x], span }: Call): ConfigValue {
  return textOf("strip", x, span).trim();
}

function join({ args: [list, separator = ""], span }: Call): ConfigValue {
  if (!Array.isArray(list)) {
    throw new ExpressionError(`join takes a list, got ${show(list)}.`, span);
  }
  const between = textOf("join", separator, span);
  const texts = list.map(asText);
  const lengths = texts.reduce((total, text) => total + text.length + between.length, 0);
  limitText(lengths, span);
  return texts.join(between);
}

function split({ args: [x, separator], span }: Call): ConfigValue {
  const parts = pieces("split", x, separator, span);
  return parts;
}

function replace({ args: [x, old, by], span }: Call): ConfigValue {
  const replacement = textOf("replace", by, span);
  const parts = pieces("replace", x, old, span);
  const kept = parts.reduce((total, part) => total + part.length, 0);
  limitText(kept + (parts.length - 1) * replacement.length, span);
  return parts.join(replacement);
}

function pieces(
  name: string,
  value: ConfigValue | undefined,
  separator: ConfigValue | undefined,
  span: Call["span"],
): readonly string[] {
  const text = textOf(name, value, span);
  const between = textOf(name, separator, span);
  if (between === "") {
    throw new ExpressionError(`${name} needs a text that is not empty to look for.`, span);
  }
  const parts = text.split(between);
  limitItems(parts.length, span);
  return parts;
}
