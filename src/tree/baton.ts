import { join } from "node:path";

import { errnoOf } from "../errors.ts";
import { fill, isUnsure, list, rename, RENAME_TRIES, type Steps, touch } from "./steps.ts";

/** The one flag file of a folder, under the name of whoever holds it: nobody else uses that name. */
export type Baton = { readonly folder: string; readonly flag: string };

/**
 * Moves a flag from a name that anybody may take it from to one's own.
 * @returns the names in the folder with the own one among them; undefined when it was not to be had
 */
export function* take({ folder, flag }: Baton, from: string): Steps<readonly string[] | undefined> {
  // A rename keeps the modification time, from which the lease counts: start it now.
  if (!(yield* touch(join(folder, from)))) return undefined;
  const renamed = yield* rename(join(folder, from), join(folder, flag));
  try {
    // Listed whatever the rename said: a network file system may have lost the reply and tried
    // again; our own name on the flag says that the first one went through.
    const names = yield* list(folder);
    if (names.includes(flag)) return names;
    // Renamed, but not to be seen: a stale listing, by which nothing can be decided.
    if (renamed) yield* giveBack({ folder, flag }, from);
    return undefined;
  } catch (error) {
    // Perhaps it is ours, and nobody would beat for it: back, as far as the disk lets us.
    yield* giveBack({ folder, flag }, from);
    if (!isUnsure(error)) throw error;
    return undefined;
  }
}

/** Back to where it was taken from, if it is ours; else, or if the disk refuses, the lease decides. */
export function* giveBack({ folder, flag }: Baton, to: string): Steps<void> {
  try {
    yield* rename(join(folder, flag), join(folder, to));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** What a heartbeat found: only `confirmed` extends the lease. */
export type Beat = "confirmed" | "unconfirmed" | "fenced";

/** Says that the holder lives, by the file server's clock. */
export function* beatFor({ folder, flag }: Baton): Steps<Beat> {
  if (yield* touch(join(folder, flag))) return "confirmed";
  return (yield* list(folder)).includes(flag) ? "unconfirmed" : "fenced";
}

/** Writes words for people into the own flag, as far as the disk lets us. */
export function* leaveWordsIn({ folder, flag }: Baton, words: string): Steps<void> {
  try {
    yield* fill(join(folder, flag), words);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** What came of passing it on: `fenced` means that somebody else has taken it over. */
export type Settlement = "settled" | "fenced";

/**
 * Moves the own flag to where it is to end.
 * @param wasMovedByUs - whether it was, if it is gone and the reply was lost; from the names in the folder
 */
export function* passOn(
  { folder, flag }: Baton,
  target: string,
  wasMovedByUs: (names: readonly string[]) => boolean | Steps<boolean>,
): Steps<Settlement> {
  for (let tries = 0; tries < RENAME_TRIES; tries++) {
    if (yield* rename(join(folder, flag), join(folder, target))) return "settled";
    try {
      const names = yield* list(folder);
      if (names.includes(flag)) continue;
      const moved = wasMovedByUs(names);
      return (typeof moved === "boolean" ? moved : yield* moved) ? "settled" : "fenced";
    } catch (error) {
      if (!isUnsure(error)) throw error;
    }
  }
  return "fenced";
}
