import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { CRASHED_FLAG, flagsAmong, PENDING_FLAG, runningFlag } from "../../src/core/run-state.ts";
import { finishPublishing, logFile, recordFile } from "../../src/tree/attempts.ts";
import { reset } from "../../src/tree/reset.ts";
import { claim, settle } from "../../src/tree/run-folder.ts";
import { list, perform, performOperation, remove, type Steps } from "../../src/tree/steps.ts";
import {
  clearDesk,
  desksAmong,
  finishSettled,
  isDeskLeft,
  respellFlag,
  takeAway,
  unfinishedAttempts,
} from "../../src/tree/tidying.ts";
import { type Fault, interleave, runAlone, schedules, TO_THE_END } from "../support/interleave.ts";
import { createMemoryDisk, type MemoryDisk } from "../support/memory-disk.ts";
import {
  type Appetite,
  findBroken,
  HEARTBEAT_MS,
  type Part,
  playRun,
  recordOf,
  type WorkOutcome,
} from "../support/run-chaos.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const FOLDER = "/run";
const owner = (index: number) => ({
  host: "node-1",
  pid: index,
  token: index.toString(16).padStart(32, "0"),
});
const OWNER = owner(1);
const CLEANER = { owner: owner(2), heartbeatMs: HEARTBEAT_MS, now: "2026-01-01T00:00:00.000Z" };
const DESK = `.reset.${CLEANER.owner.token}`;

/** A run whose worker was killed after so many operations of its settlement. */
function settlingDisk(operations: number): MemoryDisk {
  const disk = createMemoryDisk({ [`${FOLDER}/${PENDING_FLAG}`]: "\n" });
  const held = runAlone(disk, claim(FOLDER, OWNER));
  if (held === undefined) throw new Error("Expected the run to be had");
  disk.perform({ kind: "write", path: `${FOLDER}/${logFile(OWNER.token)}`, text: "log" });
  const steps = settle(held, recordOf(held, "completed"));
  interleave(disk, [steps], [{ process: 0, operations, dies: true }]);
  return disk;
}

/** A run whose cleaner was killed after so many operations of its reset of `flag`. */
function resettingDisk(flag: string, operations: number): MemoryDisk {
  const disk = createMemoryDisk({ [`${FOLDER}/${flag}`]: "\n" });
  const modified = disk.perform({ kind: "modified", path: `${FOLDER}/${flag}` });
  const modifiedMs = modified.ok ? Number(modified.value) : Number.NaN;
  const names = disk.list(FOLDER) ?? [];
  const judgement = { folder: FOLDER, flag, modifiedMs, names, fenceMs: 0, remove: [] };
  interleave(disk, [reset(judgement, CLEANER)], [{ process: 0, operations, dies: true }]);
  return disk;
}

describe("finishSettled", () => {
  it("gives the files of a killed worker's attempt their plain names", () => {
    const disk = settlingDisk(4);
    expect(disk.list(FOLDER)).to.include.members(["COMPLETED", recordFile(OWNER.token)]);
    expect(runAlone(disk, unfinishedAttempts(FOLDER, disk.list(FOLDER) ?? []))).to.deep.equal([
      OWNER.token,
    ]);
    expect(runAlone(disk, finishSettled(FOLDER))).to.equal(true);
    expect([...(disk.list(FOLDER) ?? [])].sort()).to.deep.equal([
      "COMPLETED",
      "logger.out",
      "run.json",
    ]);
    expect(runAlone(disk, finishSettled(FOLDER))).to.equal(false);
  });

  it("touches nothing while somebody holds the run", () => {
    const disk = settlingDisk(2);
    const before = disk.list(FOLDER);
    expect(before).to.include.members([runningFlag(OWNER), recordFile(OWNER.token)]);
    expect(runAlone(disk, unfinishedAttempts(FOLDER, before ?? []))).to.deep.equal([]);
    expect(runAlone(disk, finishSettled(FOLDER))).to.equal(false);
    expect(disk.list(FOLDER)).to.deep.equal(before);
  });

  it("leaves a record whose number is taken as it is: that attempt was voided", () => {
    const disk = settlingDisk(4);
    disk.perform({ kind: "write", path: `${FOLDER}/run.json`, text: "of somebody else" });
    expect(runAlone(disk, unfinishedAttempts(FOLDER, disk.list(FOLDER) ?? []))).to.deep.equal([]);
    runAlone(disk, finishSettled(FOLDER));
    expect(disk.list(FOLDER)).to.include(recordFile(OWNER.token));
    expect(disk.read(`${FOLDER}/run.json`)).to.equal("of somebody else");
  });
});

describe("clearDesk", () => {
  it("removes the desk of a cleaner that died before it took a flag that has gone since", () => {
    const flag = runningFlag(OWNER);
    const disk = resettingDisk(flag, 3);
    expect(disk.list(FOLDER)).to.have.members([flag, DESK]);
    expect(runAlone(disk, clearDesk(FOLDER, CLEANER.owner.token, true))).to.equal(false);
    disk.perform({ kind: "rename", from: `${FOLDER}/${flag}`, to: `${FOLDER}/COMPLETED` });
    expect(runAlone(disk, clearDesk(FOLDER, CLEANER.owner.token, false))).to.equal(true);
    expect(disk.list(FOLDER)).to.deep.equal(["COMPLETED"]);
    expect(runAlone(disk, clearDesk(FOLDER, CLEANER.owner.token, false))).to.equal(false);
  });

  it("keeps it while anybody is resetting the run, or its flag could come again", () => {
    const taken = resettingDisk(runningFlag(OWNER), 7);
    expect(flagsAmong(taken.list(FOLDER) ?? [])[0]).to.match(/^RESETTING/);
    expect(runAlone(taken, isDeskLeft(FOLDER, CLEANER.owner.token, true))).to.equal(false);
    const crashed = resettingDisk(CRASHED_FLAG, 3);
    expect(runAlone(crashed, isDeskLeft(FOLDER, CLEANER.owner.token, false))).to.equal(false);
    expect(runAlone(crashed, isDeskLeft(FOLDER, CLEANER.owner.token, true))).to.equal(true);
  });

  it("keeps it where no flag, or several, say what is going on", () => {
    for (const flags of [[], ["COMPLETED", "CRASH"]]) {
      const disk = createMemoryDisk({ [`${FOLDER}/${DESK}/plan.json`]: "{" });
      for (const name of flags) {
        disk.perform({ kind: "write", path: `${FOLDER}/${name}`, text: "\n" });
      }
      expect(runAlone(disk, clearDesk(FOLDER, CLEANER.owner.token, true))).to.equal(false);
    }
  });
});

describe("respellFlag", () => {
  it("renames the one flag, and leaves any other state alone", () => {
    const disk = createMemoryDisk({ [`${FOLDER}/CRASH.txt`]: "why" });
    expect(runAlone(disk, respellFlag(FOLDER, "CRASH.txt", CRASHED_FLAG))).to.equal(true);
    expect(disk.list(FOLDER)).to.deep.equal([CRASHED_FLAG]);
    expect(runAlone(disk, respellFlag(FOLDER, "CRASH.txt", CRASHED_FLAG))).to.equal(false);
    disk.perform({ kind: "write", path: `${FOLDER}/CRASH.txt`, text: "again" });
    expect(runAlone(disk, respellFlag(FOLDER, "CRASH.txt", CRASHED_FLAG))).to.equal(false);
    expect(disk.read(`${FOLDER}/CRASH`)).to.equal("why");
  });

  it("never leaves two flags, or none, beside a cleaner and a worker", () => {
    const turns = schedules([
      { process: 0, operations: [1, 2] },
      { process: 1, operations: [1, 14] },
      { process: 2, operations: [0, 4] },
      { process: 0, operations: TO_THE_END },
    ]);
    for (const schedule of turns) {
      const disk = createMemoryDisk({ [`${FOLDER}/CRASH.txt`]: "\n" });
      const modified = disk.perform({ kind: "modified", path: `${FOLDER}/CRASH.txt` });
      const modifiedMs = modified.ok ? Number(modified.value) : Number.NaN;
      const judgement = { folder: FOLDER, flag: "CRASH.txt", modifiedMs, names: ["CRASH.txt"] };
      const processes: Steps<unknown>[] = [
        respellFlag(FOLDER, "CRASH.txt", CRASHED_FLAG),
        reset({ ...judgement, fenceMs: 0, remove: [] }, CLEANER),
        claim(FOLDER, OWNER),
      ];
      interleave(disk, processes, schedule, () => {
        expect(flagsAmong(disk.list(FOLDER) ?? [])).to.have.length(1);
      });
    }
  });
});

describe("takeAway", () => {
  it(
    "removes a folder under another name, so that nothing in it can be moved out any more",
    withTempDirectory((root) => {
      const host = testHost();
      mkdirSync(join(root, ".staging-a", "storage0"), { recursive: true });
      writeFileSync(join(root, ".staging-a", "storage0", "search.json"), "{}");
      const steps = takeAway(root, ".staging-a", ".staging-b");
      const seen: (readonly string[] | undefined)[] = [];
      for (let next = steps.next(); next.done !== true;) {
        if (next.value.kind === "remove") seen.push(host.files.list(root));
        next = steps.next(performOperation(next.value, host));
      }
      expect(seen).to.deep.equal([[".staging-b"]]);
      expect(host.files.list(root)).to.deep.equal([]);
      expect(perform(takeAway(root, ".staging-a", ".staging-c"), host)).to.equal(false);
      return Promise.resolve();
    }),
  );
});

const worker = (...outcomes: WorkOutcome[]): Part => ({ kind: "worker", outcomes });
const cleaner = (...appetites: Appetite[]): Part => ({ kind: "cleaner", appetites, fenceMs: 0 });
const TIDIER: Part = { kind: "tidier", looks: 4 };

describe("tidying beside workers and cleaners", function () {
  // Thousands of schedules, on machines that may be busy.
  this.timeout(30_000);
  const workers = fc
    .array(fc.constantFrom<WorkOutcome[]>("completed", "crashed", "released", "abandoned"), {
      minLength: 1,
      maxLength: 3,
    })
    .map((outcomes) => worker(...outcomes));
  const cleaners = fc
    .array(fc.constantFrom<Appetite[]>("dead", "dead", "crashed", "completed"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((appetites) => cleaner(...appetites));
  const casts = fc
    .array(fc.oneof(workers, cleaners, fc.constant(TIDIER)), { minLength: 2, maxLength: 3 })
    .map((others) => [TIDIER, ...others]);
  const faults: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({
      kind: fc.constant("lost" as const),
      code: fc.constantFrom("ENOENT" as const, "ESTALE" as const, "EIO" as const),
    }),
    fc.constantFrom({ kind: "refused" } as const, { kind: "full" } as const),
    fc.record({ kind: fc.constant("stale" as const), changes: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant("late" as const), operations: fc.integer({ min: 1, max: 60 }) }),
  );
  const turns = fc.array(
    fc.record({
      process: fc.nat(3),
      operations: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(TO_THE_END)),
      fault: fc.option(faults, { nil: undefined }),
      dies: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
      passMs: fc.constantFrom(0, 1, HEARTBEAT_MS, 20 * HEARTBEAT_MS),
    }),
    { minLength: 2, maxLength: 9, size: "max" },
  );

  it("keeps every promise, whoever is paused or dies, whatever the file system loses", () => {
    fc.assert(
      fc.property(casts, turns, (cast, schedule) => {
        playRun(cast, schedule);
      }),
      { numRuns: 1200 },
    );
  });

  /** A cleaner whose rename the server keeps back, until the tidier has come. */
  const cast = [worker("completed", "completed"), cleaner("dead"), TIDIER];
  const keptBack = schedules([
    { process: 0, operations: 10 },
    { process: 1, operations: [7, 9], fault: undefined },
    { process: 1, operations: TO_THE_END, fault: { kind: "late", operations: 12 } },
    { process: 2, operations: [3, 12] },
    { process: 0, operations: TO_THE_END },
  ]);
  const halfWay = schedules([
    { process: 0, operations: [3, 10] },
    { process: 1, operations: [3, 20], dies: true },
    { process: 2, operations: TO_THE_END },
    { process: 0, operations: TO_THE_END },
  ]);

  const beforeTheCleaner = schedules([
    { process: 0, operations: [5, 14] },
    { process: 2, operations: TO_THE_END },
    { process: 1, operations: TO_THE_END },
    { process: 0, operations: TO_THE_END },
  ]);

  it("leaves a desk, and an unsettled attempt, to whoever needs it", () => {
    const all = [...keptBack, ...halfWay, ...beforeTheCleaner];
    expect(findBroken(cast, all)).to.equal(undefined);
  });

  it("would be refuted if it removed every desk that it sees", () => {
    function* greedy(folder: string, token: string): Steps<boolean> {
      yield* remove(join(folder, `.reset.${token}`));
      return true;
    }
    const seen = findBroken(cast, [...keptBack, ...halfWay], { clearDesk: greedy });
    expect(seen).to.be.a("string");
  });

  it("would be refuted if it published under somebody's flag", () => {
    function* eager(folder: string): Steps<boolean> {
      return (yield* finishPublishing(folder, yield* list(folder))) !== undefined;
    }
    expect(findBroken(cast, beforeTheCleaner, { finishSettled: eager })).to.be.a("string");
  });
});

describe("desksAmong", () => {
  it("knows desks by their tokens, and nothing else", () => {
    const names = [DESK, ".reset.", ".reset.x", "CRASH", `.reset.${"A".repeat(32)}`];
    expect(desksAmong(names)).to.deep.equal([CLEANER.owner.token]);
  });
});
