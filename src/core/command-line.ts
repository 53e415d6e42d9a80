import { UserError } from "../errors.ts";
import { type Config, type ConfigValue, valueAt } from "./config/config.ts";

/** `{learningRate}`, `{optimizer.lr}`, `{run_dir}`; other braces are the program's own. */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g;

/** What a command line may name besides the configuration's keys. */
export const RUN_PLACEHOLDERS = ["run_dir", "config_file", "recorder_file", "attempt"] as const;
export type RunPlaceholders = Readonly<Record<(typeof RUN_PLACEHOLDERS)[number], string>>;

/** The names in a command line that neither the configuration nor the run has, each once. */
export function unknownPlaceholders(command: readonly string[], config: Config): readonly string[] {
  const names = command.flatMap((argument) =>
    [...argument.matchAll(PLACEHOLDER)].map(([, name = ""]) => name),
  );
  const known: readonly string[] = RUN_PLACEHOLDERS;
  return [...new Set(names)].filter(
    (name) => !known.includes(name) && valueAt(config, name) === undefined,
  );
}

/** The longest command line that a system takes (2 MiB on Linux), UTF-16 units. */
const MAX_LENGTH = 1 << 21;

/**
 * A command line for one run. Values stay within their argument: nothing is ever read by a shell.
 * Texts are put in as they are, everything else as JSON. Unknown names stay as they stand.
 * @throws UserError `config-invalid` if it would be longer than any system takes
 */
export function fillCommand(
  command: readonly string[],
  config: Config,
  run: RunPlaceholders,
): readonly string[] {
  let length = 0;
  // Counted while it grows: a short command can name a long value any number of times.
  const count = (text: string) => {
    length += text.length;
    if (length <= MAX_LENGTH) return text;
    throw new UserError(
      "config-invalid",
      `The command line would be longer than the ${MAX_LENGTH} characters that a system takes.`,
      "Have the program read {config_file} instead of long values.",
    );
  };
  const fill = (whole: string, name: string) => {
    if (Object.hasOwn(run, name)) return run[name as keyof RunPlaceholders];
    const value = valueAt(config, name);
    return value === undefined ? whole : formatArgument(value);
  };
  return command.map((argument) =>
    count(argument).replace(PLACEHOLDER, (whole, name: string) => count(fill(whole, name))),
  );
}

function formatArgument(value: ConfigValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
