import type { Files } from "../../src/host.ts";
import { diskFiles } from "./test-host.ts";

const CHANGES = [
  "write",
  "replace",
  "append",
  "rename",
  "makeFolder",
  "makeFolders",
  "remove",
] as const satisfies readonly (keyof Files)[];

/** What a process throws that is no more: nothing catches it, and nothing tidies up after it. */
export class Killed extends Error {}

/**
 * The disk, for a process that is killed before its change number `allowed` + 1: that and every later
 * one fails. `changes` counts those that were made.
 */
export function dyingFiles(allowed: number): {
  readonly files: Files;
  readonly changes: () => number;
} {
  let made = 0;
  const dying = CHANGES.map((name) => {
    const change = (...args: readonly unknown[]): unknown => {
      if (made >= allowed) throw new Killed(`killed before ${name}`);
      made += 1;
      return (diskFiles[name] as (...args: readonly unknown[]) => unknown)(...args);
    };
    return [name, change] as const;
  });
  // The same names with the same parameters, as CHANGES says.
  return { files: { ...diskFiles, ...(Object.fromEntries(dying) as object) }, changes: () => made };
}
