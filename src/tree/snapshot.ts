import { createHash } from "node:crypto";
import { dirname, join, relative, sep } from "node:path";

import { parseJson } from "../core/config/parse-config.ts";
import type { RepositoryState } from "../core/search/search-facts.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { codeFolder, stagingFolder } from "./paths.ts";

/** What was submitted, as JSON beside the copied files. */
const FACTS_FILE = ".hatchery-code.json";
const ID_DIGITS = 16;

type SnapshotHost = Pick<Host, "files" | "repositories" | "token">;

/**
 * The code of a project as it is now: a copy of the repository's files, but for those that git ignores.
 * What is not copied (data, node_modules) is linked to where it is. Equal code has one copy.
 *
 * @param project - absolute
 * @param root - of the storages, where copies lie
 * @param states - of the tracked repositories, kept with the copy
 * @returns the project's folder in the copy, absolute; undefined if it lies in no repository
 */
export function takeSnapshot(
  project: string,
  root: string,
  states: readonly RepositoryState[],
  host: SnapshotHost,
): string | undefined {
  const found = host.repositories.files(project);
  if (found === undefined) return undefined;
  const inside = relative(found.root, project);
  // Storages are no code, wherever they lie.
  const own = relative(found.root, root) + sep;
  const names = found.files.filter(
    (name) => !name.startsWith(own) && isPlainFile(join(found.root, name), host),
  );
  const facts = `${JSON.stringify({ schemaVersion: 1, repositories: states })}\n`;
  const folder = join(codeFolder(root), identify(found.root, names, facts, host));
  if (host.files.list(folder) === undefined) copyTo(folder, found.root, names, facts, root, host);
  return join(folder, inside);
}

function isPlainFile(path: string, { files }: Pick<Host, "files">): boolean {
  return !files.isLink(path) && files.size(path) !== undefined && files.list(path) === undefined;
}

function identify(
  top: string,
  names: readonly string[],
  facts: string,
  { files }: Pick<Host, "files">,
): string {
  const hash = createHash("sha256").update(facts);
  for (const name of names) {
    hash.update(`\0${name}\0${files.size(join(top, name)) ?? 0}\0`);
    for (const bytes of files.readChunks(join(top, name))) hash.update(bytes);
  }
  return hash.digest("hex").slice(0, ID_DIGITS);
}

function copyTo(
  folder: string,
  top: string,
  names: readonly string[],
  facts: string,
  root: string,
  { files, token }: SnapshotHost,
): void {
  const staging = stagingFolder(root, token(16));
  const kept = new Set(names);
  const inner = new Set(["", ...names.flatMap(foldersAbove)]);
  for (const one of [...inner].sort()) {
    files.makeFolders(join(staging, one));
    for (const entry of files.list(join(top, one)) ?? []) {
      const name = join(one, entry);
      if (!inner.has(name) && !kept.has(name) && entry !== ".git")
        files.link(join(top, name), join(staging, name));
    }
  }
  for (const name of names) files.copy(join(top, name), join(staging, name));
  files.write(join(staging, FACTS_FILE), facts);
  files.makeFolders(dirname(folder));
  try {
    files.rename(staging, folder);
  } catch (error) {
    // Somebody else has just made the same.
    if (files.list(folder) === undefined) throw error;
    files.remove(staging);
  }
}

/** `a`, `a/b` for `a/b/c.ts`. */
const foldersAbove = (name: string) =>
  name
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

/**
 * The states of the repositories of whose files a folder is a snapshot.
 * @param project - the project's folder in it, absolute
 * @throws UserError `not-found` if it is none
 */
export function readSnapshot(
  project: string,
  { files }: Pick<Host, "files">,
): readonly RepositoryState[] {
  for (let folder = project; ; folder = dirname(folder)) {
    const path = join(folder, FACTS_FILE);
    const text = files.read(path);
    if (text !== undefined) {
      // Written by takeSnapshot.
      const facts = parseJson(text, path) as { readonly repositories: readonly RepositoryState[] };
      return facts.repositories;
    }
    if (dirname(folder) === folder) break;
  }
  throw new UserError(
    "not-found",
    `--code: ${project} is no snapshot of code.`,
    "Give --code live, or --code snapshot.",
  );
}
