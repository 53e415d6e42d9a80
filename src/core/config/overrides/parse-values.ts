import { parse } from "yaml";

import { ExpressionError, type Span } from "../../expression/expression-error.ts";
import { parseExpressionAt } from "../../expression/parser.ts";
import { type ConfigValue, isConfig } from "../config.ts";
import { canonicalJson } from "../identity.ts";
import { refusedName } from "../names.ts";
import { valueProblems } from "../parse-config.ts";
import { show } from "../problems.ts";
import { OverrideError } from "./override.ts";
import { resolvePlain } from "./plain-scalar.ts";
import { parseRange } from "./range.ts";

const MAX_DEPTH = 30;
const BLANKS = /\s*/y;

/**
 * The values behind `=`, from `start` to the end of the text. Nothing at all is null, as in YAML.
 * @returns at least one, no two equal
 * @throws OverrideError
 */
export function parseValues(text: string, start: number): readonly ConfigValue[] {
  if (text.slice(start).trim() === "") return [null];
  const values: ConfigValue[] = [];
  const seen = new Set<string>();
  let at = start;
  for (;;) {
    const first = afterBlanks(text, at);
    const found = parseOne(text, first);
    for (const value of found.values) {
      const id = canonicalJson(value);
      if (seen.has(id)) {
        const message = `The value ${show(value)} comes twice.`;
        throw new OverrideError(message, { at: first, end: found.end }, "Leave out one of them.");
      }
      seen.add(id);
      values.push(value);
    }
    at = afterBlanks(text, found.end);
    if (at >= text.length) return values;
    if (text[at] !== ",") throw tooMuch(text, first, at);
    at += 1;
  }
}

type Found = { readonly values: readonly ConfigValue[]; readonly end: number };

function parseOne(text: string, at: number): Found {
  const first = text[at];
  if (first === undefined || first === ",") {
    const span = { at: Math.max(0, Math.min(at, text.length - 1)), end: at + 1 };
    throw new OverrideError(
      "A value is missing at the comma.",
      span,
      "Write null if that is meant.",
    );
  }
  if (first === '"' || first === "'") {
    const end = quotedEnd(text, at);
    return { values: [readYaml(text, { at, end })], end };
  }
  if (first === "[" || first === "{") {
    const end = collectionEnd(text, at);
    return { values: [readYaml(text, { at, end })], end };
  }
  const end = plainEnd(text, at);
  const plain = text.slice(at, end).trimEnd();
  const span = { at, end: at + plain.length };
  return { values: parseRange(plain, span) ?? [resolvePlain(plain, span)], end };
}

/** Up to the next comma that stands in no expression. */
function plainEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ",") {
    at = text.startsWith("$<|", at) ? lateEnd(text, at) : at + 1;
  }
  return at;
}

/** Behind the `|>` of an expression. What is wrong in it is said when it is read as one. */
function lateEnd(text: string, at: number): number {
  try {
    return Math.min(text.length, parseExpressionAt(text, at + 3).end + 2);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const close = text.indexOf("|>", at);
    return close < 0 ? text.length : close + 2;
  }
}

/** Behind the quote that closes the one at `at`: `''` and `\"` do not. */
function quotedEnd(text: string, at: number): number {
  const quote = text[at] ?? "";
  let next = at + 1;
  while (next < text.length) {
    if (text[next] === "\\" && quote === '"') next += 2;
    else if (text[next] !== quote) next += 1;
    else if (quote === "'" && text[next + 1] === "'") next += 2;
    else return next + 1;
  }
  const remedy = `Close it with ${quote}; the shell takes a pair of its own, as in c="'x,y'".`;
  throw new OverrideError("The quoted text has no end.", { at, end: text.length }, remedy);
}

/** Behind the bracket that closes the one at `at`. Quotes count where a value can begin. */
function collectionEnd(text: string, at: number): number {
  const open: string[] = [];
  let before = "";
  let next = at;
  while (next < text.length) {
    const character = text[next] ?? "";
    if ((character === '"' || character === "'") && "[{,:".includes(before)) {
      next = quotedEnd(text, next);
      before = character;
      continue;
    }
    if (character === "[" || character === "{") open.push(character === "[" ? "]" : "}");
    if (open.length > MAX_DEPTH) {
      throw new OverrideError(`It nests more than ${MAX_DEPTH} levels deep.`, {
        at: next,
        end: next + 1,
      });
    }
    if (character === open.at(-1)) open.pop();
    if (open.length === 0) return next + 1;
    if (character.trim() !== "") before = character;
    next += 1;
  }
  const message = `Expected ${JSON.stringify(open.at(-1))}, got the end.`;
  throw new OverrideError(message, { at: text.length - 1, end: text.length });
}

/** A quoted text, list or object in YAML's flow style. */
function readYaml(text: string, span: Span): ConfigValue {
  let value: unknown;
  try {
    value = parse(text.slice(span.at, span.end), {
      version: "1.2",
      schema: "core",
      maxAliasCount: 0,
      logLevel: "error",
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new OverrideError(firstSentence(error.message), yamlSpan(error, span));
  }
  const [problem] = valueProblems(value, "");
  if (problem !== undefined) throw new OverrideError(`A value is wrong: ${problem.message}`, span);
  // Plain data, as was just checked.
  const data = value as ConfigValue;
  checkNames(data, span);
  return data;
}

function checkNames(value: ConfigValue, span: Span): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value) as readonly (readonly [string, ConfigValue])[]) {
    const refusal = isConfig(value) ? refusedName(name) : undefined;
    if (refusal !== undefined) throw new OverrideError(`The key ${refusal}`, span);
    checkNames(part, span);
  }
}

function firstSentence(message: string): string {
  const [line = ""] = message.split("\n");
  const sentence = line.replace(/ at line \d+, column \d+:?$/, "");
  return sentence.endsWith(".") ? sentence : `${sentence}.`;
}

function yamlSpan(error: Error, { at, end }: Span): Span {
  const pos: unknown = "pos" in error ? error.pos : undefined;
  const offset: unknown = Array.isArray(pos) ? pos[0] : undefined;
  if (typeof offset !== "number") return { at, end };
  const place = Math.min(end - 1, at + offset);
  return { at: place, end: place + 1 };
}

function tooMuch(text: string, first: number, at: number): OverrideError {
  const message = `Expected "," or the end behind the value, got ${JSON.stringify(text[at])}.`;
  const whole = JSON.stringify(text.slice(first));
  return new OverrideError(message, { at, end: text.length }, `Put all of it in quotes: ${whole}.`);
}

function afterBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  return at + (BLANKS.exec(text)?.[0].length ?? 0);
}
