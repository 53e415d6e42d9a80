import { closeSync, constants, openSync } from "node:fs";

import { errnoOf } from "../errors.ts";

/** For looking: without waiting for the other end of what turns out to be a pipe. */
export const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** @param flags - of open(2) */
export function withFile<Result>(
  path: string,
  flags: number,
  use: (descriptor: number) => Result,
): Result {
  const descriptor = openSync(path, flags);
  try {
    return naming(path, () => use(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Runs an operation on an open file, of which the system does not say the name when it refuses. */
export function naming<Result>(path: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Error && errnoOf(error) !== undefined && !("path" in error)) {
      error.message += ` '${path}'`;
    }
    throw error;
  }
}

/**
 * What "not there" looks like: also when a part of the path is a file, or the path is none that the
 * system could have (too long, or with a NUL).
 */
const MISSING: readonly (string | undefined)[] = [
  "ENOENT",
  "ENOTDIR",
  "ENAMETOOLONG",
  "ERR_INVALID_ARG_VALUE",
];

/** Undefined for what is not there. */
export function unlessMissing<Result>(operation: () => Result): Result | undefined {
  try {
    return operation();
  } catch (error) {
    if (MISSING.includes(errnoOf(error))) return undefined;
    throw error;
  }
}
