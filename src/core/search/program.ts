import { isConfig } from "../config/config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";

const EXAMPLE = '{ module: "main.ts" } or { command: ["python3", "train.py"] }';

/** Whatever keeps `value` from being a `Program`. */
export function programProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, EXAMPLE, value)];
  const unknown = unknownKeys(value, ["module", "command"], place);
  const { module, command } = value;
  if ((module === undefined) === (command === undefined)) {
    return [...unknown, mismatch(place, `either ${EXAMPLE}`, value)];
  }
  if (module !== undefined) {
    return isText(module)
      ? unknown
      : [...unknown, mismatch(within(place, "module"), "a path below the project's root", module)];
  }
  return Array.isArray(command) && command.length > 0 && command.every(isText)
    ? unknown
    : [...unknown, mismatch(within(place, "command"), "a list of arguments (texts)", command)];
}

/** Of a path, or an argument of a program: a NUL would end both. */
const isText = (value: unknown) =>
  typeof value === "string" && value !== "" && !value.includes("\0");
