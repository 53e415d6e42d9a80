import { readFileSync } from "node:fs";

/** A small file of the system, without the space at its end; undefined where there is none. */
export function readSystemFile(path: string): string | undefined {
  return quietly(() => readFileSync(path, "utf8").trimEnd());
}

/** Undefined where the system has no such thing, or a process has just ended. */
export function quietly<Result>(operation: () => Result): Result | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
