import { isConfig } from "../config/config.ts";
import { namesIn } from "../recording/output-patterns.ts";
import { mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";

const EXAMPLE = '{ module: "main.ts" } or { command: ["python3", "train.py"] }';

/** Whatever keeps `value` from being a `Program`. */
export function programProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, EXAMPLE, value)];
  const unknown = unknownKeys(value, ["module", "command", "output"], place);
  const { module, command, output } = value;
  if ((module === undefined) === (command === undefined)) {
    return [...unknown, mismatch(place, `either ${EXAMPLE}`, value)];
  }
  const problems = [...unknown];
  if (module !== undefined && !isText(module)) {
    problems.push(mismatch(within(place, "module"), "a path below the project's root", module));
  }
  if (command !== undefined && !isListOfTexts(command)) {
    problems.push(mismatch(within(place, "command"), "a list of arguments (texts)", command));
  }
  if (output === undefined) return problems;
  return module === undefined
    ? [...problems, ...outputProblems(output, within(place, "output"))]
    : [...problems, mismatch(within(place, "output"), "nothing: a module has a recorder", output)];
}

function outputProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) {
    return [mismatch(place, '{ patterns: ["epoch {epoch} loss: {loss}"], step: "epoch" }', value)];
  }
  const { patterns, step } = value;
  const problems = [...unknownKeys(value, ["patterns", "step"], place)];
  if (!isListOfTexts(patterns) || !patterns.every(isPattern)) {
    const expected = "a list of texts with names in braces, each once, such as loss: {loss}";
    return [...problems, mismatch(within(place, "patterns"), expected, patterns)];
  }
  const names = patterns.flatMap(namesIn);
  if (step !== undefined && !(isText(step) && names.includes(step))) {
    problems.push(mismatch(within(place, "step"), `one of ${names.join(", ")}`, step));
  }
  return problems;
}

/** Of a path, or an argument of a program: a NUL would end both. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && !value.includes("\0");
const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);

function isPattern(pattern: string): boolean {
  const names = namesIn(pattern);
  return names.length > 0 && new Set(names).size === names.length;
}
