import { join } from "node:path";

import { type Config, formatConfig } from "../core/config/config.ts";
import type { SearchFacts } from "../core/search/search-facts.ts";
import type { Host } from "../host.ts";
import {
  logPath,
  parseLogId,
  type RunPath,
  SEARCH_FILE,
  stagingFolder,
  VARIATIONS_FILE,
} from "./paths.ts";
import { publishFolder, writeRun } from "./publishing.ts";
import { METADATA_FOLDER } from "./reading/run-list.ts";
import { writeSearchFacts } from "./search-file.ts";
import { formatVariations } from "./variations-file.ts";

/**
 * The logs of scripts that launch themselves: run folders right below a storage, with what people
 * read beside what workers need.
 *
 *     logs/
 *       search.json                        makes it a storage
 *       12/
 *         config.json  config_unique.json  UNHATCHED
 *         metadata/config.yaml  info.yaml  hatchery.yaml
 *         .keys/launch.json                what the run executes
 *         metrics/train.json  artifacts/Checkpoint/last_ckpt.v8     from its logger
 */
export const KEYS_FOLDER = ".keys";
const COMMAND_FILE = join(KEYS_FOLDER, "launch.json");
const INFO_FILE = join(METADATA_FOLDER, "info.yaml");

/** What a run of a script executes. */
export type OwnCommand = {
  /** Arguments of a program. */
  readonly command: readonly string[];
  /** Its working folder, relative to the run's. */
  readonly folder: string;
};

/** The texts of a log's metadata files. */
export type LogMetadata = {
  readonly config: string;
  readonly info: string;
  readonly hatchery: string;
};

export type NewLog = {
  readonly config: Config;
  /** What makes it differ from other runs, by dotted names. */
  readonly unique: Config;
  readonly command: OwnCommand;
  /** @param id - the number that the log is about to get */
  readonly metadata: (id: number) => LogMetadata;
};

type LogHost = Pick<Host, "files" | "token">;

/**
 * Makes a log's run folder, whole, under the first free number; or under `forced`.
 * @param logs - absolute; made if it is missing
 * @returns undefined if `forced` is taken
 */
export function publishLog(
  logs: string,
  log: NewLog,
  forced: number | undefined,
  host: LogHost,
): RunPath | undefined {
  const { files } = host;
  files.makeFolders(logs);
  const staging = stagingFolder(logs, host.token(16));
  files.makeFolder(staging);
  try {
    for (let id = forced ?? nextLogId(logs, host); ; id += 1) {
      // Its number stands in it, so it is written anew for each one that is tried.
      const staged = join(staging, String(id));
      writeLog(staged, id, log, host);
      const run = logPath(logs, id);
      if (publishFolder(staged, run.path, host)) return run;
      files.remove(staged);
      if (forced !== undefined) return undefined;
    }
  } finally {
    files.remove(staging);
  }
}

/** A guess: whoever makes the folder first has the number. */
function nextLogId(logs: string, { files }: Pick<Host, "files">): number {
  const names = files.list(logs) ?? [];
  return names.reduce((next, name) => Math.max(next, (parseLogId(name) ?? 0) + 1), 1);
}

function writeLog(folder: string, id: number, log: NewLog, { files }: LogHost): void {
  writeRun(folder, formatConfig(log.config), formatConfig(log.unique), { files });
  files.makeFolder(join(folder, METADATA_FOLDER));
  files.makeFolder(join(folder, KEYS_FOLDER));
  for (const [name, text] of Object.entries(log.metadata(id))) {
    files.write(join(folder, METADATA_FOLDER, `${name}.yaml`), text);
  }
  files.write(join(folder, COMMAND_FILE), formatOwnCommand(log.command));
}

/** Replaces one of a log's metadata files. */
export function writeMetadata(
  folder: string,
  name: keyof LogMetadata,
  text: string,
  { files }: Pick<Host, "files">,
): void {
  for (const [file, content] of Object.entries(metadataFile(name, text))) {
    files.replace(join(folder, file), content);
  }
}

/** One of a log's metadata files, by its name in the log's folder. */
export const metadataFile = (name: keyof LogMetadata, text: string) => ({
  [join(METADATA_FOLDER, `${name}.yaml`)]: text,
});

/** The text of a log's `info.yaml`, empty if there is none. */
export const readInfo = (folder: string, { files }: Pick<Host, "files">) =>
  files.read(join(folder, INFO_FILE)) ?? "";

/** Makes a folder of logs a storage, on which allaunch, alstatus, alclean and albench work. */
export function introduceLogs(logs: string, facts: SearchFacts, host: Pick<Host, "files">): void {
  host.files.makeFolders(logs);
  if (host.files.size(join(logs, SEARCH_FILE)) !== undefined) return;
  // Each log has a configuration of its own; nobody varies anything for all of them.
  const nothing = formatVariations({ schemaVersion: 1, kind: "grid", variations: {} });
  host.files.replace(join(logs, VARIATIONS_FILE), nothing);
  writeSearchFacts(logs, facts, host);
}

/** The file that says what a run executes, by its name in the run's folder. */
export const ownCommandFile = (command: OwnCommand) => ({
  [COMMAND_FILE]: formatOwnCommand(command),
});

/** What a run executes, or why nobody knows. */
export function readOwnCommand(
  folder: string,
  { files }: Pick<Host, "files">,
): OwnCommand | { readonly problem: string } {
  const path = join(folder, COMMAND_FILE);
  const problem = `${path} does not say what to execute; launch its script with --resume.`;
  try {
    const value: unknown = JSON.parse(files.read(path) ?? "");
    return isOwnCommand(value) ? value : { problem };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem };
  }
}

const formatOwnCommand = (command: OwnCommand) => `${JSON.stringify(command, undefined, 2)}\n`;

function isOwnCommand(value: unknown): value is OwnCommand {
  if (typeof value !== "object" || value === null) return false;
  const { command, folder } = value as Partial<Record<keyof OwnCommand, unknown>>;
  const isText = (one: unknown) => typeof one === "string" && !one.includes("\0");
  return isText(folder) && Array.isArray(command) && command.length > 0 && command.every(isText);
}
