import { join } from "node:path";

import { flagsAmong, parseOwner, stateOf, stateOfFlag } from "../core/run-state.ts";
import {
  finishPublishing,
  lastAttempt,
  readRecord,
  recordFile,
  unpublishedTokens,
} from "./attempts.ts";
import { deskToken, readPlan, removeDesk } from "./reset-plan.ts";
import { list, moveAway, remove, rename, type Steps } from "./steps.ts";

/**
 * What killed processes leave in run folders, and how anybody may clear it away while others work
 * there. Every procedure looks for itself, twice where one look could be half an old listing and
 * half a new one, and does nothing where somebody may still need what it found.
 */

/** The tokens of attempts that settled and were not given their plain names; none while somebody holds the run. */
export function* unfinishedAttempts(
  folder: string,
  names: readonly string[],
): Steps<readonly string[]> {
  if (!isAtRest(names)) return [];
  const last = lastAttempt(names);
  const found: string[] = [];
  for (const token of unpublishedTokens(names)) {
    const record = yield* readRecord(join(folder, recordFile(token)));
    // One whose number is taken was voided, and stays as it is.
    if (record !== undefined && record.attempt > last) found.push(token);
  }
  return found;
}

/**
 * Gives the files of settled attempts their plain names, in a folder that nobody holds.
 * @returns false if there was nothing to do, or somebody holds it now
 */
export function* finishSettled(folder: string): Steps<boolean> {
  const first = yield* list(folder);
  if (!isAtRest(first) || unpublishedTokens(first).length === 0) return false;
  // Begun after a listing that showed the attempts' records and a flag that nobody holds: whoever
  // voided one of them has left its record by now.
  const names = yield* list(folder);
  if (flagsAmong(names).join("/") !== flagsAmong(first).join("/")) return false;
  return (yield* finishPublishing(folder, names)) !== undefined;
}

/** The tokens of the desks among the names in a run folder. */
export const desksAmong = (names: readonly string[]) =>
  names.flatMap((name) => deskToken(name) ?? []);

/**
 * Whether nobody needs a cleaner's desk any more: the flag that it was made for is gone for good,
 * by an owner's name that is never used twice, and nobody holds a flag that could be given back.
 *
 * @param isOld - whether it has been left for so long that its cleaner is gone; asked only where
 *   the flag's name can come again
 */
export function* isDeskLeft(folder: string, token: string, isOld: boolean): Steps<boolean> {
  const names = yield* list(folder);
  const flags = flagsAmong(names);
  const [flag] = flags;
  if (flag === undefined || flags.length > 1) return false;
  if (stateOfFlag(flag)?.kind === "resetting") return false;
  const plan = yield* readPlan(folder, token);
  if (plan === undefined || !isOwned(plan.flag)) return isOld;
  return plan.flag !== flag;
}

/** Removes a desk that {@link isDeskLeft}. @returns false if it is needed, or gone */
export function* clearDesk(folder: string, token: string, isOld: boolean): Steps<boolean> {
  if (!desksAmong(yield* list(folder)).includes(token)) return false;
  if (!(yield* isDeskLeft(folder, token, isOld))) return false;
  yield* removeDesk(folder, token);
  return true;
}

/** Gives the one flag of a folder another spelling of the same state. @returns false if it has moved on */
export function* respellFlag(folder: string, from: string, to: string): Steps<boolean> {
  const flags = flagsAmong(yield* list(folder));
  if (flags.join("/") !== from) return false;
  if (yield* rename(join(folder, from), join(folder, to))) return true;
  return (yield* list(folder)).includes(to);
}

/**
 * Removes a folder that its owner may still be writing in: first its name goes, so that nothing of
 * it can be published while it is half there.
 *
 * @param aside - a name in the same parent, never used before, by which it is found if this is cut off
 */
export function* takeAway(parent: string, name: string, aside: string): Steps<boolean> {
  if (!(yield* list(parent)).includes(name)) return false;
  if (!(yield* moveAway(parent, name, aside))) return false;
  const isMine = (yield* list(parent)).includes(aside);
  yield* remove(join(parent, aside));
  return isMine;
}

/** Whether a folder has one flag, and nobody holds it. */
function isAtRest(names: readonly string[]): boolean {
  const { kind } = stateOf(names);
  return kind === "completed" || kind === "crashed" || kind === "pending";
}

/** Whether a flag names an owner, so that no other flag ever has its name. */
function isOwned(flag: string): boolean {
  return parseOwner(flag.slice(flag.indexOf(".") + 1)) !== undefined;
}
