import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import type { Owner } from "../../src/core/run-state.ts";
import {
  completedFlag,
  failedFlag,
  ongoingFlag,
  taskFlagsAmong,
  TASKS,
  taskStateOf,
  todoFlag,
} from "../../src/core/task-state.ts";
import { beatFor } from "../../src/tree/baton.ts";
import type { Steps } from "../../src/tree/steps.ts";
import {
  findTaskFlag,
  type HeldTask,
  releaseTask,
  settleTask,
  takeTask,
} from "../../src/tree/task-folder.ts";
import { type Fault, interleave, REFUSALS, runAlone } from "../support/interleave.ts";
import { createMemoryDisk, type MemoryDisk } from "../support/memory-disk.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";

const STORAGE = "/storage";
const FOLDER = `${STORAGE}/summary`;
const TASK = TASKS.summary;
const owner = (index: number): Owner => ({
  host: "node-1",
  pid: index,
  token: index.toString(16).padStart(32, "0"),
});
const todoDisk = () => createMemoryDisk({ [`${FOLDER}/${todoFlag(TASK)}`]: "\n" });
const flagsOf = (disk: MemoryDisk) => taskFlagsAmong(TASK, disk.list(FOLDER) ?? []);

function held(disk: MemoryDisk, index: number, from = todoFlag(TASK)): HeldTask {
  const task = runAlone(disk, takeTask(STORAGE, TASK, from, owner(index)));
  if (task === undefined) throw new Error("Expected the task to be had");
  return task;
}

const FAULTS: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant("lost" as const),
    code: fc.constantFrom("ENOENT" as const, "ESTALE" as const, "EIO" as const),
  }),
  fc.record({ kind: fc.constant("refused" as const), code: fc.constantFrom(...REFUSALS) }),
  fc.record({ kind: fc.constant("late" as const), operations: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant("stale" as const), changes: fc.integer({ min: 1, max: 9 }) }),
);
const TURNS = fc.array(
  fc.record({
    process: fc.nat(4),
    operations: fc.integer({ min: 1, max: 4 }),
    fault: fc.option(FAULTS, { nil: undefined }),
    dies: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** A worker: looks at the flag, takes it whatever it says, beats once, and ends it. */
function* workOn(disk: MemoryDisk, index: number, seen: (held: HeldTask) => void): Steps<string> {
  const [flag] = flagsOf(disk);
  if (flag === undefined) return "none";
  const task = yield* takeTask(STORAGE, TASK, flag, owner(index));
  if (task === undefined) return "lost";
  seen(task);
  if ((yield* beatFor(task)) === "fenced") return "fenced";
  if (index % 3 === 0) {
    yield* releaseTask(task);
    return "released";
  }
  const end = index % 2 === 0 ? ({ kind: "completed" } as const) : FAILED;
  return yield* settleTask(task, end);
}
const FAILED = { kind: "failed", reason: "no run has a score" } as const;

describe("takeTask", () => {
  it("lets exactly one of the racing workers have it, in every interleaving", () => {
    const turn = fc.record({ process: fc.nat(3), operations: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.array(turn), (workers, turns) => {
        const disk = todoDisk();
        const takers = Array.from({ length: workers }, (_, index) =>
          takeTask(STORAGE, TASK, todoFlag(TASK), owner(index + 1)),
        );
        const won = interleave(disk, takers, turns).flatMap((ending) =>
          ending.kind === "returned" && ending.value !== undefined
            ? [(ending.value as HeldTask).flag]
            : [],
        );
        expect(won).to.have.lengthOf(1).and.to.deep.equal(flagsOf(disk));
      }),
    );
  });

  it("never makes or loses a flag, whatever the disk answers and whoever dies", () => {
    fc.assert(
      fc.property(TURNS, (turns) => {
        const disk = todoDisk();
        const workers = [1, 2, 3, 4, 5].map((index) => workOn(disk, index, () => undefined));
        interleave(disk, workers, turns, () => {
          expect(flagsOf(disk)).to.have.lengthOf(1);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("leaves a task that anybody can have again, whatever happened before", () => {
    fc.assert(
      fc.property(TURNS, (turns) => {
        const disk = todoDisk();
        const workers = [1, 2, 3, 4].map((index) => workOn(disk, index, () => undefined));
        interleave(disk, workers, turns);
        const last = held(disk, 9, flagsOf(disk)[0]);
        expect(runAlone(disk, settleTask(last, { kind: "completed" }))).to.equal("settled");
        expect(flagsOf(disk)).to.deep.equal([completedFlag(TASK)]);
      }),
    );
  });

  it("starts the lease", () => {
    const disk = todoDisk();
    disk.pass(1_000_000);
    const path = (flag: string) => `${FOLDER}/${flag}`;
    const before = disk.perform({ kind: "modified", path: path(todoFlag(TASK)) });
    const { flag } = held(disk, 1);
    const after = disk.perform({ kind: "modified", path: path(flag) });
    expect(before.ok && after.ok && Number(after.value) - Number(before.value)).to.equal(1_000_000);
  });

  it("gives back what has several flags", () => {
    const disk = createMemoryDisk({
      [`${FOLDER}/${todoFlag(TASK)}`]: "\n",
      [`${FOLDER}/${failedFlag(TASK)}`]: "\n",
    });
    const taken = runAlone(disk, takeTask(STORAGE, TASK, todoFlag(TASK), owner(1)));
    expect(taken).to.equal(undefined);
    expect(flagsOf(disk)).to.deep.equal([failedFlag(TASK), todoFlag(TASK)]);
  });
});

describe("settleTask", () => {
  it("says in the flag of one that failed why it did", () => {
    const disk = todoDisk();
    const task = held(disk, 1);
    expect(runAlone(disk, settleTask(task, FAILED))).to.equal("settled");
    expect(disk.read(`${FOLDER}/${failedFlag(TASK)}`)).to.include("no run has a score");
  });

  it("does nothing for a holder that has lost it to somebody", () => {
    const disk = todoDisk();
    const late = held(disk, 1);
    const taken = held(disk, 2, late.flag);
    expect(runAlone(disk, beatFor(late))).to.equal("fenced");
    expect(runAlone(disk, settleTask(late, { kind: "completed" }))).to.equal("fenced");
    expect(flagsOf(disk)).to.deep.equal([taken.flag]);
    expect(runAlone(disk, beatFor(taken))).to.equal("confirmed");
  });

  it("knows that it has settled when the answer was lost", () => {
    const disk = todoDisk();
    const task = held(disk, 1);
    const fault = { kind: "lost", code: "ENOENT" } as const;
    const [ending] = interleave(
      disk,
      [settleTask(task, { kind: "completed" })],
      [{ process: 0, operations: 9, fault }],
    );
    expect(ending).to.deep.equal({ kind: "returned", value: "settled" });
  });
});

describe("releaseTask", () => {
  it("puts it back for others", () => {
    const disk = todoDisk();
    runAlone(disk, releaseTask(held(disk, 1)));
    expect(flagsOf(disk)).to.deep.equal([todoFlag(TASK)]);
  });
});

describe("findTaskFlag", () => {
  it(
    "makes the folder of a task, once, where an older tool has not",
    withTempDirectory((storage) => {
      expect(findTaskFlag(storage, TASK, testHost())).to.equal("SUMMARY_TODO");
      expect(findTaskFlag(storage, TASK, testHost())).to.equal("SUMMARY_TODO");
      expect(readdirSync(storage)).to.deep.equal(["summary"]);
      return Promise.resolve();
    }),
  );

  it(
    "makes no second flag where somebody else was quicker, and has taken it",
    withTempDirectory((storage) => {
      const taken = ongoingFlag(TASK, owner(1));
      const files = {
        ...diskFiles,
        rename: (from: string, to: string) => {
          if (!existsSync(to)) {
            mkdirSync(to);
            diskFiles.write(join(to, taken), "\n");
          }
          diskFiles.rename(from, to);
        },
      };
      expect(findTaskFlag(storage, TASK, testHost({ files }))).to.equal(taken);
      expect(taskStateOf(TASK, taken)).to.have.property("kind", "ongoing");
      expect(readdirSync(storage)).to.deep.equal(["summary"]);
      return Promise.resolve();
    }),
  );
});
