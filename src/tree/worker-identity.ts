import { toIso } from "../core/time.ts";
import { type Owner, ownerHost } from "../core/run-state.ts";
import type { Host } from "../host.ts";
import { perform } from "./steps.ts";
import { schedulerJob, type WorkerRecord, writeWorkerRecord } from "./worker-record.ts";

/** Who moves flags in this process: a worker, or a cleaner. */
export type WorkerIdentity = {
  /** 24 hexadecimal digits, never used before. */
  readonly worker: string;
  /** An owner with a token that was never used before. */
  readonly nextOwner: () => Owner;
  /** Leaves the record that says who the worker is; to be called before its first claim in a storage. */
  readonly introduce: (storage: string) => void;
};

const WORKER_BYTES = 12;

export function createWorkerIdentity(
  heartbeatMs: number,
  host: Pick<Host, "files" | "clock" | "machine" | "token" | "environment">,
): WorkerIdentity {
  const { machine } = host;
  const worker = host.token(WORKER_BYTES);
  const record: WorkerRecord = {
    schemaVersion: 1,
    worker,
    hostName: machine.hostName,
    machineId: machine.machineId,
    bootId: machine.bootId,
    pidNamespace: machine.pidNamespace,
    userId: machine.userId,
    pid: machine.pid,
    processStart: machine.processStart(machine.pid) ?? null,
    scheduler: schedulerJob(host.environment),
    heartbeatMs,
    startedAt: toIso(host.clock.now()),
  };
  const introduced = new Set<string>();
  let count = 0;
  return {
    worker,
    nextOwner: () => {
      count += 1;
      return {
        host: ownerHost(machine.hostName),
        pid: machine.pid,
        token: worker + count.toString(16).padStart(8, "0"),
      };
    },
    introduce: (storage) => {
      if (introduced.has(storage)) return;
      perform(writeWorkerRecord(storage, record), host);
      introduced.add(storage);
    },
  };
}
