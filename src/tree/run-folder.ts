import { join } from "node:path";

import { describeCause, formatRunRecord, type RunRecord } from "../core/run-record.ts";
import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  formatOwner,
  type Owner,
  PENDING_FLAG,
  runningFlag,
  stateOfFlag,
} from "../core/run-state.ts";
import { errnoOf } from "../errors.ts";
import { finishPublishing, publish, readRecord, recordFile } from "./attempts.ts";
import {
  type Baton,
  type Beat,
  beatFor,
  giveBack,
  leaveWordsIn,
  passOn,
  type Settlement,
  take,
} from "./baton.ts";
import { isUnsure, renameSurely, type Steps, write } from "./steps.ts";

/** The right to execute one run, held by exactly one owner until settled or expired. */
export type Claim = {
  /** The run folder. */
  readonly folder: string;
  readonly owner: Owner;
  /** 1 for the first attempt. */
  readonly attempt: number;
};

/**
 * Moves a pending run to running, if nobody else has.
 *
 * @param owner - with a token that was never used before: a re-used one would let an old
 *   judgement hit a new claim
 * @returns the claim, or undefined when the run was not to be had
 */
export function* claim(folder: string, owner: Owner): Steps<Claim | undefined> {
  const baton = { folder, flag: runningFlag(owner) };
  const names = yield* take(baton, PENDING_FLAG);
  if (names === undefined) return undefined;
  try {
    const former = yield* countFormer(folder, owner, names);
    if (former !== undefined) return { folder, owner, attempt: former + 1 };
    yield* giveBack(baton, PENDING_FLAG);
  } catch (error) {
    // Nobody would beat for it: back, as far as the disk lets us.
    yield* giveBack(baton, PENDING_FLAG);
    if (!isUnsure(error)) throw error;
  }
  return undefined;
}

/**
 * The number of attempts before the one that `owner` has just claimed.
 * @returns undefined if the run is to be given back
 */
function* countFormer(
  folder: string,
  owner: Owner,
  names: readonly string[],
): Steps<number | undefined> {
  // A conflict is never run. Somebody made a second flag; people have to look.
  if (flagsAmong(names).length > 1) return undefined;
  // Undefined: declared dead meanwhile. The attempt was given a number, and any other would be somebody else's.
  return yield* finishPublishing(folder, names, owner.token);
}

/** The flag of a claimed run, as its owner holds it. */
export const batonOf = ({ folder, owner }: Pick<Claim, "folder" | "owner">): Baton => ({
  folder,
  flag: runningFlag(owner),
});

/** Says that the owner lives, by the file server's clock. */
export function* beat(held: Claim): Steps<Beat> {
  return yield* beatFor(batonOf(held));
}

/**
 * Ends a claim: the record is written beside, the flag decides, the files get their names.
 * @param record - its outcome says which flag: completed, crashed, or released to pending
 */
export function* settle(held: Claim, record: RunRecord): Steps<Settlement> {
  const { folder, owner } = held;
  const draft = join(folder, `${recordFile(owner.token)}.tmp`);
  try {
    yield* write(draft, formatRunRecord(record));
  } catch (error) {
    // Where there was no room for it, half of it is of no use to anybody.
    yield { kind: "remove", path: draft };
    throw error;
  }
  yield* renameSurely(folder, `${recordFile(owner.token)}.tmp`, recordFile(owner.token));
  if (record.outcome === "crashed") yield* leaveWords(held, describeCause(record.cause));
  const settlement = yield* moveFlag(held, flagFor(record));
  // The record stays: it may have been counted, and once its attempt is voided its number is taken.
  if (settlement === "settled") yield* showSettled(held);
  return settlement;
}

/**
 * Writes into the flag, for people, what CRASH will say. As long as it carries our name: by the time
 * that it is CRASH, it may have been reset and be the CRASH of another attempt.
 */
function* leaveWords(held: Claim, words: string): Steps<void> {
  // The record has it all the same.
  yield* leaveWordsIn(batonOf(held), `attempt ${held.attempt}: ${words}`);
}

/** For readers; whoever finds it unfinished can finish it. */
function* showSettled({ folder, owner, attempt }: Claim): Steps<void> {
  try {
    yield* publish(folder, owner.token, attempt);
  } catch (error) {
    // The run is settled, whatever the disk refuses now.
    if (errnoOf(error) === undefined) throw error;
  }
}

/** Puts a run back without a record, for want of space to write one. */
export function* abandon(held: Claim): Steps<Settlement> {
  return yield* moveFlag(held, PENDING_FLAG);
}

function flagFor({ outcome }: RunRecord): string {
  switch (outcome) {
    case "completed":
      return COMPLETED_FLAG;
    case "crashed":
      return CRASHED_FLAG;
    case "released":
      return PENDING_FLAG;
    case "voided":
      throw new TypeError("Expected an outcome that the owner decides, got voided");
  }
}

function* moveFlag(held: Claim, target: string): Steps<Settlement> {
  return yield* passOn(batonOf(held), target, (names) => wasMovedByUs(held, target, names));
}

/**
 * The own flag is gone: by our own rename, whose reply was lost, or by somebody who declared us
 * dead. The latter leaves a record under our attempt's number before the run can be claimed again.
 */
function* wasMovedByUs(
  { folder, owner, attempt }: Claim,
  target: string,
  names: readonly string[],
): Steps<boolean> {
  if (names.includes(recordFile(attempt))) {
    const record = yield* readRecord(join(folder, recordFile(attempt)));
    return record?.owner === formatOwner(owner) && record.outcome !== "voided";
  }
  const flags = flagsAmong(names);
  if (flags.some((name) => stateOfFlag(name)?.kind === "resetting")) return false;
  // A released run may already be somebody else's; a settled one stays what it is.
  return target === PENDING_FLAG ? flags.length > 0 : flags.includes(target);
}
