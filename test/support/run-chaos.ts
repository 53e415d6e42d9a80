import { join } from "node:path";

import type { RunOutcome, RunRecord } from "../../src/core/run-record.ts";
import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  formatOwner,
  type Owner,
  PENDING_FLAG,
  stateOfFlag,
} from "../../src/core/run-state.ts";
import { errnoOf } from "../../src/errors.ts";
import {
  finishPublishing,
  logFile,
  RECORDERS_FOLDER,
  recordingFile,
} from "../../src/tree/attempts.ts";
import { reset } from "../../src/tree/reset.ts";
import { abandon, beat, type Claim, claim, settle } from "../../src/tree/run-folder.ts";
import { list, makeFolder, modified, rename, type Steps, write } from "../../src/tree/steps.ts";
import { clearDesk, desksAmong, finishSettled } from "../../src/tree/tidying.ts";
import { interleave, runAlone, type Turn } from "./interleave.ts";
import { createMemoryDisk, type MemoryDisk } from "./memory-disk.ts";
import { BrokenPromise, createWitness, SHARED_FILE, type Witness } from "./run-witness.ts";

/** What may be replaced by something worse, to see it caught. */
export type Procedures = {
  readonly claim: typeof claim;
  readonly beat: typeof beat;
  readonly settle: typeof settle;
  readonly reset: typeof reset;
  readonly finishSettled: typeof finishSettled;
  readonly clearDesk: typeof clearDesk;
};
export const PROCEDURES: Procedures = { claim, beat, settle, reset, finishSettled, clearDesk };

/** A worker with what each of its attempts comes to, or a cleaner with what it resets. */
export type Part =
  | { readonly kind: "worker"; readonly outcomes: readonly WorkOutcome[] }
  | { readonly kind: "cleaner"; readonly appetites: readonly Appetite[]; readonly fenceMs: number }
  /** Finishes what it finds unpublished, where nobody is at work. */
  | { readonly kind: "reader"; readonly looks: number }
  /** Clears away what others have left, as aldoctor does. */
  | { readonly kind: "tidier"; readonly looks: number };
export type WorkOutcome = "completed" | "crashed" | "released" | "abandoned";
/** `dead`: whatever is held, its holder is judged to be dead, true or not. */
export type Appetite = "dead" | "crashed" | "completed";

export const HEARTBEAT_MS = 15_000;
const FOLDER = "/search/experiment1/seed1";

type World = {
  readonly disk: MemoryDisk;
  readonly witness: Witness;
  readonly procedures: Procedures;
  readonly newOwner: () => Owner;
};

/**
 * Plays the parts on one run folder in the order of `turns`; then everybody is dead or done, and a
 * fresh cleaner and worker have to bring the run to its end.
 *
 * @throws BrokenPromise at the first instant at which a promise is broken
 */
export function playRun(
  parts: readonly Part[],
  turns: readonly Turn[],
  procedures: Procedures = PROCEDURES,
): MemoryDisk {
  const disk = createMemoryDisk({
    [join(FOLDER, "config.json")]: "{}\n",
    [join(FOLDER, PENDING_FLAG)]: "\n",
  });
  const witness = createWitness(disk, FOLDER);
  let owners = 0;
  const newOwner = () => {
    owners += 1;
    const token = owners.toString(16).padStart(32, "0");
    return { host: "node-1", pid: 100 + owners, token };
  };
  const world: World = { disk, witness, procedures, newOwner };
  const processes = parts.map((part, index) => play(world, part, index));
  interleave(disk, processes, turns, (index) => {
    witness.see(index);
  });
  recover(world);
  return disk;
}

/** What the first of these schedules that breaks a promise breaks; undefined if none does. */
export function findBroken(
  parts: readonly Part[],
  turns: readonly (readonly Turn[])[],
  procedures?: Partial<Procedures>,
): string | undefined {
  for (const schedule of turns) {
    try {
      playRun(parts, schedule, { ...PROCEDURES, ...procedures });
    } catch (error) {
      if (error instanceof BrokenPromise) return error.message;
      throw error;
    }
  }
  return undefined;
}

function play(world: World, part: Part, index: number): Steps<void> {
  switch (part.kind) {
    case "worker":
      return work(world, part.outcomes);
    case "cleaner":
      return clean(world, index, part);
    case "reader":
      return readOften(part.looks);
    case "tidier":
      return tidyOften(world, part.looks);
  }
}

function* readOften(looks: number): Steps<void> {
  for (let look = 0; look < looks; look++) {
    const names = yield* list(FOLDER);
    const { kind } = stateOfFlag(flagsAmong(names)[0] ?? "") ?? {};
    if (kind === "completed" || kind === "crashed" || kind === "pending") {
      yield* finishPublishing(FOLDER, names);
    }
  }
}

/** Desks are cleared as soon as nobody needs them; how long they have been there is not asked. */
function* tidyOften({ procedures }: World, looks: number): Steps<void> {
  for (let look = 0; look < looks; look++) {
    yield* procedures.finishSettled(FOLDER);
    for (const token of desksAmong(yield* list(FOLDER))) {
      yield* procedures.clearDesk(FOLDER, token, false);
    }
  }
}

/** A stubborn one: it goes on whatever its heartbeat says. */
function* work(world: World, outcomes: readonly WorkOutcome[]): Steps<void> {
  const { procedures, witness, newOwner } = world;
  for (const outcome of outcomes) {
    const owner = newOwner();
    const held = yield* procedures.claim(FOLDER, owner);
    if (held === undefined) continue;
    witness.claimed(owner, held.attempt);
    yield* writeOutputs(owner);
    if ((yield* procedures.beat(held)) === "fenced") witness.fenced(owner);
    yield* endAttempt(world, held, outcome);
  }
}

function* endAttempt(world: World, held: Claim, outcome: WorkOutcome): Steps<void> {
  const { procedures, witness } = world;
  if (outcome === "abandoned") return yield* giveUp(world, held);
  try {
    if ((yield* procedures.settle(held, recordOf(held, outcome))) === "settled") {
      witness.settled(held.owner, flagOf(outcome));
    }
  } catch (error) {
    // Whatever the disk refuses, a worker puts its run back.
    if (errnoOf(error) === undefined || errnoOf(error) === "ENOENT") throw error;
    yield* giveUp(world, held);
  }
}

function* giveUp({ witness }: World, held: Claim): Steps<void> {
  witness.abandoned(held.owner);
  yield* abandon(held);
}

/** Leaves the token in whatever an attempt writes. */
function* writeOutputs({ token }: Owner): Steps<void> {
  yield* write(join(FOLDER, logFile(token)), token);
  yield* makeFolder(join(FOLDER, RECORDERS_FOLDER));
  yield* write(join(FOLDER, RECORDERS_FOLDER, recordingFile("train", token)), token);
  const draft = join(FOLDER, `${SHARED_FILE}.${token}.tmp`);
  yield* write(draft, token);
  yield* rename(draft, join(FOLDER, SHARED_FILE));
}

function* clean(
  { procedures, witness, newOwner }: World,
  actor: number,
  { appetites, fenceMs }: Part & { readonly kind: "cleaner" },
): Steps<void> {
  for (const appetite of appetites) {
    const names = yield* list(FOLDER);
    const [flag = ""] = flagsAmong(names);
    const modifiedMs = yield* modified(join(FOLDER, flag));
    if (modifiedMs === undefined || !isWanted(flag, appetite)) continue;
    const owner = newOwner();
    witness.judged(actor, owner, flag);
    yield* procedures.reset(
      { folder: FOLDER, flag, modifiedMs, names, fenceMs, remove: [SHARED_FILE] },
      { owner, heartbeatMs: HEARTBEAT_MS, now: "2026-01-01T00:00:00.000Z" },
    );
  }
}

function isWanted(flag: string, appetite: Appetite): boolean {
  const { kind } = stateOfFlag(flag) ?? {};
  if (appetite === "dead") return kind === "running" || kind === "resetting";
  return kind === appetite;
}

/** Everybody else is dead: the run ends COMPLETED, and whatever was settled is published. */
function recover(world: World): void {
  const { disk } = world;
  const flag = () => flagsAmong(disk.list(FOLDER) ?? [])[0] ?? "";
  for (let rounds = 0; rounds < RECOVERY_ROUNDS && flag() !== COMPLETED_FLAG; rounds++) {
    const appetite: Appetite = flag() === CRASHED_FLAG ? "crashed" : "dead";
    const steps =
      flag() === PENDING_FLAG
        ? work(world, ["completed"])
        : clean(world, -1, { kind: "cleaner", appetites: [appetite], fenceMs: 0 });
    finish(world, steps);
  }
  if (flag() !== COMPLETED_FLAG) throw new BrokenPromise(`the run was lost: ${flag()}`);
  finish(world, finishPublishing(FOLDER, disk.list(FOLDER) ?? []));
  world.witness.checkPublished();
}

const RECOVERY_ROUNDS = 6;

function finish({ disk, witness }: World, steps: Steps<unknown>): void {
  runAlone(disk, steps, () => {
    witness.see(-1);
  });
}

function flagOf(outcome: RunOutcome): string {
  switch (outcome) {
    case "completed":
      return COMPLETED_FLAG;
    case "crashed":
      return CRASHED_FLAG;
    case "released":
    case "voided":
      return PENDING_FLAG;
  }
}

export function recordOf({ owner, attempt }: Claim, outcome: RunOutcome): RunRecord {
  return {
    schemaVersion: 1,
    attempt,
    owner: formatOwner(owner),
    outcome,
    cause: outcome === "crashed" ? { kind: "error", trace: "Error: NaN" } : { kind: "done" },
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:01:00.000Z",
    seconds: 60,
    repositories: [],
  };
}
