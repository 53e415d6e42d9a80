import { resolve } from "node:path";

import { mismatch, type Problem } from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { DeclaredFlag } from "./flags.ts";
import type { RawSetting } from "./layers.ts";
import { PATH_SETTINGS } from "./names.ts";

export type SettingValue = string | number | boolean;

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["1", true],
  ["true", true],
  ["yes", true],
  ["on", true],
  ["0", false],
  ["false", false],
  ["no", false],
  ["off", false],
]);

/**
 * What a setting means for a flag: a variable's text is read as the flag's type, a file's value has
 * to have it already.
 * @throws UserError `config-invalid`, naming the variable or the file
 */
export function settingValue(flag: DeclaredFlag, setting: RawSetting): SettingValue {
  const { raw, source } = setting;
  const value = source === "environment" ? readText(flag, String(raw)) : asFlagHasIt(flag, raw);
  const problem = problemOf(flag, value, setting);
  if (problem !== undefined) {
    throw new UserError(
      "config-invalid",
      `${problem.place}: ${problem.message}`,
      `It stands for --${flag.name}; \`alstatus --config\` shows where every value comes from.`,
    );
  }
  // It has the flag's type, as just checked.
  const checked = value as SettingValue;
  return PATH_SETTINGS.includes(flag.name) ? resolve(setting.folder, String(checked)) : checked;
}

/** A text as the flag's type; as it is where it cannot be read so. */
function readText({ type }: DeclaredFlag, text: string): unknown {
  if (type === "switch") return SWITCH_WORDS.get(text.toLowerCase()) ?? text;
  if (type !== "number" || text.trim() === "") return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** A duration in seconds may be written as the number that it is. */
const asFlagHasIt = ({ type }: DeclaredFlag, raw: unknown) =>
  type === "text" && typeof raw === "number" ? String(raw) : raw;

function problemOf(
  { type, choices }: DeclaredFlag,
  value: unknown,
  { place, source, raw }: RawSetting,
): Problem | undefined {
  if (type === "switch" && typeof value !== "boolean") {
    const words =
      source === "environment" ? "true or false (1, yes, on; 0, no, off)" : "true or false";
    return mismatch(place, words, raw);
  }
  if (type === "number" && typeof value !== "number") return mismatch(place, "a number", raw);
  if (type === "text" && (typeof value !== "string" || value === "")) {
    return mismatch(place, "a text", raw);
  }
  if (choices !== undefined && !choices.includes(value)) {
    return mismatch(place, `one of ${choices.join(", ")}`, raw);
  }
  return undefined;
}
