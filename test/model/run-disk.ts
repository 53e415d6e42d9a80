import { stateOfFlag } from "../../src/core/run-state.ts";
import type { Operation, Outcome } from "../../src/tree/steps.ts";
import { SystemError } from "../support/memory-disk.ts";

/**
 * One run's folder as a value: every operation makes another one, so that a search can hold
 * millions of them and go on from any.
 */
export type RunDisk = ReadonlyMap<string, Entry>;

export type Entry = {
  /** null: a folder. */
  readonly text: string | null;
  /**
   * Which touch a flag's modification time is from; 0 for one that nobody remembers, and for every
   * other file. The procedures only ask whether it is the same.
   */
  readonly stamp: number;
};

export const FRESH_FLAG: Entry = { text: "\n", stamp: 0 };

/** Writes through a descriptor that was opened on the flag under an earlier name: only broken variants do. */
export type WriteThrough = { readonly kind: "writeThrough"; readonly text: string };

/** Operations that change nothing and see nothing that others do. */
export type DiskOperation = Exclude<Operation, { kind: "monotonic" | "wait" }> | WriteThrough;

/** Two disks are the same if and only if their keys are. */
export function keyOfDisk(disk: RunDisk): string {
  return [...disk.keys()]
    .sort()
    .map((name) => `${name}\0${disk.get(name)?.stamp ?? 0}\0${disk.get(name)?.text ?? "\0"}`)
    .join("\u0001");
}

/** The names in a folder of the disk, sorted; undefined if there is none. */
export function namesIn(disk: RunDisk, folder: string): readonly string[] | undefined {
  if (folder !== "" && disk.get(folder)?.text !== null) return undefined;
  const prefix = folder === "" ? "" : `${folder}/`;
  return [...disk.keys()]
    .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes("/"))
    .map((name) => name.slice(prefix.length))
    .sort();
}

/**
 * @param operation - its paths below `folder`, which is where the disk lies
 * @param stamp - the time that a touch sets
 */
export function applyTo(
  disk: RunDisk,
  folder: string,
  operation: DiskOperation,
  stamp: number,
): { readonly disk: RunDisk; readonly outcome: Outcome } {
  const inner = (path: string) => path.slice(folder.length + 1);
  const entries = new Map(disk);
  try {
    const value = carryOut(entries, inner, operation, stamp);
    return { disk: entries, outcome: { ok: true, value } };
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return { disk, outcome: { ok: false, code: error.code, error } };
  }
}

function carryOut(
  entries: Map<string, Entry>,
  inner: (path: string) => string,
  operation: DiskOperation,
  stamp: number,
) {
  switch (operation.kind) {
    case "touch":
      entries.set(inner(operation.path), { ...fileAt(entries, inner(operation.path)), stamp });
      return undefined;
    case "fill":
      fileAt(entries, inner(operation.path));
      entries.set(inner(operation.path), { text: `\n${operation.text}\n`, stamp });
      return undefined;
    case "writeThrough":
      for (const [name] of [...entries].filter(([name]) => stateOfFlag(name) !== undefined)) {
        entries.set(name, { text: operation.text, stamp });
      }
      return undefined;
    case "write":
      demandFolder(entries, inner(operation.path));
      if (entries.get(inner(operation.path))?.text === null) throw new SystemError("EISDIR", "");
      entries.set(inner(operation.path), { text: operation.text, stamp: 0 });
      return undefined;
    case "rename":
      rename(entries, inner(operation.from), inner(operation.to));
      return undefined;
    case "list":
      return namesIn(entries, inner(operation.folder));
    case "read":
      return entries.has(inner(operation.path))
        ? (fileAt(entries, inner(operation.path)).text ?? undefined)
        : undefined;
    case "modified":
      return fileAt(entries, inner(operation.path)).stamp;
    case "makeFolder":
      demandFolder(entries, inner(operation.path));
      if (entries.has(inner(operation.path))) return false;
      entries.set(inner(operation.path), { text: null, stamp: 0 });
      return true;
    case "remove":
      for (const name of [...entries.keys()]) {
        if (`${name}/`.startsWith(`${inner(operation.path)}/`)) entries.delete(name);
      }
      return undefined;
  }
}

/** Of files only: the procedures of a run folder move nothing else. */
function rename(entries: Map<string, Entry>, from: string, to: string): void {
  const file = fileAt(entries, from);
  demandFolder(entries, to);
  if (entries.get(to)?.text === null) throw new SystemError("EISDIR", to);
  entries.delete(from);
  entries.set(to, file);
}

function fileAt(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new SystemError("ENOENT", name);
  if (entry.text === null) throw new SystemError("EISDIR", name);
  return entry;
}

function demandFolder(entries: ReadonlyMap<string, Entry>, name: string): void {
  const slash = name.lastIndexOf("/");
  if (slash >= 0 && entries.get(name.slice(0, slash))?.text !== null) {
    throw new SystemError("ENOENT", name);
  }
}
