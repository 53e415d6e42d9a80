import { join } from "node:path";

import { type Owner, stateOfFlag } from "../core/run-state.ts";
import { parseRecordFile } from "./attempts.ts";
import { FENCE_HEARTBEATS, MAX_HEARTBEAT_MS } from "./worker-record.ts";
import { makeFolder, read, remove, type Steps, write } from "./steps.ts";

/** What a cleaner wants to do to a run, written down before it takes the flag: whoever takes over carries out the same. */
export type ResetPlan = {
  /** The flag that was judged. */
  readonly flag: string;
  /** The records that there were. */
  readonly records: readonly string[];
  /** Names in the folder that are to go. */
  readonly remove: readonly string[];
  readonly fenceMs: number;
  /** The owner (`<host>.<pid>.<token>`) whose attempt is declared void; null if nobody held the run. */
  readonly voids: string | null;
  /** Tokens of the cleaners that this was taken over from, one after the other. */
  readonly formers: readonly string[];
};

/**
 * A cleaner's desk is a folder of its own: its plan, and what it moves aside. It is made once,
 * before the flag is taken, and removed by whoever takes over: what a late cleaner still wants to
 * move has nowhere to go, and stays.
 */
const DESK_PREFIX = ".reset.";
const deskOf = (token: string) => `${DESK_PREFIX}${token}`;
/** Whose desk `name` is; undefined if it is none. */
export const deskToken = (name: string) => /^\.reset\.([0-9a-f]{32})$/.exec(name)?.[1];
const planPath = (folder: string, token: string) => join(folder, deskOf(token), "plan.json");

/** Where a cleaner moves the `index`-th name of its plan, relative to the run folder. */
export const asidePath = ({ token }: Owner, index: number) =>
  join(deskOf(token), `removed.${index}`);

/** No plan that we write waits longer. */
const MAX_FENCE_MS = FENCE_HEARTBEATS * MAX_HEARTBEAT_MS;

/** Whether a cleaner may remove `name`: records are the count of attempts, flags the state, desks the right to move something. */
export function isRemovable(name: string): boolean {
  return (
    parseRecordFile(name) === undefined &&
    stateOfFlag(name) === undefined &&
    !name.startsWith(DESK_PREFIX) &&
    // Stands for bytes that are no text: such a name cannot be asked for, and would never go away.
    !name.includes("\uFFFD")
  );
}

export function* writePlan(folder: string, { token }: Owner, plan: ResetPlan): Steps<void> {
  yield* makeFolder(join(folder, deskOf(token)));
  yield* write(planPath(folder, token), `${JSON.stringify(plan)}\n`);
}

/** The plan of the cleaner with `token`, undefined if none is left. */
export function* readPlan(folder: string, token: string): Steps<ResetPlan | undefined> {
  const text = yield* read(planPath(folder, token));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPlan(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Takes away a cleaner's plan, what it moved aside, and its means to move anything. */
export function* removeDesk(folder: string, token: string): Steps<void> {
  yield* remove(join(folder, deskOf(token)));
}

function isPlan(value: unknown): value is ResetPlan {
  if (typeof value !== "object" || value === null) return false;
  const plan = value as Partial<Record<keyof ResetPlan, unknown>>;
  const areNames = (names: unknown) =>
    Array.isArray(names) &&
    names.every((name) => typeof name === "string" && /^(?!\.{1,2}$)[^/\\\0]+$/.test(name));
  return (
    typeof plan.flag === "string" &&
    stateOfFlag(plan.flag) !== undefined &&
    areNames([plan.flag]) &&
    areNames(plan.records) &&
    areNames(plan.remove) &&
    (plan.remove as readonly string[]).every(isRemovable) &&
    (plan.voids === null || typeof plan.voids === "string") &&
    typeof plan.fenceMs === "number" &&
    plan.fenceMs >= 0 &&
    plan.fenceMs <= MAX_FENCE_MS &&
    areNames(plan.formers)
  );
}
