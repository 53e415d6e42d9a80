import { basename, dirname, resolve } from "node:path";

import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { suggestion } from "../core/config/problems.ts";
import { type ListedName, listedLines } from "../core/search-list.ts";
import { findStorage, listStorages } from "../tree/directory-tree.ts";
import { findProject, storageRoot } from "./project.ts";
import { nearbyFile, refuseFolder } from "./refuse-folder.ts";

/** Which storages a command works on, as its flags say it. */
export type StorageFlags = {
  readonly fromFile: string | undefined;
  readonly storageNames: readonly string[];
  readonly rootDir: string;
  readonly skipMissing: boolean;
};

/** The same before it is known where the project keeps its storages. */
export type StorageChoice = Omit<StorageFlags, "rootDir"> & {
  readonly rootDir: string | undefined;
};

export type StorageSelection = {
  /** Absolute. */
  readonly root: string;
  /** Absolute, in the order of the list, without repetitions. */
  readonly storages: readonly string[];
  /** A short name for outputs made of the selection. */
  readonly name: string;
};

/** {@link selectStorages} below the root of the project that the list, or the working folder, is in. */
export async function chooseStorages(
  choice: StorageChoice,
  host: Pick<Host, "files" | "modules" | "environment" | "workingFolder" | "terminal">,
): Promise<StorageSelection> {
  const { fromFile } = choice;
  const from = fromFile === undefined ? "." : dirname(fromFile);
  const project = await findProject(host, resolve(host.workingFolder, from));
  return selectStorages({ ...choice, rootDir: storageRoot(choice.rootDir, project, host) }, host);
}

/**
 * The storages that `--from_file` and `--storage_name` name.
 * @throws UserError `usage` if nothing is named, `not-found` for the first missing one
 */
export function selectStorages(
  { fromFile, storageNames, rootDir, skipMissing }: StorageFlags,
  host: Pick<Host, "files" | "workingFolder" | "terminal">,
): StorageSelection {
  const root = resolve(host.workingFolder, rootDir);
  const listed =
    fromFile === undefined ? [] : readLines(resolve(host.workingFolder, fromFile), host);
  const names = [...new Set([...listed.map(({ name }) => name), ...storageNames])];
  const [first] = names;
  if (first === undefined) {
    throw new UserError(
      "usage",
      fromFile === undefined
        ? "No storage is named."
        : `${fromFile} names no storage: it has only comments and blank lines.`,
      "Pass --from_file <list> as written by alprep, or --storage_name <name>.",
    );
  }
  const storages = names.flatMap((name) => {
    try {
      return [findStorage(root, name, host)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const line = listed.find((one) => one.name === name)?.line;
      const place = line === undefined ? "" : `${fromFile ?? ""}:${line}: `;
      if (skipMissing && error.code === "not-found") {
        host.terminal.note(`skipped: ${place}${error.message}`);
        return [];
      }
      const meant = error.code === "not-found" ? suggestion(name, listStorages(root, host)) : "";
      throw new UserError(error.code, `${place}${error.message}${meant}`, error.hint);
    }
  });
  return {
    root,
    storages,
    name: fromFile === undefined ? nameOf(first, names.length) : listName(fromFile),
  };
}

/** The names in a list file: one a line; `#` starts a comment; blank lines are allowed. @throws UserError `not-found` */
export function readList(path: string, host: Pick<Host, "files">): readonly string[] {
  return readLines(path, host).map(({ name }) => name);
}

function readLines(path: string, { files }: Pick<Host, "files">): readonly ListedName[] {
  refuseFolder(path, "a list of storages", { files });
  const text = files.read(path, { orPipe: true });
  if (text === undefined) {
    throw new UserError(
      "not-found",
      `There is no list file ${path}.${nearbyFile(path, { files })}`,
      "alprep writes it beside the schedule, as list_searches_<name>.txt.",
    );
  }
  return listedLines(text);
}

function nameOf(first: string, count: number): string {
  return count === 1 ? first : `${first}_and_${count - 1}_more`;
}

/** `digits` for `schedules/digits/list_searches_digits.txt`, `retrains_digits` for that of retrainings. */
function listName(path: string): string {
  return basename(path)
    .replace(/\.[^.]*$/, "")
    .replace(/^list_(?:searches_|(?=retrains_))/, "");
}
