import { evaluate } from "../../expression/evaluator.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { limitText } from "../../expression/operators.ts";
import { parseExpressionAt } from "../../expression/parser.ts";
import { type References, referencesOf } from "../../expression/references.ts";
import type { Expression } from "../../expression/syntax.ts";
import { asText } from "../../expression/text-functions.ts";
import type { Config, ConfigValue } from "../config.ts";

const OPEN = "$<|";
const CLOSE = "|>";

/** A text with expressions in it: `data-N$<|N|>.h5`. */
export type Template = {
  readonly text: string;
  readonly parts: readonly (string | Expression)[];
  /** What all of its expressions read. */
  readonly references: References;
};

/** Whether a text has an expression in it, or an escaped one: {@link parseTemplate} changes no other. */
export function isTemplate(text: string): boolean {
  return text.includes(OPEN);
}

/**
 * The texts and expressions that a text consists of. `$$<|` stands for `$<|` itself.
 * @throws ExpressionError, its span counted from the text's first character
 */
export function parseTemplate(text: string): Template {
  const parts: (string | Expression)[] = [];
  let literal = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) break;
    if (open > at && text[open - 1] === "$") {
      literal += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    literal += text.slice(at, open);
    if (literal !== "") parts.push(literal);
    literal = "";
    const { expression, end } = parseExpressionAt(text, open + OPEN.length);
    if (end >= text.length) throw unclosed(open);
    parts.push(expression);
    at = end + CLOSE.length;
  }
  literal += text.slice(at);
  if (literal !== "") parts.push(literal);
  const all = parts.flatMap((part) => (typeof part === "string" ? [] : [referencesOf(part)]));
  const reads = all.flatMap((one) => one.reads);
  return { text, parts, references: { reads, asks: all.flatMap((one) => one.asks) } };
}

/** A text as {@link parseTemplate} reads it back: nothing in it is evaluated. */
export function escapeTemplate(text: string): string {
  return text.replaceAll(OPEN, () => `$${OPEN}`);
}

/**
 * The value of a template: what its expression gives if there is nothing else in the text, and
 * otherwise the text.
 * @throws ExpressionError
 */
export function fillTemplate({ parts, text }: Template, config: Config): ConfigValue {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") {
    return evaluate(only, config);
  }
  let filled = "";
  for (const part of parts) {
    filled += typeof part === "string" ? part : asText(evaluate(part, config));
    limitText(filled.length, { at: 0, end: text.length });
  }
  return filled;
}

function unclosed(at: number): ExpressionError {
  const span = { at, end: at + OPEN.length };
  const remedy = `Close it with ${CLOSE}, or write $${OPEN} if the text is meant.`;
  return new ExpressionError(`${OPEN} has no ${CLOSE} behind it.`, span, remedy);
}
