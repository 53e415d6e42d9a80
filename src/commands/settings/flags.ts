import yargs, { type Argv } from "yargs";

import type { Command } from "../command.ts";

/** A flag as a command declares it. */
export type DeclaredFlag = {
  /** As it is spelled: `n_processes`. */
  readonly name: string;
  /** Other spellings. */
  readonly aliases: readonly string[];
  readonly type: "text" | "number" | "switch" | "texts";
  /** The values it may have, if they are few. */
  readonly choices: readonly unknown[] | undefined;
  /** Undefined where it has none. */
  readonly default: unknown;
  /** A default in words, for what is decided later: `./storage of the project`. */
  readonly defaultText: string | undefined;
};

/** What yargs knows of declared options; it has no public list of them. */
type Known = {
  readonly array: readonly string[];
  readonly boolean: readonly string[];
  readonly number: readonly string[];
  readonly key: object;
  readonly alias: Readonly<Record<string, readonly string[] | undefined>>;
  readonly choices: Readonly<Record<string, readonly unknown[]>>;
  readonly default: Readonly<Record<string, unknown>>;
  readonly defaultDescription: Readonly<Record<string, string>>;
};

export function knownOptions(args: Argv): Known {
  // The method exists since yargs 1, and is not in its types.
  return (args as Argv & { getOptions: () => Known }).getOptions();
}

/** The flags that have been declared so far. */
export function declaredFlags(args: Argv): readonly DeclaredFlag[] {
  const known = knownOptions(args);
  // Of one letter are the short forms of others.
  const names = Object.keys(known.key).filter((name) => name.length > 1);
  return names.map((name) => ({
    name,
    aliases: known.alias[name] ?? [],
    type: typeOf(name, known),
    choices: known.choices[name],
    default: known.default[name],
    defaultText: known.defaultDescription[name],
  }));
}

/** The flags of a command, without running it. */
export async function flagsOf(
  command: Pick<Command<unknown, unknown>, "parse">,
): Promise<readonly DeclaredFlag[]> {
  const args = yargs([]).help(false).version(false).exitProcess(false).fail(false);
  // What is demanded is missing: the flags have been declared before that is noticed.
  await command.parse(args).catch(() => undefined);
  return declaredFlags(args);
}

/** Whether a flag was given a value on the command line; its default is none. */
export function wasGiven(args: Argv, name: string): boolean {
  // yargs has the results of its parser as `parsed`; its types leave out `defaulted`.
  const { parsed } = args as Argv & {
    parsed: false | { readonly argv: object; readonly defaulted: object };
  };
  return parsed !== false && name in parsed.argv && !(name in parsed.defaulted);
}

function typeOf(name: string, known: Known): DeclaredFlag["type"] {
  if (known.array.includes(name)) return "texts";
  if (known.number.includes(name)) return "number";
  return known.boolean.includes(name) ? "switch" : "text";
}
