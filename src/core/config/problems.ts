import { distance } from "fastest-levenshtein";

import { oneLine } from "../printable.ts";
import { type Config, pathsOf } from "./config.ts";
import { type Excerpt, formatExcerpt, formatOrigin, type Origin } from "./origin.ts";

/** One thing that is wrong with a value from outside: where it stands, and a sentence about it. */
export type Problem = {
  /** The path of the value, as {@link within} builds it; empty for the whole. */
  readonly place: string;
  readonly message: string;
  /** Who wrote it, where that is not clear from the file that is checked. */
  readonly origin?: Origin;
  /** The text that is wrong. */
  readonly excerpt?: Excerpt;
  /** What to write instead. */
  readonly remedy?: string;
};

/** Letters of a value or a name that a message shows. */
const MAX_SHOWN = 80;
/** Letters of a message, or what belongs to it. */
const MAX_TEXT = 1000;
/** Problems that are listed. */
const MAX_LINES = 50;

/** "expected …, got …", with a remedy where there is one. */
export function mismatch(place: string, expected: string, got: unknown, remedy = ""): Problem {
  const tail = remedy === "" ? "" : ` ${remedy}`;
  return { place, message: `expected ${expected}, got ${show(got)}.${tail}` };
}

/** The keys of `value` that nobody reads, each with the known name that is probably meant. */
export function unknownKeys(
  value: object,
  known: readonly string[],
  place: string,
): readonly Problem[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      place: within(place, key),
      message: `is not a known key.${suggestion(key, known)} Known are ${known.join(", ")}.`,
    }));
}

/** ` Did you mean "learningRate"?`, or nothing if no known name is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
}

/** The known name with the fewest edits from `name`, if they are fewer than half of its letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 2));
  if (name.length > MAX_SHOWN) return undefined;
  for (const candidate of known) {
    // Its edits would be too many anyway, and counting them takes the product of the lengths.
    if (candidate.length - name.length > fewest) continue;
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    // "x" and "N" are one edit apart and have nothing in common.
    if (edits >= Math.max(name.length, candidate.length)) continue;
    if (edits < fewest || (edits === fewest && best === undefined)) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/**
 * The dotted path in a configuration that `path` was probably meant to be: one with the same last part
 * (`lr` for `optimizer.lr`), or else one whose last part is nearly the same.
 */
export function nearestPath(path: string, config: Config): string | undefined {
  const paths = pathsOf(config);
  const last = lastPart(path);
  const same = paths.filter((known) => lastPart(known) === last);
  const near = paths.filter((known) => nearest(last, [lastPart(known)]) !== undefined);
  const end = nearest(last, near.map(lastPart));
  return (
    nearest(path, same) ??
    same[0] ??
    nearest(path, near) ??
    near.find((known) => lastPart(known) === end)
  );
}

const lastPart = (path: string) => path.slice(path.lastIndexOf(".") + 1);

/** `place` followed by a key: `space.lr`, `seeds[2]`, `space["optimizer.lr"]`. */
export function within(place: string, key: string | number): string {
  if (typeof key === "number") return `${place}[${key}]`;
  if (key.length > MAX_SHOWN) return within(place, oneLine(key, MAX_SHOWN));
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${place}[${JSON.stringify(key)}]`;
  return place === "" ? key : `${place}.${key}`;
}

/**
 * A line for each problem, with its excerpt and remedy, below the file that they stand in; more
 * than {@link MAX_LINES} are counted.
 */
export function formatProblems(source: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const lines = problems.slice(0, MAX_LINES).map(formatProblem);
  if (problems.length > MAX_LINES) lines.push(`  … and ${problems.length - MAX_LINES} more`);
  return [`${source} has ${count}:`, ...lines].join("\n");
}

function formatProblem({ place, message, origin, excerpt, remedy }: Problem): string {
  const where = origin === undefined ? "" : `(${formatOrigin(origin)})`;
  const head = [cut(place), where].filter((part) => part !== "").join(" ");
  const first = head === "" ? `  - ${cut(message)}` : `  - ${head}: ${cut(message)}`;
  const more = excerpt === undefined ? [] : formatExcerpt(excerpt);
  const last = remedy === undefined || remedy === "" ? [] : [cut(remedy)];
  return [first, ...[...more, ...last].map((line) => `      ${line}`)].join("\n");
}

/** Names that people write fit; those that somebody made up to fill the screen do not. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** A value as a message shows it: short, and never failing, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    const some = keys.slice(0, 5).map((key) => oneLine(key, MAX_SHOWN));
    return keys.length === 0 ? "{}" : `an object with ${some.join(", ")}`;
  }
  if (typeof value === "string") return JSON.stringify(value.slice(0, MAX_SHOWN));
  return String(value);
}
