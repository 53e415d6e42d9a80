import { suggestion } from "../config/problems.ts";
import { UserError } from "../../errors.ts";

/** What a script that launches itself was told on its command line. */
export type LaunchArguments = {
  /** What is no flag: overrides of the configuration and of the settings. */
  readonly overrides: readonly string[];
  readonly nProcesses: number;
  /** Show the configurations and stop. */
  readonly cfg: boolean;
  readonly help: boolean;
  /** Go on with all that did not complete. */
  readonly resume: boolean;
  /** Make the logs, and leave them to others. */
  readonly prepare: boolean;
};

const FLAGS = ["--n_processes", "--cfg", "--help", "--resume", "--prepare"];
const MAX_PROCESSES = 1024;

/** @param words - behind the script's name. @throws UserError `usage` */
export function parseLaunchArguments(words: readonly string[]): LaunchArguments {
  const overrides: string[] = [];
  let nProcesses = 1;
  const flags = new Set<string>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const [name = "", ...rest] = word.split("=");
    const flag = name === "-p" ? "--n_processes" : name === "-h" ? "--help" : normal(name);
    if (!word.startsWith("-")) {
      overrides.push(word);
    } else if (flag === "--n_processes") {
      const value = rest.length > 0 ? rest.join("=") : words[(index += 1)];
      nProcesses = parseCount(value);
    } else if (FLAGS.includes(flag) && rest.length === 0) {
      flags.add(flag);
    } else {
      throw new UserError(
        "usage",
        `There is no flag ${JSON.stringify(word)}.${suggestion(flag, FLAGS)}`,
        "Options of the configuration have no dashes: optimizer.lr=0.1; --help lists them.",
      );
    }
  }
  const has = (flag: string) => flags.has(flag);
  return {
    overrides,
    nProcesses,
    cfg: has("--cfg"),
    help: has("--help"),
    resume: has("--resume"),
    prepare: has("--prepare"),
  };
}

/** `--n-processes` means `--n_processes`. */
const normal = (flag: string) => `--${flag.replace(/^-+/, "").replaceAll("-", "_")}`;

function parseCount(text: string | undefined): number {
  const count = Number(text);
  if (text !== undefined && Number.isInteger(count) && count >= 1 && count <= MAX_PROCESSES) {
    return count;
  }
  throw new UserError(
    "usage",
    `--n_processes: expected a whole number from 1 to ${MAX_PROCESSES}, got ${JSON.stringify(text ?? "")}.`,
    "For example --n_processes 2.",
  );
}
