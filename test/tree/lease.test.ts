import { expect } from "chai";
import fc from "fast-check";

import { runningFlag } from "../../src/core/run-state.ts";
import type { Machine } from "../../src/host.ts";
import {
  fenceMs,
  heldByNobody,
  type Holder,
  isExpired,
  isSilent,
  lookAtHolder,
} from "../../src/tree/lease.ts";
import { claim } from "../../src/tree/run-folder.ts";
import type { Steps } from "../../src/tree/steps.ts";
import {
  FENCE_HEARTBEATS,
  LEASE_HEARTBEATS,
  serverTime,
  type WorkerRecord,
  writeWorkerRecord,
} from "../../src/tree/worker-record.ts";
import { runAlone } from "../support/interleave.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";

const HEARTBEAT_MS = 1_000;
const HOUR_MS = 3_600_000;
const STORAGE = "/search";
const FOLDER = "/search/experiment1/seed1";
const OWNER = { host: "node-7", pid: 4242, token: "0123456789abcdef0123456700000001" };
const WORKER = "fedcba9876543210fedcba98";
const RECORD: WorkerRecord = {
  schemaVersion: 1,
  worker: "0123456789abcdef01234567",
  hostName: "node-7",
  machineId: "machine",
  bootId: "boot",
  pidNamespace: "pid:[1]",
  userId: 1000,
  pid: 4242,
  processStart: "77",
  scheduler: null,
  heartbeatMs: HEARTBEAT_MS,
  startedAt: "2026-01-01T00:00:00.000Z",
};
const ELSEWHERE: Machine = {
  hostName: "node-8",
  machineId: "other",
  bootId: "other",
  pidNamespace: "pid:[1]",
  userId: 1000,
  pid: 1,
  processStart: () => undefined,
  hasProcessOf: () => false,
  memoryKills: () => undefined,
};

function heldDisk() {
  const disk = createMemoryDisk({ [`${FOLDER}/UNHATCHED`]: "\n" });
  runAlone(disk, writeWorkerRecord(STORAGE, RECORD));
  runAlone(disk, claim(FOLDER, OWNER));
  return disk;
}

const look = (machine = ELSEWHERE) =>
  lookAtHolder({ folder: FOLDER, storage: STORAGE }, runningFlag(OWNER), OWNER, machine);

/** Two looks as an observer takes them, and what they say. */
function* judge(betweenMs: number): Steps<boolean> {
  const first = yield* look();
  yield { kind: "wait", ms: betweenMs };
  const serverMs = yield* serverTime(STORAGE, WORKER);
  const second = yield* look();
  return first !== undefined && second !== undefined && isExpired(first, second, serverMs);
}

/** The same, but the process is stopped for a minute before one of its operations. */
function* stoppedAt<Result>(operation: number, steps: Steps<Result>): Steps<Result> {
  let next = steps.next();
  for (let count = 0; next.done !== true; count++) {
    if (count === operation) yield { kind: "wait", ms: 60_000 };
    next = steps.next(yield next.value);
  }
  return next.value;
}

describe("lookAtHolder", () => {
  it("knows the owner's heartbeat from its record", () => {
    expect(runAlone(heldDisk(), look())).to.include({ heartbeatMs: HEARTBEAT_MS, dead: false });
  });

  it("knows from the same machine that an owner is gone", () => {
    const here = { ...ELSEWHERE, machineId: "machine", bootId: "boot" };
    expect(runAlone(heldDisk(), look(here))).to.include({ dead: true });
  });

  it("knows from the same machine that an owner lives there", () => {
    const here = { ...ELSEWHERE, machineId: "machine", bootId: "boot", processStart: () => "77" };
    expect(runAlone(heldDisk(), look(here))).to.include({ dead: false, livesHere: true });
    expect(runAlone(heldDisk(), look())).to.include({ livesHere: false });
  });

  it("is undefined for a flag that has moved on", () => {
    const disk = heldDisk();
    const to = `${FOLDER}/COMPLETED`;
    disk.perform({ kind: "rename", from: `${FOLDER}/${runningFlag(OWNER)}`, to });
    expect(runAlone(disk, look())).to.equal(undefined);
  });
});

describe("isExpired", () => {
  it("expires an owner that has been silent for its lease, at the second look", () => {
    const disk = heldDisk();
    disk.pass((LEASE_HEARTBEATS + 1) * HEARTBEAT_MS);
    expect(runAlone(disk, judge(FENCE_HEARTBEATS * HEARTBEAT_MS))).to.equal(true);
  });

  it("waits for the whole lease", () => {
    const disk = heldDisk();
    disk.pass((LEASE_HEARTBEATS - FENCE_HEARTBEATS - 1) * HEARTBEAT_MS);
    expect(runAlone(disk, judge(FENCE_HEARTBEATS * HEARTBEAT_MS))).to.equal(false);
  });

  it("does not take two looks in a row for two", () => {
    const disk = heldDisk();
    disk.pass(100 * HEARTBEAT_MS);
    expect(runAlone(disk, judge(FENCE_HEARTBEATS * HEARTBEAT_MS - 1))).to.equal(false);
  });

  it("is not misled by an observer that is stopped in the middle of a look", () => {
    // From before the first question to behind the last answer, in either look.
    for (const stops of [0, 1, 2].flatMap((one) => [1, 2, 3].map((two) => [one, two]))) {
      const disk = heldDisk();
      const [first, second] = stops.map((stop) => runAlone(disk, stoppedAt(stop, look())));
      const serverMs = runAlone(disk, serverTime(STORAGE, WORKER)) + HOUR_MS;
      expect(first && second && isExpired(first, second, serverMs)).to.equal(false);
    }
  });

  it("never expires an owner that beats, however the clocks jump or differ", () => {
    const skews = fc.integer({ min: -HOUR_MS, max: HOUR_MS });
    const gaps = fc.integer({ min: 1, max: 2 * HEARTBEAT_MS - 1 });
    const events = fc.record({ gapMs: gaps, jumpMs: fc.option(skews, { nil: 0, freq: 1 }) });
    // Shares of the time in which it beats: after that it is silent indeed.
    const time = fc.double({ min: 0, max: 1, noNaN: true });
    const times = fc.array(time, { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(
        fc.array(events, { minLength: 40, maxLength: 60 }),
        times,
        skews,
        (beats, instants, skewMs) => {
          const server = createServer(beats);
          const [
            asked1 = 0,
            read1 = 0,
            answered1 = 0,
            asked2 = 0,
            read2 = 0,
            answered2 = 0,
            probed = 0,
          ] = instants.map((part) => part * server.endMs).sort((a, b) => a - b);
          const holder = (asked: number, read: number, answered: number): Holder => ({
            flag: "OPENED",
            dead: false,
            livesHere: false,
            heartbeatMs: HEARTBEAT_MS,
            modifiedMs: server.modifiedMs(read),
            askedAtMs: asked + skewMs,
            answeredAtMs: answered + skewMs,
            job: null,
          });
          const first = holder(asked1, read1, answered1);
          const second = holder(asked2, read2, answered2);
          expect(isExpired(first, second, server.nowMs(probed))).to.equal(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("isSilent", () => {
  it("is false where the server's time could not be had", () => {
    const holder = heldByNobody("", 0, 0);
    expect(isSilent(holder, Number.NaN)).to.equal(false);
  });
});

describe("fenceMs", () => {
  it("is two heartbeats of the owner", () => {
    const holder = runAlone(heldDisk(), look());
    expect(holder && fenceMs(holder)).to.equal(2 * HEARTBEAT_MS);
  });
});

/** A file server whose clock jumps just before some of an owner's beats. */
function createServer(beats: readonly { readonly gapMs: number; readonly jumpMs: number }[]) {
  let atMs = 0;
  let offsetMs = 0;
  const steps = beats.map(({ gapMs, jumpMs }) => {
    atMs += gapMs;
    // It counts in nanoseconds, so that no jump gives two beats the very same time.
    offsetMs += jumpMs + 1e-6;
    return { atMs, offsetMs, modifiedMs: atMs + offsetMs };
  });
  const last = (timeMs: number) => steps.findLast((step) => step.atMs <= timeMs);
  return {
    endMs: atMs,
    nowMs: (timeMs: number) => timeMs + (last(timeMs)?.offsetMs ?? 0),
    modifiedMs: (timeMs: number) => last(timeMs)?.modifiedMs ?? 0,
  };
}
