import { join } from "node:path";

import { SCHEDULERS } from "../core/scheduling/schedulers.ts";
import type { Machine } from "../host.ts";
import { makeFolder, modified, read, remove, type Steps, write } from "./steps.ts";
import { workersFolder } from "./paths.ts";

/** `.workers/<worker>.json`: who a token is. Written once for each worker and storage, before its first claim there. */
export type WorkerRecord = {
  readonly schemaVersion: 1;
  /** 24 hexadecimal digits. */
  readonly worker: string;
  readonly hostName: string;
  readonly machineId: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  /** Of the system's user: nobody else can see all that the worker started. */
  readonly userId: number;
  readonly pid: number;
  readonly processStart: string | null;
  /** The batch job it runs in, if any. */
  readonly scheduler: SchedulerJob | null;
  readonly heartbeatMs: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
};

export type SchedulerJob = {
  /** Its name; records of former versions have none. */
  readonly scheduler?: string;
  readonly cluster: string;
  readonly job: string;
  readonly restartCount: number;
};

/**
 * The batch job that this process is part of, by its environment; null if of none. For schedulers of
 * a user's own, the script that allaunch wrote says it.
 */
export function schedulerJob(
  environment: Readonly<Record<string, string | undefined>>,
): SchedulerJob | null {
  const ofSchedulers = SCHEDULERS.filter(
    ({ jobVariable }) => environment[jobVariable] !== undefined,
  );
  const ours = environment["HATCHERY_JOB_SCHEDULER"];
  // Its own variables first: ours may be those of a job from within which this one was submitted.
  // PBS and Torque have the same: the script says which.
  const known = ofSchedulers.find(({ name }) => name === ours) ?? ofSchedulers[0];
  const scheduler = known?.name ?? ours;
  const job = environment[known?.jobVariable ?? "HATCHERY_JOB_ID"];
  if (scheduler === undefined || job === undefined || job === "") return null;
  return {
    scheduler,
    cluster: environment["SLURM_CLUSTER_NAME"] ?? "",
    job,
    restartCount: Number(environment["SLURM_RESTART_COUNT"] ?? 0),
  };
}

export const DEFAULT_HEARTBEAT_MS = 15_000;
/** No worker beats more rarely: a record that says so would keep a run for ever. */
export const MAX_HEARTBEAT_MS = 3_600_000;
/** A lease holds for so many heartbeats without a sign of life. */
export const LEASE_HEARTBEATS = 10;
/** Within so many an owner has noticed that it lost its run, and has stopped it. */
export const FENCE_HEARTBEATS = 2;

const recordPath = (storage: string, worker: string) =>
  join(workersFolder(storage), `${worker}.json`);
/** Whose record `name`, in `.workers`, is; undefined if it is none. */
export const parseWorkerFile = (name: string) => /^([0-9a-f]{24})\.json$/.exec(name)?.[1];
const probePath = (storage: string, worker: string) =>
  join(workersFolder(storage), `${worker}.probe`);

export function* writeWorkerRecord(storage: string, record: WorkerRecord): Steps<void> {
  yield* makeFolder(workersFolder(storage));
  yield* write(recordPath(storage, record.worker), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record of a worker, undefined if there is none that can be read: then only the lease speaks. */
export function* readWorkerRecord(
  storage: string,
  worker: string,
): Steps<WorkerRecord | undefined> {
  const text = yield* read(recordPath(storage, worker));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isWorkerRecord(value) && value.worker === worker ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file server's present time in ms, from a file that it has just been given. */
export function* serverTime(storage: string, worker: string): Steps<number> {
  yield* makeFolder(workersFolder(storage));
  yield* write(probePath(storage, worker), "\n");
  const timeMs = yield* modified(probePath(storage, worker));
  yield* remove(probePath(storage, worker));
  return timeMs ?? Number.NaN;
}

/**
 * Whether the worker is certainly gone, and everything it started: only for a worker of this very
 * machine, boot and pid namespace (containers share host names and boot ids, not pids).
 */
export function isKnownDead(record: WorkerRecord, machine: Machine): boolean {
  return workerProcess(record, machine) === "gone" && machine.hasProcessOf(record.worker) === false;
}

/**
 * What this machine knows of a worker's own process; what it has started may outlive it. `unknown`:
 * it runs, or ran, elsewhere, or belongs to somebody else.
 */
export function workerProcess(
  record: WorkerRecord,
  machine: Machine,
): "alive" | "gone" | "unknown" {
  const comparable =
    record.machineId === machine.machineId &&
    record.bootId === machine.bootId &&
    record.pidNamespace === machine.pidNamespace &&
    (record.userId === machine.userId || machine.userId === 0) &&
    record.bootId !== "" &&
    record.pidNamespace !== "";
  if (!comparable || record.processStart === null) return "unknown";
  return machine.processStart(record.pid) === record.processStart ? "alive" : "gone";
}

function isWorkerRecord(value: unknown): value is WorkerRecord {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Partial<Record<keyof WorkerRecord, unknown>>;
  return (
    record.schemaVersion === 1 &&
    [record.worker, record.hostName, record.machineId, record.bootId, record.pidNamespace].every(
      (text) => typeof text === "string",
    ) &&
    Number.isSafeInteger(record.pid) &&
    Number(record.pid) > 0 &&
    Number.isSafeInteger(record.userId) &&
    isSchedulerJob(record.scheduler) &&
    (record.processStart === null || typeof record.processStart === "string") &&
    typeof record.heartbeatMs === "number" &&
    record.heartbeatMs > 0 &&
    record.heartbeatMs <= MAX_HEARTBEAT_MS
  );
}

/** Undefined too, in records of former versions. */
function isSchedulerJob(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value !== "object") return false;
  const { scheduler, cluster, job, restartCount } = value as Partial<
    Record<keyof SchedulerJob, unknown>
  >;
  return (
    [scheduler ?? "", cluster, job].every((text) => typeof text === "string") &&
    Number.isSafeInteger(restartCount)
  );
}
