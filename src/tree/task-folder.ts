import { join } from "node:path";

import type { Owner } from "../core/run-state.ts";
import {
  completedFlag,
  failedFlag,
  ongoingFlag,
  type Task,
  taskFlagsAmong,
  taskStateOf,
  todoFlag,
} from "../core/task-state.ts";
import type { Host } from "../host.ts";
import { type Baton, giveBack, leaveWordsIn, passOn, type Settlement, take } from "./baton.ts";
import { stagingFolder } from "./paths.ts";
import { FLAG_CONTENT, publishFolder } from "./publishing.ts";
import type { Steps } from "./steps.ts";

export const taskFolder = (storage: string, { folder }: Task) => join(storage, folder);

/** The right to do a task, held by exactly one owner until settled or expired. */
export type HeldTask = Baton & { readonly task: Task };

/**
 * Moves a task to its owner, from whatever flag was looked at: to do, finished before, or held by
 * somebody who is gone.
 * @param owner - with a token that was never used before
 * @returns undefined when it was not to be had
 */
export function* takeTask(
  storage: string,
  task: Task,
  from: string,
  owner: Owner,
): Steps<HeldTask | undefined> {
  const held = { folder: taskFolder(storage, task), flag: ongoingFlag(task, owner), task };
  const names = yield* take(held, from);
  if (names === undefined) return undefined;
  // Somebody made a second flag; people have to look.
  if (taskFlagsAmong(task, names).length === 1) return held;
  yield* giveBack(held, from);
  return undefined;
}

/** Ends a task; the flag of one that failed says why. */
export function* settleTask(
  held: HeldTask,
  end: { readonly kind: "completed" } | { readonly kind: "failed"; readonly reason: string },
): Steps<Settlement> {
  const { task } = held;
  if (end.kind === "failed") yield* leaveWordsIn(held, end.reason);
  const target = end.kind === "completed" ? completedFlag(task) : failedFlag(task);
  // If it was somebody who took it over, the same was done.
  return yield* passOn(held, target, (names) => names.includes(target));
}

/** Puts a task back, for somebody else to do: what was begun is done again from the start. */
export function* releaseTask(held: HeldTask): Steps<void> {
  yield* giveBack(held, todoFlag(held.task));
}

/** Writes the folder of a task that is to be done, where nobody sees it yet. */
export function writeTaskFolder(folder: string, task: Task, { files }: Pick<Host, "files">): void {
  files.makeFolder(folder);
  files.write(join(folder, todoFlag(task)), FLAG_CONTENT);
}

/**
 * The one flag of a task; its folder is made where an older tool has not. Undefined if there are
 * several, or the storage cannot be written.
 */
export function findTaskFlag(
  storage: string,
  task: Task,
  { files, token }: Pick<Host, "files" | "token">,
): string | undefined {
  const folder = taskFolder(storage, task);
  if (files.list(folder) === undefined) {
    const staged = stagingFolder(storage, token(16));
    writeTaskFolder(staged, task, { files });
    // Of all that try it, one moves its folder there; that decides.
    if (!publishFolder(staged, folder, { files })) files.remove(staged);
  }
  const [flag, ...others] = taskFlagsAmong(task, files.list(folder) ?? []);
  return others.length === 0 ? flag : undefined;
}

/** Whether a flag's task is nobody's: to do, or finished before. */
export function isFree(task: Task, flag: string): boolean {
  return taskStateOf(task, flag)?.kind !== "ongoing";
}
