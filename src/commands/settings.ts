import { dirname, resolve } from "node:path";

import type { Argv } from "yargs";

import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { declaredFlags, knownOptions, wasGiven } from "./settings/flags.ts";
import { readLayers } from "./settings/layers.ts";
import { SETTING_NAMES } from "./settings/names.ts";
import { settingValue } from "./settings/values.ts";

type SettingsHost = Pick<Host, "files" | "modules" | "environment" | "workingFolder">;

/**
 * Has every flag that is not given on the command line take its value from the environment, the
 * project's file or the user's own file, before its default: here and nowhere else, for every
 * command. To be called before a command parses `args`.
 */
export function fillFromSettings(
  args: Argv,
  host: SettingsHost,
  { ownFlags = [] }: Pick<Command<never, never>, "ownFlags"> = {},
): Argv {
  return args.middleware(async (argv) => {
    // Settings that are only shown are not put in the place of flags.
    if (argv["config"] === true) return;
    const { layers } = await readLayers(projectFolder(argv, host), host);
    for (const flag of declaredFlags(args)) {
      const setting = layers.get(flag.name);
      if (setting === undefined || !SETTING_NAMES.includes(flag.name)) continue;
      if (ownFlags.includes(flag.name) || wasGiven(args, flag.name)) continue;
      const value = settingValue(flag, setting);
      for (const name of [flag.name, ...aliasesOf(args, flag.name)]) argv[name] = value;
    }
  }, true);
}

/** Where the project is looked for: beside the schedule or the list, or in the working folder. */
export function projectFolder(
  { schedule_file: schedule, from_file: list }: Readonly<Record<string, unknown>>,
  { workingFolder }: Pick<Host, "workingFolder">,
): string {
  const file = [schedule, list].find((one) => typeof one === "string" && one !== "");
  return typeof file === "string" ? resolve(workingFolder, dirname(file)) : workingFolder;
}

function aliasesOf(args: Argv, name: string): readonly string[] {
  return knownOptions(args).alias[name] ?? [];
}
