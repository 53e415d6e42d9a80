import { type ConfigValue, isConfig } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { valueProblems } from "../config/parse-config.ts";
import { mismatch, type Problem, suggestion, unknownKeys, within } from "../config/problems.ts";
import type { Distribution } from "./distributions.ts";

/** What each kind is made of, besides `kind`. */
const PARTS: Readonly<Record<Distribution["kind"], readonly string[]>> = {
  uniform: ["low", "high"],
  quantisedUniform: ["low", "high", "step"],
  logUniform: ["low", "high"],
  integer: ["low", "high"],
  logInteger: ["low", "high"],
  normal: ["mean", "deviation"],
  choice: ["values", "weights"],
  fixed: ["value"],
};
const KINDS = Object.keys(PARTS);

/** Whatever keeps `value` from being a distribution that can be drawn from. */
export function distributionProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) {
    const remedy = "Write choice([…]), logUniform(low, high) …, or fixed(value).";
    return [mismatch(place, "a distribution", value, remedy)];
  }
  const { kind } = value;
  if (!isKind(kind)) return [unknownKind(kind, place)];
  const unknown = unknownKeys(value, ["kind", ...PARTS[kind]], place);
  if (kind === "fixed")
    return [...unknown, ...valueProblems(value["value"], within(place, "value"))];
  if (kind === "choice") return [...unknown, ...choiceProblems(value, place)];
  const wrong = PARTS[kind]
    .filter((part) => !Number.isFinite(value[part]))
    .map((part) => mismatch(within(place, part), "a finite number", value[part]));
  if (wrong.length > 0) return [...unknown, ...wrong];
  // Every part was just seen to be a number.
  return [...unknown, ...rangeProblems(kind, value as Readonly<Record<string, number>>, place)];
}

function isKind(kind: unknown): kind is Distribution["kind"] {
  return typeof kind === "string" && Object.hasOwn(PARTS, kind);
}

function unknownKind(kind: unknown, place: string): Problem {
  const expected = `a distribution, so one of ${KINDS.join(", ")}`;
  if (typeof kind === "string") {
    return mismatch(within(place, "kind"), expected, kind, suggestion(kind, KINDS).trim());
  }
  const remedy = 'Name a nested parameter by its path: "optimizer.lr".';
  return { place, message: `expected ${expected}, got an object without a kind. ${remedy}` };
}

function rangeProblems(
  kind: Distribution["kind"],
  value: Readonly<Record<string, number>>,
  place: string,
): readonly Problem[] {
  const { low = Number.NaN, high = Number.NaN, step, deviation } = value;
  const problems: Problem[] = [];
  const check = (isRight: boolean, part: string, expected: string) => {
    if (!isRight) problems.push(mismatch(within(place, part), expected, value[part]));
  };
  if (kind === "normal") {
    check(deviation !== undefined && deviation > 0, "deviation", "a number above 0");
    return problems;
  }
  check(low < high, "high", `a number above low (${low}); fixed(${low}) is one value`);
  if (step !== undefined)
    check(step > 0 && step <= high - low, "step", "above 0, at most high - low");
  if (kind === "logUniform") check(low > 0, "low", "a number above 0");
  if (kind === "integer" || kind === "logInteger") {
    check(Number.isSafeInteger(low), "low", "a whole number");
    check(Number.isSafeInteger(high), "high", "a whole number");
  }
  if (kind === "logInteger") check(low >= 1, "low", "a whole number of at least 1");
  return problems;
}

function choiceProblems(
  { values, weights }: Readonly<Record<string, unknown>>,
  place: string,
): readonly Problem[] {
  const problems = [...listProblems(values, within(place, "values"))];
  if (weights === undefined || !Array.isArray(values)) return problems;
  const there = within(place, "weights");
  if (!Array.isArray(weights) || weights.length !== values.length) {
    problems.push(mismatch(there, `a list of ${values.length} weights`, weights));
  } else if (!weights.every((weight) => Number.isFinite(weight) && weight > 0)) {
    problems.push(mismatch(there, "numbers above 0", weights));
  }
  return problems;
}

/** Whatever keeps `values` from being a list of different values, at least one. */
export function listProblems(values: unknown, place: string): readonly Problem[] {
  if (!Array.isArray(values) || values.length === 0) {
    return [mismatch(place, "a list of at least one value", values)];
  }
  const wrong = valueProblems(values, place);
  if (wrong.length > 0) return wrong;
  const seen = new Set<string>();
  // What passed the check is data.
  return values.flatMap((value: ConfigValue, index) => {
    const text = canonicalJson(value);
    if (seen.has(text)) return [{ place: within(place, index), message: `repeats ${text}.` }];
    seen.add(text);
    return [];
  });
}
