import { UserError } from "../../errors.ts";
import { type Config, type ConfigValue, isConfig } from "./config.ts";
import { oneLine } from "../printable.ts";
import { isForbiddenName, refusedName } from "./names.ts";
import { formatProblems, mismatch, type Problem, within } from "./problems.ts";

/** Deeper than any configuration; a value that contains itself is found by it. */
const MAX_DEPTH = 32;

/**
 * The text of one run's `config.json`, checked.
 * @param source - path, for the message only
 * @throws UserError `config-invalid`
 */
export function parseConfig(text: string, source: string): Config {
  const value = parseJson(text, source);
  if (!isConfig(value)) {
    throw invalid(formatProblems(source, [mismatch("", "one JSON object", value)]));
  }
  const problems = valueProblems(value, "");
  if (problems.length > 0) throw invalid(formatProblems(source, problems));
  return value;
}

/** Any JSON value. @throws UserError `config-invalid`, naming `source` */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(`${source} is not valid JSON: ${oneLine(error.message)}.`, error);
  }
}

/** Whatever in `value` JSON cannot hold, or would change: functions, NaN, dates, cycles … */
export function valueProblems(value: unknown, place: string, depth = 0): readonly Problem[] {
  if (typeof value === "number") {
    return Number.isFinite(value) ? [] : [mismatch(place, "a finite number", value)];
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") return [];
  if (depth > MAX_DEPTH) return [mismatch(place, `at most ${MAX_DEPTH} levels`, "more")];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valueProblems(item, within(place, index), depth + 1));
  }
  if (!isPlainObject(value)) {
    return [mismatch(place, "data (a number, text, true, false, null, list or object)", value)];
  }
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
    isForbiddenName(name)
      ? [{ place: within(place, name), message: `the key ${refusedName(name) ?? ""}` }]
      : valueProblems(item, within(place, name), depth + 1),
  );
}

/** Names that could not be written as a dotted path, or that mean something else. */
export function nameProblems(config: Config, place: string, depth = 0): readonly Problem[] {
  if (depth > MAX_DEPTH) return [];
  return Object.entries(config).flatMap(([name, value]: [string, ConfigValue]) => {
    const here = within(place, name);
    const own =
      refusedName(name) !== undefined
        ? [mismatch(here, 'a name that is not empty, without "." and "/"', name)]
        : [];
    return isConfig(value) ? [...own, ...nameProblems(value, here, depth + 1)] : own;
  });
}

/** Whether `value` was written as `{…}`, in this or in another context. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === null || Object.getPrototypeOf(parent) === null;
}

function invalid(message: string, cause?: unknown): UserError {
  const hint = "Fix the file, or delete its run folder and prepare it again.";
  return new UserError("config-invalid", message, hint, { cause });
}
