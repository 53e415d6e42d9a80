import { closest, distance } from "fastest-levenshtein";
import yargs, { type Argv } from "yargs";

import { UserError } from "../errors.ts";
import type { Command } from "./command.ts";
import { SHELLS } from "./completion.ts";
import { knownOptions } from "./settings/flags.ts";

/** Exit codes, the same for every command; printed at the end of `--help`. */
const EXIT_CODES = {
  0: "done",
  1: "some runs failed",
  2: "wrong use or configuration",
  4: "refused by a policy",
  5: "the scheduler refused",
  70: "a bug of ours",
  75: "stopped before the end: try again",
  130: "ended by Ctrl-C",
  143: "ended by SIGTERM",
} as const;

/**
 * The flags and words of a command, its help, and the answers to whoever gets them wrong.
 * @param words - as {@link normaliseFlags} gives them
 */
export function declare<Options, Report>(
  command: Command<Options, Report>,
  words: readonly string[],
  { version, columns }: { readonly version: string; readonly columns: number | undefined },
): Argv {
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code} ${meaning}`);
  const args = yargs([...words])
    .scriptName(command.name)
    .usage(
      `$0 ${command.words?.usage ?? ""} [options]`.replace("  ", " ") + `\n\n${command.summary}`,
    )
    .option("json", { type: "boolean", default: false, describe: "print one JSON value" })
    .option("quiet", { type: "boolean", default: false, describe: "print names only" })
    .option("completion", {
      choices: SHELLS,
      describe: "print a script that completes all commands",
    })
    .version(version)
    .epilogue(`Exit codes: ${codes.join("; ")}.`)
    .wrap(Math.min(100, columns ?? 100))
    .locale("en")
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": true })
    .strictOptions()
    .check((given) => checkWords(given._, command))
    .check((given) => checkOnce(given, args))
    .fail((message, error: Error | undefined) => {
      if (error !== undefined && error.name !== "YError") throw error;
      throw new UserError("usage", explain(message, args), adviceOn(message, command));
    });
  for (const [line, meaning] of command.examples) args.example(line, meaning);
  return args;
}

/** `--from-file` means `--from_file`; values and what follows `--` stay as they are. */
export function normaliseFlags(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.map((word, index) => {
    if (!word.startsWith("--") || (end >= 0 && index >= end)) return word;
    const [flag = "", ...value] = word.slice(2).split("=");
    return `--${[flag.replaceAll("-", "_"), ...value].join("=")}`;
  });
}

/** Refuses words besides flags that the command does not take. */
function checkWords<Options, Report>(
  words: readonly (string | number)[],
  { name, words: taken }: Command<Options, Report>,
): true {
  const most = taken?.most ?? 0;
  if (words.length <= most) return true;
  const given = words.slice(most).map((word) => JSON.stringify(String(word)));
  throw new UserError(
    "usage",
    `Expected ${most === 0 ? "flags only" : `at most ${taken?.usage ?? most} besides flags`}, got ${given.join(" ")}.`,
    `Flags begin with --, each value follows its flag: see ${name} --help.`,
  );
}

/** Refuses a flag that takes one value and has several, or an empty one. */
function checkOnce(given: Readonly<Record<string, unknown>>, args: Argv): true {
  const { array, key } = knownOptions(args);
  for (const name of Object.keys(key).filter((one) => !array.includes(one))) {
    const value = given[name];
    if (Array.isArray(value)) {
      throw new UserError("usage", `--${name} was given ${value.length} times.`, "Give it once.");
    }
    if (value === "") throw new UserError("usage", `--${name}: expected a value, got none.`, "");
  }
  return true;
}

function adviceOn<Options, Report>(
  message: string,
  { name, words }: Command<Options, Report>,
): string {
  const [, unknown] = UNKNOWN.exec(message) ?? [];
  const takesValues = words?.usage.includes("name=value") === true;
  const plain = `If a value is meant, write it without dashes: ${unknown}=…. `;
  return `${unknown !== undefined && takesValues ? plain : ""}See ${name} --help.`;
}

const UNKNOWN = /^Unknown arguments?: (\w+)/;

/** In our words what yargs says; with the nearest known flag for an unknown one. */
function explain(message: string, args: Argv): string {
  const [, bare] = /^Not enough arguments following: (\w+)/.exec(message) ?? [];
  if (bare !== undefined) {
    return `${bare.length === 1 ? "-" : "--"}${bare}: expected a value, got none.`;
  }
  const [, unknown] = UNKNOWN.exec(message) ?? [];
  // Short ones are near to anything.
  const known = Object.keys(knownOptions(args).key).filter((name) => name.length > 1);
  if (unknown === undefined || known.length === 0) return message.replace(/\n+/g, " ");
  const nearest = closest(unknown, known);
  const near = distance(unknown, nearest) <= Math.max(2, unknown.length / 3);
  return `There is no flag --${unknown}.${near ? ` Did you mean --${nearest}?` : ""}`;
}
