import { type Owner, stateOf, stateOfFlag, workerOf } from "../../core/run-state.ts";
import { formatDuration } from "../../core/time.ts";
import { errnoOf } from "../../errors.ts";
import type { Host } from "../../host.ts";
import {
  fenceMs,
  type Holder,
  isExpired,
  isSilent,
  leaseMs,
  lookAtHolder,
} from "../../tree/lease.ts";
import type { RunPath } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import {
  readWorkerRecord,
  serverTime,
  type WorkerRecord,
  workerProcess,
} from "../../tree/worker-record.ts";

/** Who holds a run, and whether they live. */
export type HolderReport = {
  readonly role: "worker" | "cleaner";
  /** Null where the flag does not say who. */
  readonly host: string | null;
  readonly pid: number | null;
  /** 24 hexadecimal digits. */
  readonly worker: string | null;
  /** The batch job it runs in. */
  readonly job: string | null;
  /** When the worker began, ISO 8601, UTC. */
  readonly startedAt: string | null;
  /** Seconds. */
  readonly heartbeat: number;
  readonly lease: number;
  /** Since its last sign of life, seconds. */
  readonly silence: number;
  /** `gone` and `expired` are certain, and may be taken over; `silent` needs a second look. */
  readonly verdict: "alive" | "gone" | "silent" | "expired";
  /** How that is known, a sentence. */
  readonly how: string;
};

type HolderHost = Pick<Host, "files" | "clock" | "machine" | "token" | "terminal">;

/**
 * Looks at who holds a run; a second time where that decides, unless `signal` aborts.
 * @returns undefined if the flag has moved on meanwhile
 */
export async function reportHolder(
  run: RunPath,
  flag: string,
  host: HolderHost,
  signal: AbortSignal,
): Promise<HolderReport | undefined> {
  const state = stateOfFlag(flag) ?? stateOf([]);
  const owner = state.kind === "running" ? state.owner : undefined;
  const who = state.kind === "resetting" ? state.cleaner : owner;
  const look = () =>
    perform(
      lookAtHolder({ folder: run.path, storage: run.storage }, flag, who, host.machine),
      host,
    );
  const first = look();
  if (first === undefined) return undefined;
  const record = who && perform(readWorkerRecord(run.storage, workerOf(who)), host);
  const server = readServerTime(run.storage, host);
  const facts = describeHolder(
    state.kind === "resetting" ? "cleaner" : "worker",
    who,
    record,
    first,
  );
  const silence = Math.max(0, server.nowMs - first.modifiedMs) / 1000;
  if (first.dead || !isSilent(first, server.nowMs)) {
    return { ...facts, silence, ...judge(first, record, silence, server.by, host) };
  }
  const waitMs = fenceMs(first);
  host.terminal.note(
    `No sign of life for ${formatDuration(silence)}; a second look in ${Math.ceil(waitMs / 1000)} s decides (Ctrl-C: do without).`,
  );
  await host.clock.sleep(waitMs, signal);
  const second = look();
  if (second === undefined) return undefined;
  const nowMs = readServerTime(run.storage, host).nowMs;
  const still = Math.max(0, nowMs - second.modifiedMs) / 1000;
  if (second.dead || !isSilent(second, nowMs)) {
    return { ...facts, silence: still, ...judge(second, record, still, server.by, host) };
  }
  const stopped =
    processWord(record, host) === "alive"
      ? " Its process exists: it is stopped, or cut off from the storage."
      : "";
  const lease = `no sign of life for ${formatDuration(still)} (the lease is ${formatDuration(facts.lease)})${server.by}`;
  return isExpired(first, second, nowMs)
    ? {
        ...facts,
        silence: still,
        verdict: "expired",
        how: `${lease}, nor between two looks ${formatDuration(waitMs / 1000)} apart.${stopped}`,
      }
    : {
        ...facts,
        silence: still,
        verdict: "silent",
        how: `${lease}; a second look would decide.${stopped}`,
      };
}

function describeHolder(
  role: HolderReport["role"],
  who: Owner | undefined,
  record: WorkerRecord | undefined,
  holder: Holder,
): Omit<HolderReport, "silence" | "verdict" | "how"> {
  const job = record?.scheduler;
  return {
    role,
    host: record?.hostName ?? who?.host ?? null,
    pid: who?.pid ?? null,
    worker: who === undefined ? null : workerOf(who),
    job:
      job === undefined || job === null
        ? null
        : [job.cluster, job.job].filter((word) => word !== "").join("/"),
    startedAt: record?.startedAt ?? null,
    heartbeat: holder.heartbeatMs / 1000,
    lease: leaseMs(holder) / 1000,
  };
}

/** A holder that is known to be dead, or within its lease. */
function judge(
  holder: Holder,
  record: WorkerRecord | undefined,
  silence: number,
  by: string,
  host: HolderHost,
): Pick<HolderReport, "verdict" | "how"> {
  if (holder.dead) {
    return {
      verdict: "gone",
      how: `same machine and boot: process ${record?.pid ?? ""} no longer exists, nor anything that it started.`,
    };
  }
  const beat = `its last sign of life is ${formatDuration(silence)} old${by}, within the lease of ${formatDuration(leaseMs(holder) / 1000)}`;
  switch (processWord(record, host)) {
    case "alive":
      return {
        verdict: "alive",
        how: `same machine: process ${record?.pid ?? ""} exists; ${beat}.`,
      };
    case "gone":
      return {
        verdict: "alive",
        how: `its process is gone from this machine, but something that it started may live (its supervisor ends that); ${beat}.`,
      };
    case "unknown":
      return {
        verdict: "alive",
        how: `${record === undefined ? "who it is stands nowhere" : "it is not of this machine"}, so only the lease speaks: ${beat}.`,
      };
  }
}

const processWord = (record: WorkerRecord | undefined, { machine }: HolderHost) =>
  record === undefined ? "unknown" : workerProcess(record, machine);

/** The file server's time; where nothing may be written to ask for it, this machine's. */
function readServerTime(
  storage: string,
  host: Pick<Host, "files" | "clock" | "token">,
): { readonly nowMs: number; readonly by: string } {
  try {
    return { nowMs: perform(serverTime(storage, host.token(12)), host), by: "" };
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return { nowMs: host.clock.now(), by: " by this machine's clock" };
  }
}
