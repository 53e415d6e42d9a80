import parse from "parse-duration";
import type { Argv } from "yargs";

import { UserError } from "../errors.ts";
import type { StorageChoice } from "./storage-selection.ts";

/** The flags that say which storages a command works on. */
export function storageOptions<Options>(args: Argv<Options>) {
  return args
    .option("from_file", {
      alias: "f",
      type: "string",
      describe: "list of storages, one name a line, as alprep writes it",
    })
    .option("storage_name", {
      alias: "s",
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: "name of a storage; may be repeated",
    })
    .option("root_dir", {
      alias: "r",
      type: "string",
      defaultDescription: "./storage of the project",
      describe: "folder of the storages",
    })
    .option("skip_missing", {
      type: "boolean",
      default: false,
      describe: "go on without storages that are not there",
    });
}

type StorageArguments = {
  readonly from_file: string | undefined;
  readonly storage_name: readonly string[];
  readonly root_dir: string | undefined;
  readonly skip_missing: boolean;
};

/** What those flags say. */
export function storageChoice(given: StorageArguments): StorageChoice {
  return {
    fromFile: given.from_file,
    storageNames: given.storage_name,
    rootDir: given.root_dir,
    skipMissing: given.skip_missing,
  };
}

/** `4:00:00` and `2-12:00:00`, as schedulers write it. */
const CLOCK = /^(?:(\d+)-)?(\d+):([0-5]\d):([0-5]\d)$/;

/** Seconds in `90`, `90s`, `1h30m`, `4:00:00`, `2-12:00:00`; undefined if a text is no duration. */
export function readDuration(text: string): number | undefined {
  const [, days = "0", hours, minutes, seconds] = CLOCK.exec(text) ?? [];
  const value =
    hours === undefined
      ? text.includes(":")
        ? null
        : parse(text, "s")
      : ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return value !== null && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The same of a flag. @throws UserError `usage`, naming it */
export function parseDuration(flag: string, text: string): number {
  const seconds = readDuration(text);
  if (seconds !== undefined) return seconds;
  throw new UserError(
    "usage",
    `--${flag}: expected a duration, got ${JSON.stringify(text)}.`,
    `For example --${flag} 90s, --${flag} 2h or --${flag} 4:00:00.`,
  );
}

/** A whole number within bounds. @throws UserError `usage`, naming the flag */
export function checkInteger(
  flag: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UserError(
    "usage",
    `--${flag}: expected a whole number from ${min} to ${max}, got ${value}.`,
    `For example --${flag} ${Math.min(max, Math.max(min, 2))}.`,
  );
}

/** A number within bounds. @throws UserError `usage`, naming the flag */
export function checkNumber(
  flag: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (value >= min && value <= max) return value;
  throw new UserError(
    "usage",
    `--${flag}: expected a number from ${min} to ${max}, got ${value}.`,
    `For example --${flag} ${min}.`,
  );
}
