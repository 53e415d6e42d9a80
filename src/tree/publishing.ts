import { basename, dirname, join } from "node:path";

import { type Config, formatConfig, formatSeeds, uniqueConfig } from "../core/config/config.ts";
import { PENDING_FLAG } from "../core/run-state.ts";
import { parseSearchName } from "../core/search-name.ts";
import { errnoOf } from "../errors.ts";
import type { Host } from "../host.ts";
import { CONFIG_FILE, experimentFolder, idsFolder, UNIQUE_CONFIG_FILE } from "./paths.ts";

type FilesOnly = Pick<Host, "files">;

/** The one byte that a flag holds from the start, so that a touch does not change its size. */
export const FLAG_CONTENT = "\n";

/** What a target that is taken answers to a rename of a folder; ENOTDIR: by a file. */
const TAKEN: readonly (string | undefined)[] = ["ENOTEMPTY", "EEXIST", "ENOTDIR"];

/** `ju` for "Julia R.", `xx` for a name without two letters of the alphabet. */
export function userLetters(userName: string): string {
  const letters = userName
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
  return letters.length < 2 ? "xx" : letters.slice(0, 2);
}

/** Takes an id such as `ju12` for a storage below `root`: nobody else ever gets it. */
export function takeStorageId(root: string, letters: string, { files }: FilesOnly): string {
  const ids = idsFolder(root);
  files.makeFolders(ids);
  for (let number = nextIdNumber(root, letters, { files }); ; number += 1) {
    const id = `${letters}${number}`;
    // Of all that try it, one makes the folder; that decides.
    if (files.makeFolder(join(ids, id))) return id;
  }
}

/** The number behind the highest id that is taken or stands in a storage's name; a guess. */
export function nextIdNumber(root: string, letters: string, { files }: FilesOnly): number {
  const taken = files.list(idsFolder(root)) ?? [];
  const used = (files.list(root) ?? []).flatMap((name) => parseSearchName(name)?.id ?? []);
  return [...taken, ...used]
    .filter((id) => id.startsWith(letters) && /^\d{1,15}$/.test(id.slice(letters.length)))
    .reduce((next, id) => Math.max(next, Number(id.slice(letters.length)) + 1), 1);
}

/**
 * Writes an experiment's folder with a run folder for each seed: a folder and three files each.
 * @param folder - does not exist, below a staging folder
 * @param config - without `seed`
 */
export function writeExperiment(
  folder: string,
  config: Config,
  varied: readonly string[],
  seeds: readonly number[],
  { files }: FilesOnly,
): void {
  const unique = formatConfig(uniqueConfig(config, varied));
  const textOf = formatSeeds(config);
  files.makeFolder(folder);
  for (const seed of seeds) {
    writeRun(`${folder}/seed${seed}`, textOf(seed), unique, { files });
  }
}

/** Writes a run folder that waits to be claimed. */
export function writeRun(
  folder: string,
  config: string,
  unique: string,
  { files }: FilesOnly,
): void {
  files.makeFolder(folder);
  files.write(`${folder}/${CONFIG_FILE}`, config);
  files.write(`${folder}/${UNIQUE_CONFIG_FILE}`, unique);
  files.write(`${folder}/${PENDING_FLAG}`, FLAG_CONTENT);
}

/**
 * Moves a whole folder, not empty, to its place. False if something is there already: it is never
 * overwritten.
 * @param staged - below a staging folder, whose name nobody else knows
 */
export function publishFolder(staged: string, target: string, { files }: FilesOnly): boolean {
  try {
    files.rename(staged, target);
    return true;
  } catch (error) {
    // A network file system that lost its first reply reports a failure of what has happened. Only
    // our own rename can have taken the folder from where it was.
    if (isListed(staged, { files }) === false && isListed(target, { files })) return true;
    if (TAKEN.includes(errnoOf(error))) return false;
    throw error;
  }
}

/**
 * Moves an experiment's folder into a storage, under the first number from `first` on that is free.
 * @param isSame - asked about each number that somebody else took first: whether that is the same
 *   experiment. Every number below the one taken has then been looked at, so that no two of any
 *   simultaneous preparers add the same experiment.
 * @returns the number that the experiment has, and whether it was published now
 */
export function publishExperiment(
  staged: string,
  storage: string,
  first: number,
  isSame: (experiment: number) => boolean,
  host: FilesOnly,
): { readonly experiment: number; readonly isNew: boolean } {
  for (let experiment = first; ; experiment += 1) {
    if (publishFolder(staged, experimentFolder(storage, experiment), host)) {
      return { experiment, isNew: true };
    }
    if (isSame(experiment)) return { experiment, isNew: false };
  }
}

/** By a listing: the question for one name may be answered from memory. Undefined: no such parent. */
function isListed(path: string, { files }: FilesOnly): boolean | undefined {
  return files.list(dirname(path))?.includes(basename(path));
}
