import { join } from "node:path";

import { type Cause, formatRunRecord, type RunRecord } from "../core/run-record.ts";
import {
  formatOwner,
  type Owner,
  parseOwner,
  PENDING_FLAG,
  resettingFlag,
  stateOfFlag,
} from "../core/run-state.ts";
import {
  finishPublishing,
  publishOutputs,
  readRecord,
  recordFile,
  recordNames,
} from "./attempts.ts";
import {
  asidePath,
  isRemovable,
  readPlan,
  removeDesk,
  type ResetPlan,
  writePlan,
} from "./reset-plan.ts";
import {
  isUnsure,
  list,
  modified,
  monotonic,
  moveAway,
  rename,
  renameSurely,
  type Steps,
  touch,
  wait,
  write,
} from "./steps.ts";

/** What somebody decided about a run folder, on exactly this flag and these attempts. */
export type Judgement = {
  readonly folder: string;
  readonly flag: string;
  /** The flag's modification time, ms. */
  readonly modifiedMs: number;
  /** All names in the folder when it was judged. */
  readonly names: readonly string[];
  /** How long the flag's owner may need to notice; 0 if it is known to be gone. */
  readonly fenceMs: number;
  /** Names in the folder to remove; nothing else is, and no record or flag. */
  readonly remove: readonly string[];
};

/** Who resets, and by what clock. */
export type Cleaner = {
  readonly owner: Owner;
  readonly heartbeatMs: number;
  /** ISO 8601, for the record of an attempt that is voided. */
  readonly now: string;
};

/** `moved-on`: the run is no longer what was judged, or somebody else has to reset it; look again. */
export type Reset = "reset" | "moved-on";

/** Puts a run back to pending, if it still is what was judged. */
export function* reset(judgement: Judgement, cleaner: Cleaner): Steps<Reset> {
  try {
    return yield* resetAsJudged(judgement, cleaner);
  } catch (error) {
    // The flag may be ours; then our lease ends, and whoever takes over has the plan.
    if (!isUnsure(error)) throw error;
    return "moved-on";
  }
}

function* resetAsJudged(judgement: Judgement, cleaner: Cleaner): Steps<Reset> {
  const { folder, flag, modifiedMs } = judgement;
  if (stateOfFlag(flag)?.kind === "resetting") return yield* takeOverReset(judgement, cleaner);
  const plan: ResetPlan = {
    flag,
    records: recordNames(judgement.names),
    remove: judgement.remove.filter(isRemovable),
    fenceMs: judgement.fenceMs,
    voids: ownerOf(flag),
    formers: [],
  };
  return yield* resetByPlan({ folder, flag, modifiedMs, plan, cleaner });
}

/** Goes on with what a cleaner that died had planned. */
function* takeOverReset(
  { folder, flag, modifiedMs, names, fenceMs }: Judgement,
  cleaner: Cleaner,
): Steps<Reset> {
  const former = parseOwner(flag.slice(flag.indexOf(".") + 1))?.token;
  const found = former === undefined ? undefined : yield* readPlan(folder, former);
  // No plan is left where all was done but to let go; or by a hand, and nobody can know what it was.
  const planned = found ?? {
    flag: PENDING_FLAG,
    records: recordNames(names),
    remove: [],
    fenceMs,
    voids: null,
    formers: [],
  };
  const plan: ResetPlan = {
    ...planned,
    // An owner whose attempt is void needs its time, however dead the cleaner is.
    fenceMs: Math.max(fenceMs, planned.fenceMs),
    formers: former === undefined ? planned.formers : [...planned.formers, former],
  };
  return yield* resetByPlan({ folder, flag, modifiedMs, plan, cleaner });
}

type PlannedReset = {
  readonly folder: string;
  readonly flag: string;
  readonly modifiedMs: number;
  readonly plan: ResetPlan;
  readonly cleaner: Cleaner;
};

function* resetByPlan(planned: PlannedReset): Steps<Reset> {
  const { folder, plan, cleaner } = planned;
  yield* writePlan(folder, cleaner.owner, plan);
  const taken = yield* takeFlag(planned);
  if (taken === "taken") return (yield* carryOut(planned)) ? "reset" : "moved-on";
  // As long as the flag may become ours, whoever takes it over needs the plan.
  if (taken === "left") yield* removeDesk(folder, cleaner.owner.token);
  return "moved-on";
}

/** Takes the flag, and gives it back if it was not the one that was judged. */
function* takeFlag(planned: PlannedReset): Steps<"taken" | "left" | "unsure"> {
  const { folder, flag, modifiedMs, plan, cleaner } = planned;
  const from = join(folder, flag);
  const mine = resettingFlag(cleaner.owner);
  // A rename keeps the modification time: a fresh RESETTING must not look expired.
  if ((yield* modified(from)) !== modifiedMs || !(yield* touch(from))) return "left";
  const touchedMs = yield* modified(from);
  yield* rename(from, join(folder, mine));
  const names = yield* list(folder);
  if (!names.includes(mine)) return names.includes(flag) ? "unsure" : "left";
  for (const former of plan.formers) yield* removeDesk(folder, former);
  if (yield* isAsJudged(planned, names, touchedMs)) return "taken";
  // For a reset that was taken over, back to what its plan had found.
  return (yield* moveAway(folder, mine, plan.flag)) ? "left" : "unsure";
}

function* isAsJudged(
  { folder, plan, cleaner }: PlannedReset,
  names: readonly string[],
  touchedMs: number | undefined,
): Steps<boolean> {
  if (plan.formers.length === 0) {
    const modifiedMs = yield* modified(join(folder, resettingFlag(cleaner.owner)));
    if (touchedMs === undefined || modifiedMs !== touchedMs) return false;
  } else if (plan.voids !== null) {
    // Declared void already, perhaps: an owner that got its flag back could settle all the same.
    return true;
  }
  return plan.voids !== null || sameAttempts(names, plan.records);
}

/** Whether no attempt came: a record that was given its plain name has gone under the other. */
function sameAttempts(names: readonly string[], judged: readonly string[]): boolean {
  const now = recordNames(names);
  const came = now.filter((name) => !judged.includes(name)).length;
  const went = judged.filter((name) => !now.includes(name)).length;
  return came <= went;
}

/** Clears away what the plan names, leaves the record of the voided attempt, and lets go of the flag. */
function* carryOut({ folder, plan, cleaner }: PlannedReset): Steps<boolean> {
  const { owner, heartbeatMs } = cleaner;
  const mine = resettingFlag(owner);
  let beatAtMs = yield* monotonic();
  /** Beats like an owner, and looks after a pause. */
  function* stillMine(): Steps<boolean> {
    const nowMs = yield* monotonic();
    if (nowMs - beatAtMs < heartbeatMs) return true;
    if (!(yield* list(folder)).includes(mine) || !(yield* touch(join(folder, mine)))) return false;
    beatAtMs = nowMs;
    return true;
  }
  for (let leftMs = plan.fenceMs; leftMs > 0; leftMs -= heartbeatMs) {
    yield* wait(Math.min(leftMs, heartbeatMs));
    if (!(yield* stillMine())) return false;
  }
  // Before the void attempt's files get plain names, which the plan cannot name.
  for (const [index, name] of plan.remove.entries()) {
    if (!(yield* stillMine())) return false;
    if (!(yield* moveAway(folder, name, asidePath(owner, index)))) return false;
  }
  if (!(yield* closeAttempts(folder, plan, cleaner))) return false;
  // First, so that no rename that the server has kept back can still take something away.
  yield* removeDesk(folder, owner.token);
  return yield* moveAway(folder, mine, PENDING_FLAG);
}

/** Publishes what is settled, and leaves a record of the voided attempt under its number, so that it counts and is never published. */
function* closeAttempts(folder: string, plan: ResetPlan, { owner, now }: Cleaner): Steps<boolean> {
  const names = yield* list(folder);
  // Under anybody else's flag an attempt may be going on, and its record says nothing yet.
  if (!names.includes(resettingFlag(owner))) return false;
  const { voids } = plan;
  const token = voids === null ? undefined : parseOwner(voids)?.token;
  const last = yield* finishPublishing(folder, names, token);
  if (last === undefined) return false;
  if (voids === null) return true;
  const former = last > 0 ? yield* readRecord(join(folder, recordFile(last))) : undefined;
  // A cleaner that died here had done it already.
  const attempt = former?.owner === voids && former.outcome === "voided" ? last : last + 1;
  if (token !== undefined) yield* publishOutputs(folder, token, attempt);
  const cause = { kind: "lost", by: formatOwner(owner) } as const;
  const draft = `${recordFile(owner.token)}.tmp`;
  const record = voidRecord(voids, attempt, cause, now);
  yield* write(join(folder, draft), formatRunRecord(record));
  yield* renameSurely(folder, draft, recordFile(attempt));
  return true;
}

function voidRecord(owner: string, attempt: number, cause: Cause, now: string): RunRecord {
  return {
    schemaVersion: 1,
    attempt,
    owner,
    outcome: "voided",
    cause,
    startedAt: null,
    endedAt: now,
    seconds: null,
    repositories: [],
  };
}

/** Whom a running flag names, in its own spelling; empty for an older tool's flag without an owner. */
function ownerOf(flag: string): string | null {
  const state = stateOfFlag(flag);
  if (state?.kind !== "running") return null;
  return state.owner === undefined ? "" : formatOwner(state.owner);
}
