import { join } from "node:path";

import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import type { LaunchScriptSettings } from "../../core/launch/settings.ts";
import { DEFAULT_SETTINGS, settingsProblems } from "../../core/launch/settings.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { KEYS_FOLDER, writeMetadata } from "../../tree/log-tree.ts";
import { CONFIG_FILE } from "../../tree/paths.ts";
import { METADATA_FOLDER } from "../../tree/reading/run-list.ts";
import type { MetadataParser } from "../../tree/reading/metadata.ts";
import { callFunction, type LaunchedFunction, type LaunchScriptOptions } from "./context.ts";
import { endInfo, startInfo } from "./info.ts";
import { createScriptLogger } from "./script-logger.ts";
import type { ScriptProcess } from "./script-process.ts";

/** A run that this process is to execute, as its worker says by environment variables. */
export type OwnRun = {
  /** Absolute. */
  readonly folder: string;
  /** Of the attempt's owner. */
  readonly token: string;
  readonly attempt: number;
};

/** The run that a worker started this process for; undefined where a person did. */
export function ownRun({ environment, files }: Pick<Host, "environment" | "files">) {
  const {
    HATCHERY_RUN_DIR: folder,
    HATCHERY_TOKEN: token,
    HATCHERY_ATTEMPT: attempt,
  } = environment;
  if (folder === undefined || token === undefined) return undefined;
  // Something else of that name: a script that is launched by a program of another search.
  if (files.list(join(folder, KEYS_FOLDER)) === undefined) return undefined;
  return { folder, token, attempt: Number(attempt ?? 1) } satisfies OwnRun;
}

/** Executes one run, and ends the process: what follows the launch in the script is for its launcher. */
export async function runChild<Options>(
  { folder, token, attempt }: OwnRun,
  options: LaunchScriptOptions<Options>,
  launched: LaunchedFunction<Options>,
  parseMetadata: MetadataParser,
  host: Pick<Host, "files" | "clock" | "machine" | "environment">,
  script: ScriptProcess,
): Promise<never> {
  const { files } = host;
  const config = readConfig(folder, host);
  const settings = readSettings(folder, parseMetadata, host);
  const info = startInfo(readYaml(folder, "info", parseMetadata, host), attempt, host, script);
  const write = (now: Config) => {
    writeMetadata(folder, "info", script.formatYaml(now), { files });
  };
  write(info);
  if (settings.logger.log_streams_to_file) script.alsoPrintTo(folder);
  const logger = createScriptLogger(folder, token, options.artifactTypes ?? {}, host);
  script.onExit(logger.flush);
  const stop = script.stopSignal();
  try {
    const context = { config, logger, info, settings, attempt };
    await callFunction(launched, options, {
      ...context,
      get signal() {
        return stop.signal();
      },
    });
  } catch (error) {
    logger.flush();
    write(endInfo(info, stop.isStopped() ? "STARTING" : "FAILED", host));
    script.fail(error);
  }
  logger.flush();
  // Who was told to stop is put back, whatever had been done by then.
  write(endInfo(info, stop.isStopped() ? "STARTING" : "COMPLETE", host));
  return script.exit(0);
}

function readConfig(folder: string, { files }: Pick<Host, "files">): Config {
  const path = join(folder, CONFIG_FILE);
  const text = files.read(path);
  if (text !== undefined) return parseConfig(text, path);
  throw new UserError("not-found", `There is no ${path}.`, "Was the log removed?");
}

function readSettings(
  folder: string,
  parse: MetadataParser,
  host: Pick<Host, "files">,
): LaunchScriptSettings {
  const settings = { ...DEFAULT_SETTINGS, ...readYaml(folder, "hatchery", parse, host) };
  // Another version may have written them; they only say what goes to files.
  return settingsProblems(settings).length > 0 ? DEFAULT_SETTINGS : settings;
}

function readYaml(
  folder: string,
  name: "info" | "hatchery",
  parse: MetadataParser,
  { files }: Pick<Host, "files">,
): Config {
  const path = join(folder, METADATA_FOLDER, `${name}.yaml`);
  return parse(files.read(path) ?? "", path);
}
