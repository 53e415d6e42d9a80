import { expect } from "chai";
import fc from "fast-check";

import type { Machine } from "../../src/host.ts";
import {
  isKnownDead,
  readWorkerRecord,
  schedulerJob,
  serverTime,
  type WorkerRecord,
  writeWorkerRecord,
} from "../../src/tree/worker-record.ts";
import { runAlone } from "../support/interleave.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";

const WORKER = "0123456789abcdef01234567";
const RECORD: WorkerRecord = {
  schemaVersion: 1,
  worker: WORKER,
  hostName: "node-7",
  machineId: "machine",
  bootId: "boot",
  pidNamespace: "pid:[1]",
  userId: 1000,
  pid: 4242,
  processStart: "77",
  scheduler: null,
  heartbeatMs: 15_000,
  startedAt: "2026-01-01T00:00:00.000Z",
};
/** The same machine, on which neither the worker nor anything it started is left. */
const MACHINE: Machine = {
  hostName: "node-7",
  machineId: "machine",
  bootId: "boot",
  pidNamespace: "pid:[1]",
  userId: 1000,
  pid: 1,
  processStart: () => undefined,
  hasProcessOf: () => false,
  memoryKills: () => undefined,
};

describe("schedulerJob", () => {
  it("says Torque where the script does, though its variables are PBS's", () => {
    const environment = { PBS_JOBID: "7.head", HATCHERY_JOB_ID: "7.head" };
    const named = { ...environment, HATCHERY_JOB_SCHEDULER: "torque" };
    expect(schedulerJob(named)).to.include({ scheduler: "torque", job: "7.head" });
    expect(schedulerJob(environment)).to.include({ scheduler: "pbs", job: "7.head" });
  });

  it("says the innermost job's scheduler where one job was started from within another", () => {
    const inner = {
      SLURM_JOB_ID: "9",
      HATCHERY_JOB_SCHEDULER: "torque",
      HATCHERY_JOB_ID: "7.head",
    };
    expect(schedulerJob(inner)).to.include({ scheduler: "slurm", job: "9" });
    const sge = { HATCHERY_JOB_SCHEDULER: "sge", HATCHERY_JOB_ID: "12.undefined" };
    expect(schedulerJob(sge)).to.include({ scheduler: "sge", job: "12.undefined" });
    expect(schedulerJob({})).to.equal(null);
  });
});

describe("readWorkerRecord", () => {
  it("gives back what writeWorkerRecord wrote", () => {
    const disk = createMemoryDisk({ "/search/search.json": "{}" });
    runAlone(disk, writeWorkerRecord("/search", RECORD));
    expect(runAlone(disk, readWorkerRecord("/search", WORKER))).to.deep.equal(RECORD);
  });

  it("is undefined for a record by which a lease would not end, or a process have no number", () => {
    const path = `/search/.workers/${WORKER}.json`;
    for (const wrong of [{ heartbeatMs: 1e12 }, { heartbeatMs: 0 }, { pid: 0 }, { pid: -1 }]) {
      const disk = createMemoryDisk({ [path]: JSON.stringify({ ...RECORD, ...wrong }) });
      expect(runAlone(disk, readWorkerRecord("/search", WORKER))).to.equal(undefined);
    }
    const endless = JSON.stringify(RECORD).replace(":15000", ":1e999");
    const disk = createMemoryDisk({ [path]: endless });
    expect(runAlone(disk, readWorkerRecord("/search", WORKER))).to.equal(undefined);
  });

  it("is undefined for a record that is not there, was cut, or is somebody else's", () => {
    const path = `/search/.workers/${WORKER}.json`;
    const text = JSON.stringify(RECORD);
    const other = JSON.stringify({ ...RECORD, worker: "f".repeat(24) });
    for (const content of [
      undefined,
      "",
      text.slice(0, 40),
      other,
      "null",
      '{"schemaVersion":1}',
    ]) {
      const disk = createMemoryDisk(content === undefined ? {} : { [path]: content });
      expect(runAlone(disk, readWorkerRecord("/search", WORKER))).to.equal(undefined);
    }
  });

  it("never throws, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        const disk = createMemoryDisk({ [`/search/.workers/${WORKER}.json`]: content });
        expect(runAlone(disk, readWorkerRecord("/search", WORKER))).to.equal(undefined);
      }),
    );
  });
});

describe("serverTime", () => {
  it("is the file server's, wherever its clock has jumped", () => {
    const disk = createMemoryDisk({ "/search/search.json": "{}" });
    const before = runAlone(disk, serverTime("/search", WORKER));
    disk.jump(-3_600_000);
    disk.pass(1_000);
    expect(runAlone(disk, serverTime("/search", WORKER))).to.equal(before - 3_599_000);
  });
});

describe("isKnownDead", () => {
  it("is certain where the process and all that it started are gone", () => {
    expect(isKnownDead(RECORD, MACHINE)).to.equal(true);
  });

  it("is certain where the pid is another process's by now", () => {
    expect(isKnownDead(RECORD, { ...MACHINE, processStart: () => "78" })).to.equal(true);
  });

  it("is certain for root, who sees everybody's processes", () => {
    expect(isKnownDead(RECORD, { ...MACHINE, userId: 0 })).to.equal(true);
  });

  it("is not certain as long as the worker lives", () => {
    expect(isKnownDead(RECORD, { ...MACHINE, processStart: () => "77" })).to.equal(false);
  });

  it("is not certain as long as something it started lives, or nobody can tell", () => {
    expect(isKnownDead(RECORD, { ...MACHINE, hasProcessOf: () => true })).to.equal(false);
    expect(isKnownDead(RECORD, { ...MACHINE, hasProcessOf: () => undefined })).to.equal(false);
  });

  it("is not certain where the worker's start is unknown", () => {
    expect(isKnownDead({ ...RECORD, processStart: null }, MACHINE)).to.equal(false);
  });

  it("is never certain from another machine, boot, pid namespace or user", () => {
    const ids = fc.constantFrom("", "machine", "boot", "pid:[1]", "other");
    const places = fc.record({
      machineId: ids,
      bootId: ids,
      pidNamespace: ids,
      userId: fc.constantFrom(-1, 1000, 1001),
    });
    fc.assert(
      fc.property(places, places, (there, here) => {
        const same =
          there.machineId === here.machineId &&
          there.bootId === here.bootId &&
          there.bootId !== "" &&
          there.pidNamespace === here.pidNamespace &&
          there.pidNamespace !== "" &&
          there.userId === here.userId;
        expect(isKnownDead({ ...RECORD, ...there }, { ...MACHINE, ...here })).to.equal(same);
      }),
      { numRuns: 1000 },
    );
  });
});
