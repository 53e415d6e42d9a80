import { join } from "node:path";

import { flagsAmong, PENDING_FLAG } from "../core/run-state.ts";
import { list, makeFolder, remove, rename, type Steps, write } from "./steps.ts";

/** Holds the flag that an adopted folder was given; stays, so that no folder is adopted twice. */
const ADOPTED = ".adopted";

/**
 * Gives a run folder without a flag a fresh one, once and for all: a folder that holds it is
 * renamed into place, which only the first can do, and the flag is moved out by a rename like any
 * other. To be used on a folder that has been still for long, or when a person says so.
 *
 * @param token - never used before
 * @returns false if the folder has a flag, or had been adopted before
 */
export function* adopt(folder: string, token: string): Steps<boolean> {
  if (flagsAmong(yield* list(folder)).length > 0) return false;
  const nest = join(folder, `.adopting-${token}`);
  yield* makeFolder(nest);
  yield* write(join(nest, PENDING_FLAG), "\n");
  // A folder that is empty could be replaced by the next adoption.
  yield* write(join(nest, "adopted-by"), `${token}\n`);
  const adopted = join(folder, ADOPTED);
  const first = yield* renameFolder(nest, adopted);
  if (!first) yield* remove(nest);
  // Also when somebody else got as far as the folder and died.
  return yield* rename(join(adopted, PENDING_FLAG), join(folder, PENDING_FLAG));
}

function* renameFolder(from: string, to: string): Steps<boolean> {
  const outcome = yield { kind: "rename", from, to };
  if (outcome.ok) return true;
  if (["ENOTEMPTY", "EEXIST", "ENOENT", "ESTALE", "EIO"].includes(outcome.code)) return false;
  throw outcome.error;
}
