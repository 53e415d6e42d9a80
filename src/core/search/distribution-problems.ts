import { type ConfigValue, isConfig } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { valueProblems } from "../config/parse-config.ts";
import { mismatch, type Problem, suggestion, unknownKeys, within } from "../config/problems.ts";
import type { Distribution } from "./distributions.ts";
import { countValues, shareWithin } from "./quantile.ts";

/** What each kind is made of, besides `kind` and `when`; `?` marks what may be left out. */
const PARTS: Readonly<Record<Distribution["kind"], readonly string[]>> = {
  uniform: ["low", "high"],
  quantisedUniform: ["low", "high", "step"],
  logUniform: ["low", "high", "step?"],
  integer: ["low", "high"],
  logInteger: ["low", "high"],
  normal: ["mean", "deviation", "low?", "high?", "step?"],
  logNormal: ["mean", "deviation", "low?", "high?", "step?"],
  choice: ["values", "weights?"],
  fixed: ["value"],
};
/** Less of a distribution between its bounds is taken for a mistake, and lost in rounding. */
const LEAST_SHARE = 1e-6;
const KINDS = Object.keys(PARTS);

/** Whatever keeps `value` from being a distribution that can be drawn from. */
export function distributionProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) {
    const remedy = "Write choice([…]), logUniform(low, high) …, or fixed(value).";
    return [mismatch(place, "a distribution", value, remedy)];
  }
  const { kind } = value;
  if (!isKind(kind)) return [unknownKind(kind, place)];
  const parts = PARTS[kind].map((part) => part.replace("?", ""));
  const unknown = unknownKeys(value, ["kind", ...parts, "when"], place);
  if (kind === "fixed")
    return [...unknown, ...valueProblems(value["value"], within(place, "value"))];
  if (kind === "choice") return [...unknown, ...choiceProblems(value, place)];
  const wrong = parts
    .filter((part) => !(PARTS[kind].includes(`${part}?`) && value[part] === undefined))
    .filter((part) => !Number.isFinite(value[part]))
    .map((part) => mismatch(within(place, part), "a finite number", value[part]));
  if (wrong.length > 0) return [...unknown, ...wrong];
  // Every part was just seen to be a number.
  return [...unknown, ...rangeProblems(value as Numeric, place)];
}

/** A distribution of numbers, whose parts are numbers but whose ranges nobody has looked at. */
type Numeric = Exclude<Distribution, { kind: "choice" | "fixed" }>;

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

function rangeProblems(value: Numeric, place: string): readonly Problem[] {
  const problems: Problem[] = [];
  const { low, high, step, deviation } = { step: undefined, deviation: undefined, ...value };
  const check = (isRight: boolean, part: string, expected: string) => {
    const got = Object.entries(value).find(([key]) => key === part)?.[1];
    if (!isRight) problems.push(mismatch(within(place, part), expected, got));
  };
  if (deviation !== undefined) check(deviation > 0, "deviation", "a number above 0");
  if (low !== undefined && high !== undefined) {
    check(low < high, "high", `a number above low (${low}); fixed(${low}) is one value`);
  }
  if (value.kind === "logNormal" && low !== undefined) check(low > 0, "low", "a number above 0");
  if (value.kind === "logUniform") check(value.low > 0, "low", "a number above 0");
  if (value.kind === "integer" || value.kind === "logInteger") {
    check(Number.isSafeInteger(low), "low", "a whole number");
    check(Number.isSafeInteger(high), "high", "a whole number");
  }
  if (value.kind === "logInteger") check(value.low >= 1, "low", "a whole number of at least 1");
  if (step !== undefined) problems.push(...stepProblems(value, step, place));
  return problems.length > 0 ? problems : truncationProblems(value, place);
}

function stepProblems(value: Numeric, step: number, place: string): readonly Problem[] {
  const here = within(place, "step");
  const { low, high } = value;
  if (value.kind === "quantisedUniform") {
    const fits = step > 0 && step <= value.high - value.low;
    return fits ? [] : [mismatch(here, "above 0, at most high - low", step)];
  }
  if (!(step > 0)) return [mismatch(here, "a number above 0", step)];
  if (low === undefined || high === undefined || countValues(value) >= 1) return [];
  return [mismatch(here, `a number with a multiple between ${low} and ${high}`, step)];
}

function truncationProblems(value: Numeric, place: string): readonly Problem[] {
  if (value.kind !== "normal" && value.kind !== "logNormal") return [];
  const share = shareWithin(value);
  if (share >= LEAST_SHARE) return [];
  const { low = "its start", high = "its end" } = value;
  const message = `has nearly nothing (${share.toExponential(1)}) between ${low} and ${high}. Move the bounds towards the mean.`;
  return [{ place, message }];
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
