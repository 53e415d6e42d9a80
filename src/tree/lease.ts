import { join } from "node:path";

import { type Owner, workerOf } from "../core/run-state.ts";
import type { Machine } from "../host.ts";
import { modified, monotonic, type Steps } from "./steps.ts";
import {
  DEFAULT_HEARTBEAT_MS,
  FENCE_HEARTBEATS,
  isKnownDead,
  LEASE_HEARTBEATS,
  readWorkerRecord,
  type SchedulerJob,
  workerProcess,
} from "./worker-record.ts";

/** What is known of the owner of a flag that somebody holds: OPENED or RESETTING. */
export type Holder = {
  /** The flag's name, exactly: a judgement holds for it only. */
  readonly flag: string;
  /** Known to be gone with everything it started: no need to wait. */
  readonly dead: boolean;
  /** Its process runs on this machine, which a look says for certain. */
  readonly livesHere: boolean;
  readonly heartbeatMs: number;
  /** When the file server saw its last sign of life, ms. */
  readonly modifiedMs: number;
  /** When that was asked for and when it was answered, by the observer's monotonic clock, ms. */
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** The batch job that its owner is part of. */
  readonly job: SchedulerJob | null;
};

/** Looks at a held flag once; undefined if it has moved on. */
export function* lookAtHolder(
  place: { readonly folder: string; readonly storage: string },
  flag: string,
  owner: Owner | undefined,
  machine: Machine,
): Steps<Holder | undefined> {
  const askedAtMs = yield* monotonic();
  const modifiedMs = yield* modified(join(place.folder, flag));
  if (modifiedMs === undefined) return undefined;
  const answeredAtMs = yield* monotonic();
  const record =
    owner === undefined ? undefined : yield* readWorkerRecord(place.storage, workerOf(owner));
  return {
    flag,
    dead: record !== undefined && isKnownDead(record, machine),
    livesHere: record !== undefined && workerProcess(record, machine) === "alive",
    heartbeatMs: record?.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
    modifiedMs,
    askedAtMs,
    answeredAtMs,
    job: record?.scheduler ?? null,
  };
}

/** For a flag that nobody holds: there is no owner to wait for. */
export const heldByNobody = (flag: string, modifiedMs: number, nowMs: number): Holder => ({
  flag,
  dead: true,
  livesHere: false,
  heartbeatMs: DEFAULT_HEARTBEAT_MS,
  modifiedMs,
  askedAtMs: nowMs,
  answeredAtMs: nowMs,
  job: null,
});

/** Whether the lease is over by the file server's clock: worth a second look. */
export function isSilent(holder: Holder, serverMs: number): boolean {
  return serverMs - holder.modifiedMs > leaseMs(holder);
}

/** How long an owner may be silent, ms. */
export const leaseMs = ({ heartbeatMs }: Holder) => LEASE_HEARTBEATS * heartbeatMs;

/** How long to wait between two looks, and for an owner to notice that it lost its run, ms. */
export const fenceMs = ({ heartbeatMs }: Holder) => FENCE_HEARTBEATS * heartbeatMs;

/**
 * Whether a holder has given no sign of life for its lease: silent by the file server's clock, and
 * unchanged between two looks by the observer's own, so that neither skewed machines nor a server
 * clock that jumps can expire anybody who beats.
 */
export function isExpired(first: Holder, second: Holder, serverMs: number): boolean {
  return (
    first.flag === second.flag &&
    first.modifiedMs === second.modifiedMs &&
    // From answer to question: the observer, too, may be stopped in the middle of a look.
    second.askedAtMs - first.answeredAtMs >= fenceMs(second) &&
    isSilent(second, serverMs)
  );
}
