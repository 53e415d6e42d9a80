import { errnoOf } from "../../src/errors.ts";
import type { Operation, Outcome, Steps } from "../../src/tree/steps.ts";
import { type MemoryDisk, SystemError } from "./memory-disk.ts";

/** One process's share of a schedule: so many operations in a row, then it is paused or dead. */
export type Turn = {
  /** Which process; counted round. */
  readonly process: number;
  readonly operations: number;
  /** Hits the first of these operations that can have it. */
  readonly fault?: Fault | undefined;
  /** Killed after them. */
  readonly dies?: boolean;
  /** What goes by after them, for everybody, ms. */
  readonly passMs?: number;
};

/** Errors that a disk answers with when it does nothing. */
export const REFUSALS = ["EIO", "ESTALE", "ENOSPC", "EDQUOT", "EACCES", "EROFS"] as const;
export type Refusal = (typeof REFUSALS)[number];
/** How long a network file system denies what it has once not found, ms. */
const DENIAL_MS = 30_000;

export type Fault =
  /** It happens, but an error is reported; ENOENT for renames only: an answer that was lost, and asked for again. */
  | { readonly kind: "lost"; readonly code: "ENOENT" | "ESTALE" | "EIO" }
  /** It does not happen, and EIO, or what is said, is reported. */
  | { readonly kind: "refused"; readonly code?: Refusal }
  /** From now on this process remembers for half a minute what it did not find by its name; listings show it. */
  | { readonly kind: "forgetful" }
  /** A rename of which EIO is reported, and which the server carries out so many operations later. */
  | { readonly kind: "late"; readonly operations: number }
  /** A listing shows the folder so many changes ago, but nothing older than what this process has seen. */
  | { readonly kind: "stale"; readonly changes: number }
  /** No space left for a file. */
  | { readonly kind: "full" };

/** More operations than any procedure has. */
export const TO_THE_END = 100;

/** A turn whose length, from the first number to the second, is to be tried out. */
export type Stretch = Omit<Turn, "operations"> & {
  readonly operations: number | readonly [number, number];
};

/** Every schedule that `stretches` allow. */
export function schedules(stretches: readonly Stretch[]): readonly (readonly Turn[])[] {
  return stretches.reduce<readonly (readonly Turn[])[]>(
    (beginnings, stretch) =>
      beginnings.flatMap((turns) =>
        lengths(stretch).map((operations) => [...turns, { ...stretch, operations }]),
      ),
    [[]],
  );
}

function lengths({ operations }: Stretch): readonly number[] {
  if (typeof operations === "number") return [operations];
  const [first, last] = operations;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** What became of a process. */
export type Ending =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "died" };

/** Called after each operation, with the process that did it. */
export type Watch = (process: number, operation: Operation) => void;

/** More than any procedure takes: one that does not end is a finding. */
const PATIENCE = 5_000;
const REFRESHING = new Set<Operation["kind"]>(["list", "rename", "write", "makeFolder", "remove"]);

/**
 * Runs procedures against one disk in the order that `turns` say, then whoever is left, one after
 * the other, to the end.
 */
export function interleave(
  disk: MemoryDisk,
  processes: readonly Steps<unknown>[],
  turns: readonly Turn[],
  watch: Watch = () => undefined,
): readonly Ending[] {
  const keptBack = createQueue(disk, watch);
  const actors = processes.map((steps, index) =>
    createActor({ disk, steps, index, watch, keptBack }),
  );
  for (const { process, operations, fault, dies, passMs } of turns) {
    const actor = actors[process % actors.length];
    actor?.run(operations, fault);
    if (dies === true) actor?.die();
    disk.pass(passMs ?? 0);
  }
  const endings = actors.map((actor) => {
    actor.run(PATIENCE);
    const ending = actor.ending();
    if (ending === undefined) throw new Error(`No end after ${PATIENCE} operations`);
    return ending;
  });
  keptBack.step(Number.POSITIVE_INFINITY);
  return endings;
}

/** Operations that the server has kept back. */
function createQueue(disk: MemoryDisk, watch: Watch) {
  let now = 0;
  let queue: { readonly due: number; readonly process: number; readonly operation: Operation }[] =
    [];
  return {
    add: (process: number, operation: Operation, operations: number) => {
      queue.push({ due: now + operations, process, operation });
    },
    /** So many operations go by. */
    step: (operations: number) => {
      now += operations;
      const due = queue.filter((kept) => kept.due <= now);
      queue = queue.filter((kept) => kept.due > now);
      for (const { process, operation } of due) {
        disk.perform(operation);
        watch(process, operation);
      }
    },
  };
}

/** Runs one procedure alone to its end. */
export function runAlone<Result>(
  disk: MemoryDisk,
  steps: Steps<Result>,
  watch: () => void = () => undefined,
): Result {
  let next = steps.next();
  for (let operations = 0; operations < PATIENCE; operations++) {
    if (next.done === true) return next.value;
    const operation = next.value;
    if (operation.kind === "wait") disk.pass(operation.ms);
    const outcome = performWith(disk, operation);
    watch();
    next = steps.next(outcome);
  }
  throw new Error(`No end after ${PATIENCE} operations`);
}

type ActorSettings = {
  readonly disk: MemoryDisk;
  readonly steps: Steps<unknown>;
  readonly index: number;
  readonly watch: Watch;
  readonly keptBack: ReturnType<typeof createQueue>;
};

function createActor({ disk, steps, index, watch, keptBack }: ActorSettings) {
  let ending: Ending | undefined;
  let next: Operation | undefined;
  let wakesAtMs = 0;
  let seenVersion = disk.version();
  const denials = createDenials(disk);
  const resume = (outcome?: Outcome) => {
    try {
      const result = outcome === undefined ? steps.next() : steps.next(outcome);
      next = result.done === true ? undefined : result.value;
      if (result.done === true) ending = { kind: "returned", value: result.value };
    } catch (error) {
      // A system error ends the process, as it would a real one; anything else is a bug of ours.
      if (errnoOf(error) === undefined) throw error;
      ending = { kind: "failed", error };
    }
  };
  const once = (fault: Fault | undefined) => {
    if (next === undefined) resume();
    if (next === undefined) return false;
    const operation = next;
    keptBack.step(1);
    disk.pass(Math.max(0, wakesAtMs - disk.elapsedMs()));
    const hit = fault !== undefined && fits(fault, operation);
    const denied = hit ? undefined : denials.answerTo(operation);
    if (hit && fault.kind === "late") keptBack.add(index, operation, fault.operations);
    const outcome =
      denied ??
      (hit ? performFaulty(disk, operation, fault, seenVersion) : performWith(disk, operation));
    denials.learn(operation, outcome);
    // A client that has changed something, or has listed, sees at least as much from then on.
    if (!hit && outcome.ok && REFRESHING.has(operation.kind)) seenVersion = disk.version();
    if (operation.kind === "wait") wakesAtMs = disk.elapsedMs() + operation.ms;
    watch(index, operation);
    resume(outcome);
    return hit;
  };
  return {
    run: (operations: number, fault?: Fault) => {
      let pending = fault;
      if (fault?.kind === "forgetful") denials.begin();
      for (let count = 0; count < operations && ending === undefined; count++) {
        if (once(pending)) pending = undefined;
      }
    },
    die: () => {
      ending ??= { kind: "died" };
    },
    ending: () => ending,
  };
}

function fits(fault: Fault, { kind }: Operation): boolean {
  if (kind === "monotonic" || kind === "wait") return false;
  switch (fault.kind) {
    case "lost":
      return fault.code !== "ENOENT" || ["rename", "touch", "fill"].includes(kind);
    case "late":
      return kind === "rename";
    case "refused":
      return true;
    case "stale":
      return kind === "list";
    case "full":
      return kind === "write";
    case "forgetful":
      return false;
  }
}

/** What a client of a network file system did not find by its name it denies for a while, without asking again. */
function createDenials(disk: MemoryDisk) {
  let isOn = false;
  const untilMs = new Map<string, number>();
  const isDenied = (path: string) => isOn && (untilMs.get(path) ?? 0) > disk.elapsedMs();
  return {
    begin: () => {
      isOn = true;
    },
    answerTo: (operation: Operation): Outcome | undefined => {
      const path = pathAskedFor(operation);
      if (path === undefined || !isDenied(path)) return undefined;
      return operation.kind === "read" ? { ok: true, value: undefined } : failed("ENOENT");
    },
    learn: (operation: Operation, outcome: Outcome) => {
      const path = pathAskedFor(operation);
      const isMissing = outcome.ok
        ? operation.kind === "read" && outcome.value === undefined
        : outcome.code === "ENOENT";
      if (path !== undefined && isMissing && !isDenied(path)) {
        untilMs.set(path, disk.elapsedMs() + DENIAL_MS);
      }
      if (!outcome.ok) return;
      if (operation.kind === "rename") untilMs.delete(operation.to);
      if (operation.kind === "write" || operation.kind === "makeFolder") {
        untilMs.delete(operation.path);
      }
    },
  };
}

/** The name that an operation needs to find. */
function pathAskedFor(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "touch":
    case "read":
    case "modified":
    case "fill":
      return operation.path;
    case "rename":
      return operation.from;
    case "list":
    case "write":
    case "makeFolder":
    case "remove":
    case "monotonic":
    case "wait":
      return undefined;
  }
}

function performFaulty(
  disk: MemoryDisk,
  operation: Operation,
  fault: Fault,
  seenVersion: number,
): Outcome {
  switch (fault.kind) {
    case "lost": {
      const outcome = performWith(disk, operation);
      return outcome.ok ? failed(fault.code) : outcome;
    }
    case "refused":
      return failed(fault.code ?? "EIO");
    case "late":
    case "forgetful":
      return failed("EIO");
    case "full":
      return failed("ENOSPC");
    case "stale": {
      const version = Math.max(seenVersion, disk.version() - fault.changes);
      const folder = operation.kind === "list" ? operation.folder : "";
      return { ok: true, value: disk.list(folder, version) };
    }
  }
}

function performWith(disk: MemoryDisk, operation: Operation): Outcome {
  if (operation.kind !== "wait") return disk.perform(operation);
  return { ok: true, value: undefined };
}

function failed(code: string): Outcome {
  return { ok: false, code, error: new SystemError(code, "injected") };
}
