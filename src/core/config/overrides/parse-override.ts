import type { Span } from "../../expression/expression-error.ts";
import type { Excerpt } from "../origin.ts";
import { refusedName } from "../names.ts";
import type { Problem } from "../problems.ts";
import { type ConfigValue, isList } from "../config.ts";
import { type Override, OverrideError } from "./override.ts";
import { parseValues } from "./parse-values.ts";

/** An override, and where in its argument the key stands. */
export type WrittenOverride = { readonly override: Override; readonly key: Excerpt };

/** A name that needs no quotes. */
const BARE = /[\p{L}\p{N}_][\p{L}\p{N}_@%#-]*/uy;
/** In single quotes `''` stands for one of them. */
const QUOTED = { "'": /'(?:[^']|'')*'/y, '"': /"[^"]*"/y } as const;
const MAX_LENGTH = 100_000;

/**
 * All arguments of a command line that are overrides, in their order.
 * @returns with every problem that there is, each pointing at the character
 */
export function parseOverrides(args: readonly string[]): {
  readonly overrides: readonly WrittenOverride[];
  readonly problems: readonly Problem[];
} {
  const overrides: WrittenOverride[] = [];
  const problems: Problem[] = [];
  for (const text of args) {
    try {
      const written = parseOverride(text);
      const other = overrides.find((one) => areAboutTheSame(one.override, written.override));
      if (other === undefined) overrides.push(written);
      else problems.push(setTwice(written, other.key));
    } catch (error) {
      if (!(error instanceof OverrideError)) throw error;
      const { message, span, remedy } = error;
      problems.push({ place: "", message, excerpt: { text, ...span }, remedy });
    }
  }
  return { overrides, problems };
}

/**
 * What one argument says.
 * @throws OverrideError
 */
export function parseOverride(text: string): WrittenOverride {
  if (text.length > MAX_LENGTH) {
    const message = `It has ${text.length} characters; the most are ${MAX_LENGTH}.`;
    throw new OverrideError(message, { at: 0, end: 0 });
  }
  const prefix = text.startsWith("~") || text.startsWith("+") ? text.charAt(0) : "";
  const { path, end } = parsePath(text, prefix.length);
  const key = { text, at: prefix.length, end };
  if (prefix === "~") {
    if (end === text.length) return { override: { kind: "remove", path }, key };
    const remedy = `Write ${text.slice(0, end)}.`;
    throw new OverrideError("Nothing follows the key that is removed.", rest(text, end), remedy);
  }
  if (text.startsWith("+=", end)) {
    return { override: { kind: "append", path, items: parseItems(text, end + 2) }, key };
  }
  if (text[end] !== "=") throw noValue(text, end);
  const values = parseValues(text, end + 1);
  return { override: { kind: "set", path, values, isNew: prefix === "+" }, key };
}

function parsePath(text: string, start: number): { path: readonly string[]; end: number } {
  const path: string[] = [];
  let at = start;
  for (;;) {
    const { name, end } = parseName(text, at);
    const refusal = refusedName(name);
    if (refusal !== undefined) throw new OverrideError(`The key ${refusal}`, { at, end });
    path.push(name);
    if (text[end] === "[") {
      const remedy = `Lists are replaced as a whole: ${text.slice(start, end)}=[…].`;
      throw new OverrideError("Items of lists have no keys.", rest(text, end), remedy);
    }
    if (text[end] !== ".") return { path, end };
    at = end + 1;
  }
}

function parseName(text: string, at: number): { name: string; end: number } {
  const quote = text[at];
  if (quote === '"' || quote === "'") {
    const quoted = QUOTED[quote];
    quoted.lastIndex = at;
    const found = quoted.exec(text)?.[0];
    if (found === undefined) {
      throw new OverrideError(
        "The quoted key has no end.",
        rest(text, at),
        `Close it with ${quote}.`,
      );
    }
    return {
      name: quote === "'" ? found.slice(1, -1).replaceAll("''", "'") : found.slice(1, -1),
      end: at + found.length,
    };
  }
  BARE.lastIndex = at;
  const name = BARE.exec(text)?.[0] ?? "";
  if (name !== "") return { name, end: at + name.length };
  if (text[at] === "=") {
    const remedy = "Leave out the blanks before it: lr=0.1.";
    throw new OverrideError("A key is missing.", { at, end: at + 1 }, remedy);
  }
  const dashes = /^-+/.exec(text)?.[0] ?? "";
  const remedy =
    dashes === "" ? "As in optimizer.lr=0.1." : `Without dashes: ${text.slice(dashes.length)}.`;
  const span = { at, end: Math.min(text.length, at + 1) };
  throw new OverrideError(`Expected a key, got ${got(text, at)}.`, span, remedy);
}

function parseItems(text: string, at: number): readonly ConfigValue[] {
  const [only = null, ...others] = parseValues(text, at);
  if (others.length > 0) {
    const remedy = `Append a list: ${text.slice(0, at)}[${text.slice(at)}].`;
    throw new OverrideError("One value is appended, or one list.", rest(text, at), remedy);
  }
  return isList(only) ? only : [only];
}

function noValue(text: string, end: number): OverrideError {
  const tail = text.slice(end).trimStart();
  const value = tail === "" ? "value" : tail.replace(/^[:=]\s*/, "");
  const remedy = `Write ${text.slice(0, end)}=${value}, or ~${text.slice(0, end)} to remove it.`;
  return new OverrideError(`Expected "=", got ${got(text, end)}.`, rest(text, end), remedy);
}

const got = (text: string, at: number) =>
  at >= text.length ? "the end" : JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));

const rest = (text: string, at: number): Span => ({ at, end: Math.max(at + 1, text.length) });

/** Whether two overrides are about the same value, or one about a part of the other's. */
function areAboutTheSame(first: Override, then: Override): boolean {
  return startsWith(first.path, then.path) || startsWith(then.path, first.path);
}

const startsWith = (path: readonly string[], start: readonly string[]) =>
  start.every((part, index) => path[index] === part);

/** Of two overrides that say the same: what is wrong with the second. */
export function setTwice({ key }: WrittenOverride, other: Excerpt): Problem {
  const message = `is set twice: ${JSON.stringify(other.text)} sets it, too.`;
  const place = key.text.slice(key.at, key.end);
  return { place, message, excerpt: key, remedy: "Leave out one of them." };
}
