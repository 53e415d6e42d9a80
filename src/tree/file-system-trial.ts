import { join } from "node:path";

import { list, makeFolder, modified, type Steps, touch, wait, write } from "./steps.ts";

/** What a file system did otherwise than the protocol needs. */
export type TrialFailure = { readonly problem: string; readonly expected: string };

/** How long a touch may take to show: some file systems keep whole seconds, or two. */
const CLOCK_STEP_MS = 100;
const CLOCK_STEPS = 25;

/**
 * Tries what the protocol rests on, in an empty folder of its own: renames of files and folders,
 * one winner of a folder's name, and times that move when a file is touched.
 */
export function* tryFileSystem(folder: string): Steps<readonly TrialFailure[]> {
  const trials = [tryRename, tryFolders, tryTouch];
  const failures: TrialFailure[] = [];
  for (const trial of trials) {
    const failure = yield* trial(folder);
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

type Trial = Steps<TrialFailure | undefined>;

/** A baton in two steps, as a claim and a settlement move it. */
function* tryRename(folder: string): Trial {
  const [first, second, third] = ["UNHATCHED", "OPENED.trial", "COMPLETED"] as const;
  yield* write(join(folder, first), "\n");
  const beforeMs = yield* modified(join(folder, first));
  for (const [from, to] of [
    [first, second],
    [second, third],
  ] as const) {
    const outcome = yield { kind: "rename", from: join(folder, from), to: join(folder, to) };
    const names = yield* list(folder);
    if (!outcome.ok || !names.includes(to) || names.includes(from)) {
      const said = outcome.ok ? "" : ` (${outcome.code})`;
      return {
        problem: `a file that is renamed does not have its new name alone${said}: ${names.join(", ")}`,
        expected: "a rename that moves a flag in one step",
      };
    }
  }
  if ((yield* modified(join(folder, third))) === beforeMs) return undefined;
  return {
    problem: "a rename changes a file's modification time",
    expected: "a rename that leaves it, so that leases count from the last sign of life",
  };
}

/** Numbers and ids are taken by folders: the second one to come must be refused. */
function* tryFolders(folder: string): Trial {
  const [taken, other] = [join(folder, "taken"), join(folder, "other")];
  yield* makeFolder(taken);
  if (yield* makeFolder(taken)) {
    return { problem: "a folder can be made twice", expected: "the second one to be refused" };
  }
  yield* write(join(taken, "file"), "\n");
  yield* makeFolder(other);
  yield* write(join(other, "another"), "\n");
  const outcome = yield { kind: "rename", from: other, to: taken };
  const kept = yield* list(taken);
  if (!outcome.ok && kept.join() === "file") return undefined;
  return {
    problem: "a folder can be renamed onto another one that is not empty",
    expected: "that to be refused, so that no experiment overwrites another",
  };
}

/** A heartbeat is a write: the file's time must follow. */
function* tryTouch(folder: string): Trial {
  const path = join(folder, "touched");
  yield* write(path, "\n");
  const beforeMs = yield* modified(path);
  for (let step = 0; step < CLOCK_STEPS; step++) {
    yield* wait(CLOCK_STEP_MS);
    yield* touch(path);
    const afterMs = yield* modified(path);
    if (beforeMs !== undefined && afterMs !== undefined && afterMs > beforeMs) return undefined;
  }
  return {
    problem: "a file's modification time stays when it is written to",
    expected: "times that the file server sets at each write: leases rest on them",
  };
}
