import { dirname } from "node:path";

import type { Operation, Outcome } from "../../src/tree/steps.ts";

/**
 * A disk in memory that carries out the protocol's operations one by one, as a file server does:
 * modification times by its own clock, which tests move, renames that replace and keep the time.
 */
export type MemoryDisk = {
  readonly perform: (operation: Operation) => Outcome;
  /** Names in a folder as they are, or were at a `version`; undefined if there is none. */
  readonly list: (folder: string, version?: number) => readonly string[] | undefined;
  readonly read: (path: string) => string | undefined;
  /** How many changes there have been. */
  readonly version: () => number;
  /** Time that really went by, ms: what every monotonic clock shows. */
  readonly elapsedMs: () => number;
  readonly pass: (ms: number) => void;
  /** Sets the server's clock forward or back; no time goes by. */
  readonly jump: (ms: number) => void;
};

type File = { readonly text: string; readonly modifiedMs: number };
type Folder = ReadonlyMap<string, Entry>;
type Entry = File | Folder;

/** What the system reports: an error with its code. */
export class SystemError extends Error {
  readonly code: string;

  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/** @param files - their texts by absolute path; folders are made as needed */
export function createMemoryDisk(files: Readonly<Record<string, string>>): MemoryDisk {
  let elapsedMs = 0;
  let serverMs = 1_700_000_000_000;
  const states: Folder[] = [new Map()];
  const now = (): Folder => states.at(-1) ?? new Map();
  const set = (path: string, entry: Entry | undefined) => {
    states.push(withEntry(now(), parts(path), entry));
  };
  const fileAt = (path: string): File => {
    const entry = find(now(), path);
    if (entry === undefined) throw new SystemError("ENOENT", path);
    if (isFolder(entry)) throw new SystemError("EISDIR", path);
    return entry;
  };
  const carryOut = (operation: Operation) => {
    switch (operation.kind) {
      case "touch":
        set(operation.path, { ...fileAt(operation.path), modifiedMs: serverMs });
        return undefined;
      case "fill":
        fileAt(operation.path);
        set(operation.path, { text: `\n${operation.text}\n`, modifiedMs: serverMs });
        return undefined;
      case "write":
        demandFolder(now(), dirname(operation.path));
        if (isFolder(find(now(), operation.path))) throw new SystemError("EISDIR", operation.path);
        set(operation.path, { text: operation.text, modifiedMs: serverMs });
        return undefined;
      case "rename":
        states.push(renamed(now(), operation.from, operation.to));
        return undefined;
      case "list":
        return listed(now(), operation.folder);
      case "read":
        return find(now(), operation.path) === undefined ? undefined : fileAt(operation.path).text;
      case "modified":
        return fileAt(operation.path).modifiedMs;
      case "makeFolder":
        demandFolder(now(), dirname(operation.path));
        if (find(now(), operation.path) !== undefined) return false;
        set(operation.path, new Map());
        return true;
      case "remove":
        if (find(now(), operation.path) !== undefined) set(operation.path, undefined);
        return undefined;
      case "monotonic":
        return elapsedMs;
      case "wait":
        throw new TypeError("Expected the scheduler to wait, not the disk");
    }
  };
  for (const [path, text] of Object.entries(files)) {
    set(path, { text, modifiedMs: serverMs });
  }
  return {
    perform: (operation) => {
      try {
        return { ok: true, value: carryOut(operation) };
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        return { ok: false, code: error.code, error };
      }
    },
    list: (folder, version = states.length) => listed(states[version - 1] ?? new Map(), folder),
    read: (path) => {
      const entry = find(now(), path);
      return entry === undefined || isFolder(entry) ? undefined : entry.text;
    },
    version: () => states.length,
    elapsedMs: () => elapsedMs,
    pass: (ms) => {
      elapsedMs += ms;
      serverMs += ms;
    },
    jump: (ms) => {
      serverMs += ms;
    },
  };
}

function renamed(root: Folder, from: string, to: string): Folder {
  const entry = find(root, from);
  if (entry === undefined) throw new SystemError("ENOENT", from);
  demandFolder(root, dirname(to));
  if (`${to}/`.startsWith(`${from}/`) && to !== from) throw new SystemError("EINVAL", to);
  const target = find(root, to);
  if (target !== undefined && isFolder(entry) !== isFolder(target)) {
    throw new SystemError(isFolder(target) ? "EISDIR" : "ENOTDIR", to);
  }
  if (isFolder(target) && target.size > 0) throw new SystemError("ENOTEMPTY", to);
  return withEntry(withEntry(root, parts(from), undefined), parts(to), entry);
}

function withEntry(
  folder: Folder,
  [name = "", ...rest]: readonly string[],
  entry: Entry | undefined,
): Folder {
  const entries = new Map(folder);
  const inner = entries.get(name);
  const changed =
    rest.length === 0 ? entry : withEntry(isFolder(inner) ? inner : new Map(), rest, entry);
  if (changed === undefined) entries.delete(name);
  else entries.set(name, changed);
  return entries;
}

function find(root: Folder, path: string): Entry | undefined {
  let entry: Entry | undefined = root;
  for (const name of parts(path)) entry = isFolder(entry) ? entry.get(name) : undefined;
  return entry;
}

function demandFolder(root: Folder, path: string): void {
  const entry = find(root, path);
  if (entry === undefined) throw new SystemError("ENOENT", path);
  if (!isFolder(entry)) throw new SystemError("ENOTDIR", path);
}

function listed(root: Folder, path: string): readonly string[] | undefined {
  const entry = find(root, path);
  return isFolder(entry) ? [...entry.keys()].sort() : undefined;
}

const isFolder = (entry: Entry | undefined): entry is Folder => entry instanceof Map;
const parts = (path: string) => path.slice(1).split("/");
