import { join } from "node:path";

import { errnoOf, type UserErrorCode } from "../errors.ts";
import type { Clock, Files } from "../host.ts";

/**
 * One thing that the protocol does to the world. Its procedures are generators that yield these,
 * so that production runs the very code whose every interleaving, failure and interruption the
 * tests drive.
 */
export type Operation =
  | { readonly kind: "touch"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "list"; readonly folder: string }
  | { readonly kind: "read"; readonly path: string }
  /** A file of a name that nobody else uses; on the disk before it returns. */
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "fill"; readonly path: string; readonly text: string }
  | { readonly kind: "modified"; readonly path: string }
  | { readonly kind: "makeFolder"; readonly path: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "monotonic" }
  | { readonly kind: "wait"; readonly ms: number };

/** What came of an operation: its value, or the system's error. */
export type Outcome =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: string; readonly error: unknown };
type Value = string | number | boolean | readonly string[] | undefined;

/** A procedure of single operations that ends with a `Result`. */
export type Steps<Result> = Generator<Operation, Result, Outcome>;

/** Errors after which a rename may or may not have happened: only a listing tells. */
const UNSURE = new Set(["ENOENT", "ESTALE", "EIO"]);

/** What is no file, or larger than any; by `Files`. */
const UNREADABLE = new Set<string>(["unreadable", "ELOOP"] satisfies (UserErrorCode | "ELOOP")[]);
/** A flag is a file: a link in its place is nobody's right to anything. */
const UNTOUCHABLE = new Set([...UNSURE, "ELOOP"]);

/** Runs a procedure that does not wait. */
export function perform<Result>(
  steps: Steps<Result>,
  host: { readonly files: Files; readonly clock: Clock },
): Result {
  let next = steps.next();
  while (next.done !== true) next = steps.next(performOperation(next.value, host));
  return next.value;
}

/** Runs a procedure that may wait in between. */
export async function performWaiting<Result>(
  steps: Steps<Result>,
  host: { readonly files: Files; readonly clock: Clock },
): Promise<Result> {
  let next = steps.next();
  while (next.done !== true) {
    const operation = next.value;
    if (operation.kind === "wait") await host.clock.sleep(operation.ms);
    const outcome: Outcome =
      operation.kind === "wait"
        ? { ok: true, value: undefined }
        : performOperation(operation, host);
    next = steps.next(outcome);
  }
  return next.value;
}

/** Carries out one operation; every system error becomes an outcome. */
export function performOperation(
  operation: Operation,
  { files, clock }: { readonly files: Files; readonly clock: Clock },
): Outcome {
  try {
    return { ok: true, value: carryOut(operation, files, clock) };
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return { ok: false, code, error };
  }
}

function carryOut(operation: Operation, files: Files, clock: Clock): Value {
  switch (operation.kind) {
    case "touch":
      files.touch(operation.path);
      return undefined;
    case "rename":
      files.rename(operation.from, operation.to);
      return undefined;
    case "list":
      return files.list(operation.folder);
    case "read":
      return files.read(operation.path);
    case "write":
      files.write(operation.path, operation.text, { flush: true });
      return undefined;
    case "fill":
      files.fill(operation.path, operation.text);
      return undefined;
    case "modified":
      return files.modifiedMs(operation.path);
    case "makeFolder":
      return files.makeFolder(operation.path);
    case "remove":
      files.remove(operation.path);
      return undefined;
    case "monotonic":
      return clock.monotonicMs();
    case "wait":
      throw new Error("A procedure that waits was run by perform(); use performWaiting().");
  }
}

/** @returns true if done, false if there is no such file or the server could not say */
export function* touch(path: string): Steps<boolean> {
  return (yield* tolerate({ kind: "touch", path }, UNTOUCHABLE)).ok;
}

/** @returns true if done, false if the folder has to be listed to know */
export function* rename(from: string, to: string): Steps<boolean> {
  return (yield* tolerate({ kind: "rename", from, to }, UNSURE)).ok;
}

/** How often a rename is tried that the server neither did nor refused. */
export const RENAME_TRIES = 3;

/** Whether an error says that the server could not tell: asked again it may. */
export const isUnsure = (error: unknown) => UNSURE.has(errnoOf(error) ?? "");

/**
 * Renames a file that nobody else moves, in a folder.
 * @throws the system's error if it is neither there nor at its new name, or the server keeps failing
 */
export function* renameSurely(folder: string, from: string, to: string): Steps<void> {
  for (let tries = 1; ; tries++) {
    const operation = { kind: "rename", from: join(folder, from), to: join(folder, to) } as const;
    const outcome = yield* tolerate(operation, UNSURE);
    if (outcome.ok) return;
    const names = yield* listIfSure(folder);
    if (names?.includes(to) === true && !names.includes(from)) return;
    if (tries === RENAME_TRIES) throw outcome.error;
  }
}

/**
 * Renames a file that others may be moving as well.
 * @returns false if it is still there, because the server keeps failing
 */
export function* moveAway(folder: string, from: string, to: string): Steps<boolean> {
  for (let tries = 0; tries < RENAME_TRIES; tries++) {
    if (yield* rename(join(folder, from), join(folder, to))) return true;
    const names = yield* listIfSure(folder);
    if (names?.includes(from) === false) return true;
  }
  return false;
}

/** The names in a folder, empty if there is no such folder; undefined if the server could not say. */
function* listIfSure(folder: string): Steps<readonly string[] | undefined> {
  try {
    return yield* list(folder);
  } catch (error) {
    if (!isUnsure(error)) throw error;
    return undefined;
  }
}

/** The names in a folder, empty if there is no such folder. */
export function* list(folder: string): Steps<readonly string[]> {
  const { value } = yield* demand({ kind: "list", folder });
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/**
 * The text of a file, undefined if there is none. Empty for one that cannot be read as a file: for
 * the protocol, whatever stands there says nothing.
 */
export function* read(path: string): Steps<string | undefined> {
  const outcome = yield* tolerate({ kind: "read", path }, UNREADABLE);
  if (!outcome.ok) return "";
  return typeof outcome.value === "string" ? outcome.value : undefined;
}

/** Writes a file under a name of one's own, flushed. */
export function* write(path: string, text: string): Steps<void> {
  yield* demand({ kind: "write", path, text });
}

/** Puts `text` into a flag for people to read; nothing happens if the flag has moved on. */
export function* fill(path: string, text: string): Steps<void> {
  yield* tolerate({ kind: "fill", path, text }, new Set([...UNTOUCHABLE, "ENOSPC", "EDQUOT"]));
}

/** Modification time of a file in ms by the file server's clock, undefined if there is none. */
export function* modified(path: string): Steps<number | undefined> {
  const outcome = yield* tolerate({ kind: "modified", path }, UNSURE);
  return outcome.ok && typeof outcome.value === "number" ? outcome.value : undefined;
}

/** @returns false if there is something of that name already */
export function* makeFolder(path: string): Steps<boolean> {
  return (yield* demand({ kind: "makeFolder", path })).value === true;
}

/** Removes a file or folder; nothing happens if it is not there. */
export function* remove(path: string): Steps<void> {
  yield* demand({ kind: "remove", path });
}

/** Milliseconds of a clock that only grows. */
export function* monotonic(): Steps<number> {
  const { value } = yield* demand({ kind: "monotonic" });
  return typeof value === "number" ? value : Number.NaN;
}

export function* wait(ms: number): Steps<void> {
  yield* demand({ kind: "wait", ms });
}

function* demand(operation: Operation): Steps<Outcome & { ok: true }> {
  const outcome = yield operation;
  if (!outcome.ok) throw outcome.error;
  return outcome;
}

function* tolerate(operation: Operation, codes: ReadonlySet<string>): Steps<Outcome> {
  const outcome = yield operation;
  if (!outcome.ok && !codes.has(outcome.code)) throw outcome.error;
  return outcome;
}
