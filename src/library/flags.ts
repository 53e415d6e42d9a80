import { UserError } from "../errors.ts";

/** An option of a command under its flag's name in camel case; undefined means: not given. */
export type OptionValue = string | number | boolean | readonly string[] | undefined;

/**
 * The command line that says the same, so that a caller gets the command's own defaults, checks and
 * messages: `{ nProcesses: 2 }` becomes `--n_processes=2`.
 * @throws UserError `usage` for an empty text or a value that no flag takes
 */
export function toFlags(options: Readonly<Record<string, OptionValue>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    const values = Array.isArray(value) ? value : [value];
    return values.map((one: unknown) => {
      if (isValue(one)) return `${flag}=${one}`;
      throw new UserError(
        "usage",
        `${name}: expected a text, a number or true or false, got ${JSON.stringify(one)}.`,
        `It means what ${flag} means on the command line; leave it out for the default.`,
      );
    });
  });
}

function isValue(value: unknown): value is string | number | boolean {
  if (typeof value === "string") return value !== "";
  return typeof value === "number" || typeof value === "boolean";
}
