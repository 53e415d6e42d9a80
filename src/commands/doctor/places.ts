import { basename, dirname, join, resolve } from "node:path";

import { parseSearchName } from "../../core/search-name.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { findStorage } from "../../tree/directory-tree.ts";
import { SEARCH_FILE } from "../../tree/paths.ts";
import { findProject, storageRoot } from "../project.ts";
import { readList, type StorageChoice } from "../storage-selection.ts";

/** What is to be examined. */
export type Places = {
  /** Absolute. */
  readonly root: string;
  /** Names in the root. */
  readonly names: readonly string[];
  /** Names of all storages in the root. */
  readonly all: readonly string[];
  /** Absolute, those that are examined. */
  readonly storages: readonly string[];
  /** Names that were asked for and are not there. */
  readonly missing: readonly string[];
};

/**
 * The root, and those of its storages that are named, or all. Unlike other commands this one takes
 * a storage that is not there, or has lost its `search.json`, for something to tell about.
 * @throws UserError `not-found` if there is no root, `usage` for a name that is a path
 */
export async function choosePlaces(choice: StorageChoice, host: Host): Promise<Places> {
  const { fromFile, storageNames, skipMissing } = choice;
  const list = fromFile === undefined ? undefined : resolve(host.workingFolder, fromFile);
  const project = await findProject(host, list === undefined ? host.workingFolder : dirname(list));
  const root = storageRoot(choice.rootDir, project, host);
  const names = host.files.list(root);
  if (names === undefined) {
    throw new UserError(
      "not-found",
      `There is no folder of storages at ${root}.`,
      "Prepare a search with alprep, or say with --root_dir where the storages lie.",
    );
  }
  const all = names.filter((name) => isStorage(join(root, name), host)).sort();
  if (list === undefined && storageNames.length === 0) {
    return { root, names, all, storages: all.map((name) => join(root, name)), missing: [] };
  }
  const listed = list === undefined ? [] : readList(list, host);
  const asked = [...new Set([...listed, ...storageNames])];
  const missing = asked.filter((name) => !isThere(root, name, host));
  const storages = asked.filter((name) => !missing.includes(name)).map((name) => join(root, name));
  return { root, names, all, storages, missing: skipMissing ? [] : missing };
}

/** By its name, too: one that has lost its `search.json` is to be found. */
function isStorage(path: string, { files }: Pick<Host, "files">): boolean {
  const name = basename(path);
  if (name.startsWith(".")) return false;
  if (parseSearchName(name) !== undefined) return isFolder(path, { files });
  return files.size(join(path, SEARCH_FILE)) !== undefined;
}

function isFolder(path: string, { files }: Pick<Host, "files">): boolean {
  try {
    return files.list(path) !== undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    // There, but closed: to be told about.
    return true;
  }
}

function isThere(root: string, name: string, host: Pick<Host, "files">): boolean {
  try {
    findStorage(root, name, host);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === "not-found") return false;
    if (error instanceof UserError || errnoOf(error) === undefined) throw error;
    // There, but closed: to be told about.
    return true;
  }
}
