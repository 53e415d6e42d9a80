import { find, missingKey } from "../../expression/evaluator.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { sizeOf } from "../../expression/limits.ts";
import type { Reference } from "../../expression/references.ts";
import { formatPath, type Path } from "../../expression/syntax.ts";
import type { Config, ConfigValue } from "../config.ts";
import type { Origin } from "../origin.ts";
import { type Problem, within } from "../problems.ts";
import { type LateSlot, type LateText, templatesIn } from "./late-slots.ts";
import { type LateValue, type Order, orderOf } from "./order.ts";
import { fillTemplate, parseTemplate, type Template } from "./template.ts";

/** No configuration gets more parts from all of its late values. */
const MAX_PARTS = 1_000_000;

/** What is known about where a configuration's values come from; for messages only. */
export type Background = {
  readonly originOf?: (path: Path) => Origin | undefined;
  /** Who took out what stood at a path, or at one above it. */
  readonly removalOf?: (path: Path) => Origin | undefined;
  /** Dotted paths that functions compute, after all late values. */
  readonly derived?: readonly string[];
  /** Names at the top that no configuration has, though people may look for them, and why. */
  readonly withheld?: Readonly<Record<string, Withheld>>;
};

/** Why a name is not to be read, as the end of a sentence that names it, and what to do instead. */
export type Withheld = { readonly reason: string; readonly remedy: string };

export type Resolved = {
  /** With the values in place of the texts; where there is a problem, the text is left. */
  readonly config: Config;
  readonly problems: readonly Problem[];
};

/**
 * A function that computes the late values of configurations. What it learns from one, it uses for the
 * next: each text is read once, and the order is found once for each shape, so make one for a search.
 */
export function lateResolver(): (config: Config, background?: Background) => Resolved {
  const templates = new Map<string, Template | ExpressionError>();
  const orders = new Map<string, Order>();
  return (config, background = {}) => {
    const { copy, texts } = templatesIn(config);
    if (texts.length === 0) return { config: copy, problems: [] };
    const problems: Problem[] = [];
    const slots: LateSlot[] = [];
    for (const late of texts) {
      const template = templates.get(late.text) ?? read(late.text);
      templates.set(late.text, template);
      if (template instanceof ExpressionError) {
        problems.push(problemOf(template, late, background));
      } else slots.push({ ...late, template });
    }
    const shape = texts.map(({ path, text }) => `${path.join("\0")}\0\0${text}`).join("\0\0\0");
    const order = orders.get(shape) ?? orderOf(slots);
    orders.set(shape, order);
    problems.push(...cycleProblems(slots, order, background));
    const unread = texts.filter(({ text }) => templates.get(text) instanceof ExpressionError);
    problems.push(...fill(copy, slots, order, unread, background));
    return { config: copy, problems };
  };
}

function read(text: string): Template | ExpressionError {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

/** Puts the values in, one after the other. What needs a value that failed is left out silently. */
function fill(
  config: Config,
  slots: readonly LateSlot[],
  { order, needs }: Order,
  unread: readonly LateText[],
  background: Background,
): readonly Problem[] {
  const problems: Problem[] = [];
  const filled = new Set<number>();
  let parts = 0;
  for (const index of order) {
    const slot = slots[index];
    if (slot === undefined) continue;
    const isReady = (needs[index] ?? []).every((one) => filled.has(one));
    if (!isReady || readsAny(slot, unread)) continue;
    const missing = missingNames(slot, config, background);
    problems.push(...missing);
    if (missing.length > 0) continue;
    try {
      const value = fillTemplate(slot.template, config);
      parts += sizeOf(value, MAX_PARTS);
      if (parts > MAX_PARTS) throw tooMuch(slot.text);
      slot.put(value);
      filled.add(index);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push(problemOf(error, slot, background));
    }
  }
  return problems;
}

function tooMuch(text: string): ExpressionError {
  const message = `The late values hold more than ${MAX_PARTS} parts in all.`;
  return new ExpressionError(message, { at: 0, end: text.length });
}

/** Whether a late value reads one that could not even be read. */
function readsAny({ template }: LateValue, unread: readonly LateText[]): boolean {
  if (unread.length === 0) return false;
  const isWithin = (inner: Path, outer: Path) =>
    outer.every((part, index) => inner[index] === part);
  return template.references.reads.some(({ path }) =>
    unread.some((one) => isWithin(path, one.path) || isWithin(one.path, path)),
  );
}

/** Every name in the expressions that leads nowhere, even in branches that are not taken. */
function missingNames(slot: LateSlot, config: Config, background: Background): readonly Problem[] {
  const { reads, asks } = slot.template.references;
  const isAsked = (path: Path) =>
    asks.some((asked) => asked.every((part, index) => path[index] === part));
  return reads.flatMap((reference) => {
    if (isAsked(reference.path)) return [];
    const path = missingPart(reference.path, config);
    return path === undefined
      ? []
      : [missingProblem(slot, { ...reference, path }, config, background)];
  });
}

/** The path up to the first key that is missing in an object. */
function missingPart(path: Path, config: Config): Path | undefined {
  let value: ConfigValue | undefined = config;
  for (const [index, part] of path.entries()) {
    if (typeof part !== "string" || typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value)) return undefined;
    value = find(value, part);
    if (value === undefined) return path.slice(0, index + 1);
  }
  return undefined;
}

function missingProblem(
  slot: LateSlot,
  { path, span }: Reference,
  config: Config,
  background: Background,
): Problem {
  const name = formatPath(path);
  const quoted = JSON.stringify(name);
  if (background.derived?.some((one) => one === name || name.startsWith(`${one}.`)) === true) {
    const message = `needs ${quoted}, which a function computes after all late values.`;
    const remedy = "Compute this one by a function, too: give it to `derived`.";
    return problemOf(new ExpressionError(message, span, remedy), slot, background);
  }
  const withheld = withheldName(path, background);
  if (withheld !== undefined) {
    const error = new ExpressionError(`needs ${quoted}${withheld.reason}`, span, withheld.remedy);
    return problemOf(error, slot, background);
  }
  const removal = background.removalOf?.(path);
  if (removal !== undefined) {
    const place = removal.file === undefined ? "" : ` (${removal.file}${lineOf(removal)})`;
    const message = `needs ${quoted}, which ${removal.layer}${place} removed.`;
    const key = formatPath(slot.path);
    const remedy = `Set ${name} there, remove ${key} there too ("~${key}"), or ask first: $<|${name} if has(${name}) else …|>.`;
    return problemOf(new ExpressionError(message, span, remedy), slot, background);
  }
  return problemOf(missingKey(path, span, config), slot, background);
}

/** What is known of a name that a configuration does not have on purpose. */
export function withheldName([name]: Path, { withheld }: Background): Withheld | undefined {
  if (typeof name !== "string" || withheld === undefined) return undefined;
  return Object.hasOwn(withheld, name) ? withheld[name] : undefined;
}

const lineOf = ({ line }: Origin) => (line === undefined ? "" : `:${line}`);

function cycleProblems(
  slots: readonly LateSlot[],
  { cycles }: Order,
  background: Background,
): readonly Problem[] {
  return cycles.flatMap((cycle) => {
    const members = cycle.flatMap((index) => slots[index] ?? []);
    const [first] = members;
    if (first === undefined) return [];
    const names = [...members, first].map(({ path }) => formatPath(path));
    const message =
      members.length === 1 ? "needs itself." : `needs itself: ${names.join(" needs ")}.`;
    const remedy = "Give one of them a value of its own.";
    const span = spanOfNeed(first, members[1] ?? first);
    return [problemOf(new ExpressionError(message, span, remedy), first, background)];
  });
}

/** Where `slot` mentions `needed`. */
function spanOfNeed(slot: LateSlot, needed: LateSlot): Reference["span"] {
  const found = slot.template.references.reads.find(({ path }) =>
    path.every((part, index) => index >= needed.path.length || needed.path[index] === part),
  );
  return found?.span ?? { at: 0, end: slot.text.length };
}

function problemOf(
  { message, at, end, remedy }: ExpressionError,
  { path, text }: LateText,
  { originOf }: Background,
): Problem {
  const origin = originOf?.(path);
  const place = path.reduce<string>((before, part) => within(before, part), "");
  const problem = { place, message, excerpt: { text, at, end }, remedy };
  return origin === undefined ? problem : { ...problem, origin };
}
