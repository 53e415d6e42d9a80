import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  formatOwner,
  type Owner,
  PENDING_FLAG,
  resettingFlag,
  runningFlag,
} from "../../src/core/run-state.ts";
import { finishPublishing, logFile, readRecord, recordFile } from "../../src/tree/attempts.ts";
import { type Cleaner, type Judgement, type Reset, reset } from "../../src/tree/reset.ts";
import { beat, type Claim, claim, settle } from "../../src/tree/run-folder.ts";
import {
  type Operation,
  performOperation,
  performWaiting,
  perform,
  type Steps,
  write,
} from "../../src/tree/steps.ts";
import { interleave, runAlone, schedules, TO_THE_END } from "../support/interleave.ts";
import { createMemoryDisk, type MemoryDisk } from "../support/memory-disk.ts";
import {
  type Appetite,
  findBroken,
  HEARTBEAT_MS,
  type Part,
  recordOf,
  type WorkOutcome,
} from "../support/run-chaos.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const FOLDER = "/run";
const owner = (index: number): Owner => ({
  host: "node-1",
  pid: index,
  token: index.toString(16).padStart(32, "0"),
});
const OWNER = owner(1);
const cleanerOf = (by: Owner): Cleaner => ({
  owner: by,
  heartbeatMs: HEARTBEAT_MS,
  now: "2026-01-01T00:00:00.000Z",
});
const FIRST_CLEANER = cleanerOf(owner(8));
const SECOND_CLEANER = cleanerOf(owner(9));
const flagOf = (disk: MemoryDisk) => flagsAmong(disk.list(FOLDER) ?? []).join();

function judge(disk: MemoryDisk, more: Partial<Judgement> = {}): Judgement {
  const flag = flagOf(disk);
  const found = disk.perform({ kind: "modified", path: join(FOLDER, flag) });
  const modifiedMs = found.ok ? Number(found.value) : Number.NaN;
  const names = disk.list(FOLDER) ?? [];
  return { folder: FOLDER, flag, modifiedMs, names, fenceMs: 0, remove: [], ...more };
}

/** A run that `OWNER` executes, with some files of its own. */
function runningDisk(): { readonly disk: MemoryDisk; readonly held: Claim } {
  const disk = createMemoryDisk({ [`${FOLDER}/UNHATCHED`]: "\n", [`${FOLDER}/config.json`]: "{}" });
  const held = runAlone(disk, claim(FOLDER, OWNER));
  if (held === undefined) throw new Error("Expected the run to be had");
  runAlone(disk, write(join(FOLDER, logFile(OWNER.token)), "output"));
  runAlone(disk, write(join(FOLDER, "checkpoint"), "weights"));
  return { disk, held };
}

function settledDisk(outcome: WorkOutcome & ("completed" | "crashed")): MemoryDisk {
  const { disk, held } = runningDisk();
  runAlone(disk, settle(held, recordOf(held, outcome)));
  return disk;
}

describe("reset", () => {
  it("puts an interrupted run back, and leaves the record that voids its attempt", () => {
    const { disk } = runningDisk();
    expect(runAlone(disk, reset(judge(disk), FIRST_CLEANER))).to.equal("reset");
    const expected = ["UNHATCHED", "checkpoint", "config.json", "logger.out", "run.json"];
    expect(disk.list(FOLDER)).to.deep.equal(expected);
    expect(runAlone(disk, readRecord(`${FOLDER}/run.json`))).to.deep.include({
      attempt: 1,
      owner: formatOwner(OWNER),
      outcome: "voided",
      cause: { kind: "lost", by: formatOwner(FIRST_CLEANER.owner) },
    });
    expect(runAlone(disk, claim(FOLDER, owner(2)))?.attempt).to.equal(2);
  });

  it("puts a crashed and a completed run back, and keeps their records", () => {
    for (const outcome of ["crashed", "completed"] as const) {
      const disk = settledDisk(outcome);
      expect(runAlone(disk, reset(judge(disk), FIRST_CLEANER))).to.equal("reset");
      const record = runAlone(disk, readRecord(`${FOLDER}/run.json`));
      expect([flagOf(disk), record?.outcome]).to.deep.equal([PENDING_FLAG, outcome]);
    }
  });

  it("removes what it was told to, and nothing else", () => {
    const disk = settledDisk("crashed");
    const remove = ["checkpoint", "logger.out", "recorders", "never-there"];
    expect(runAlone(disk, reset(judge(disk, { remove }), FIRST_CLEANER))).to.equal("reset");
    expect(disk.list(FOLDER)).to.deep.equal(["UNHATCHED", "config.json", "run.json"]);
  });

  it("never removes records, which count the attempts, or flags, whoever says so", () => {
    const disk = settledDisk("crashed");
    const remove = ["run.json", CRASHED_FLAG, PENDING_FLAG, runningFlag(OWNER)];
    expect(runAlone(disk, reset(judge(disk, { remove }), FIRST_CLEANER))).to.equal("reset");
    expect(disk.list(FOLDER)).to.include("run.json").and.include(PENDING_FLAG);
  });

  it("leaves an owner alone that has beaten since", () => {
    const { disk, held } = runningDisk();
    const judgement = judge(disk);
    disk.pass(1);
    runAlone(disk, beat(held));
    expect(runAlone(disk, reset(judgement, FIRST_CLEANER))).to.equal("moved-on");
    expect(flagOf(disk)).to.equal(runningFlag(OWNER));
  });

  it("gives back a run whose owner beats at the last instant", () => {
    const { disk, held } = runningDisk();
    const steps = reset(judge(disk), FIRST_CLEANER);
    let next = steps.next();
    while (next.done !== true) {
      if (next.value.kind === "rename" && next.value.from.endsWith(runningFlag(OWNER))) {
        disk.pass(1);
        runAlone(disk, beat(held));
      }
      next = steps.next(disk.perform(next.value));
    }
    expect(next.value).to.equal("moved-on");
    expect(disk.list(FOLDER)).to.include(runningFlag(OWNER));
    expect(disk.list(FOLDER)?.filter((name) => name.startsWith(".reset"))).to.deep.equal([]);
  });

  it("leaves a run alone that was settled since", () => {
    const { disk, held } = runningDisk();
    const judgement = judge(disk);
    runAlone(disk, settle(held, recordOf(held, "completed")));
    expect(runAlone(disk, reset(judgement, FIRST_CLEANER))).to.equal("moved-on");
    expect(flagOf(disk)).to.equal(COMPLETED_FLAG);
  });

  it("takes no notice of a record that was only given its plain name", () => {
    const { disk, held } = runningDisk();
    const turns = [{ process: 0, operations: 3, dies: true }];
    interleave(disk, [settle(held, recordOf(held, "completed"))], turns);
    const judgement = judge(disk);
    expect(judgement.names).to.include(recordFile(OWNER.token));
    runAlone(disk, finishPublishing(FOLDER, judgement.names));
    expect(runAlone(disk, reset(judgement, FIRST_CLEANER))).to.equal("reset");
  });

  it("waits for the fence, beating, before it touches anything", () => {
    const { disk } = runningDisk();
    const startedMs = disk.elapsedMs();
    const fenceMs = 25 * HEARTBEAT_MS;
    const steps = reset(judge(disk, { fenceMs, remove: ["checkpoint"] }), FIRST_CLEANER);
    const beats: number[] = [];
    for (let next = steps.next(); next.done !== true;) {
      const operation: Operation = next.value;
      if (operation.kind === "touch") beats.push(disk.elapsedMs());
      if (operation.kind === "wait") {
        disk.pass(operation.ms);
        expect(disk.list(FOLDER)).to.include("checkpoint").and.not.include("run.json");
      }
      next = steps.next(
        operation.kind === "wait" ? { ok: true, value: undefined } : disk.perform(operation),
      );
    }
    expect(disk.elapsedMs() - startedMs).to.equal(fenceMs);
    expect(beats.length).to.be.greaterThan(20);
  });

  it("resets what an older tool left OPENED, or somebody RESETTING", () => {
    for (const flag of ["OPENED", "OPENED.somebody", "RESETTING.somebody"]) {
      const disk = createMemoryDisk({ [`${FOLDER}/${flag}`]: "\n" });
      expect(runAlone(disk, reset(judge(disk), FIRST_CLEANER))).to.equal("reset");
      expect(flagOf(disk)).to.equal(PENDING_FLAG);
    }
  });
});

describe("reset of a RESETTING", () => {
  it("carries out the plan of a cleaner that died between any two operations, once", () => {
    for (let operations = 0; operations < 40; operations++) {
      const { disk } = runningDisk();
      const former = reset(judge(disk, { remove: ["checkpoint"] }), FIRST_CLEANER);
      const [ending] = interleave(disk, [former], [{ process: 0, operations, dies: true }]);
      if (flagOf(disk) !== PENDING_FLAG) {
        const judgement = judge(disk, { remove: ["checkpoint"] });
        expect(runAlone(disk, reset(judgement, SECOND_CLEANER))).to.equal("reset");
      }
      const names = disk.list(FOLDER)?.filter((name) => !isDeskOfNobody(name, disk)) ?? [];
      const drafts = names.filter((name) => !name.endsWith(".tmp"));
      expect(drafts).to.deep.equal(["UNHATCHED", "config.json", "logger.out", "run.json"]);
      if (ending?.kind === "returned") return;
    }
    throw new Error("Expected the first cleaner to end at last");
  });

  it("gives the owner its time, however dead the cleaner is", () => {
    const { disk } = runningDisk();
    const fenceMs = 2 * HEARTBEAT_MS;
    const former = reset(judge(disk, { fenceMs }), FIRST_CLEANER);
    interleave(disk, [former], [{ process: 0, operations: 7, dies: true }]);
    expect(flagOf(disk)).to.equal(resettingFlag(FIRST_CLEANER.owner));
    const takenMs = disk.elapsedMs();
    expect(runAlone(disk, reset(judge(disk), SECOND_CLEANER))).to.equal("reset");
    expect(disk.elapsedMs() - takenMs).to.be.at.least(fenceMs);
  });

  it("removes nothing that its own judgement names", () => {
    const { disk } = runningDisk();
    interleave(
      disk,
      [reset(judge(disk), FIRST_CLEANER)],
      [{ process: 0, operations: 7, dies: true }],
    );
    runAlone(disk, reset(judge(disk, { remove: ["checkpoint"] }), SECOND_CLEANER));
    expect(disk.list(FOLDER)).to.include("checkpoint");
  });

  it("reads no plan that leads out of the folder", () => {
    const flag = resettingFlag(FIRST_CLEANER.owner);
    const plan = {
      flag: CRASHED_FLAG,
      records: [],
      remove: ["../precious"],
      fenceMs: 0,
      voids: null,
      formers: [],
    };
    const disk = createMemoryDisk({
      [`${FOLDER}/${flag}`]: "\n",
      [`${FOLDER}/.reset.${FIRST_CLEANER.owner.token}/plan.json`]: JSON.stringify(plan),
      "/precious": "mine",
    });
    expect(runAlone(disk, reset(judge(disk), SECOND_CLEANER))).to.equal("reset");
    expect(disk.read("/precious")).to.equal("mine");
  });
});

const DELETED = "a file of a later attempt was deleted";
const worker = (...outcomes: WorkOutcome[]): Part => ({ kind: "worker", outcomes });
const cleaner = (...appetites: Appetite[]): Part => ({ kind: "cleaner", appetites, fenceMs: 0 });

/** A reset of which some operations are carried out in another way, or not at all. */
function altered(alter: (operation: Operation, by: Owner) => Operation | "skip"): typeof reset {
  return function* (judgement, by): Steps<Reset> {
    const steps = reset(judgement, by);
    let next = steps.next();
    while (next.done !== true) {
      const operation = alter(next.value, by.owner);
      next = steps.next(operation === "skip" ? { ok: true, value: undefined } : yield operation);
    }
    return next.value;
  };
}

describe("a late cleaner", function () {
  // Thousands of schedules, on machines that may be busy.
  this.timeout(30_000);
  /** It judged, or even took, the run; then others came and went. */
  const late = [worker("completed", "completed"), cleaner("dead"), cleaner("dead")];
  const takenOver = schedules([
    { process: 0, operations: 9 },
    { process: 1, operations: [1, 20] },
    { process: 2, operations: TO_THE_END },
    { process: 0, operations: [9, 22] },
    { process: 1, operations: TO_THE_END },
  ]);
  const ABA = [worker("crashed", "crashed"), cleaner("crashed"), cleaner("crashed")];
  const crashedAgain = schedules([
    { process: 0, operations: 17 },
    { process: 1, operations: [1, 20] },
    { process: 2, operations: TO_THE_END },
    { process: 0, operations: TO_THE_END },
    { process: 1, operations: TO_THE_END },
  ]);

  it("does no harm to the next attempt", () => {
    expect(findBroken(late, takenOver)).to.equal(undefined);
  });

  it("gives back the CRASH of another attempt than it judged", () => {
    expect(findBroken(ABA, crashedAgain)).to.equal(undefined);
  });

  it("would be refuted if it left no record of the attempt that it voids", () => {
    const silent = altered((operation, by) => {
      const draft = `${recordFile(by.token)}.tmp`;
      if (operation.kind === "write" && operation.path.endsWith(draft)) return "skip";
      return operation.kind === "rename" && operation.from.endsWith(draft) ? "skip" : operation;
    });
    expect(findBroken(late, takenOver, { reset: silent })).to.match(
      /lost its run without a record/,
    );
  });

  it("would be refuted if it removed files where they lie", () => {
    const direct = altered((operation) =>
      operation.kind === "rename" && dirname(operation.to).includes(".reset.")
        ? { kind: "remove", path: operation.from }
        : operation,
    );
    expect(findBroken(late, takenOver, { reset: direct })).to.equal(DELETED);
  });

  it("would be refuted if who takes over left it its desk", () => {
    const untidy = altered((operation, by) =>
      operation.kind === "remove" && !operation.path.includes(by.token) ? "skip" : operation,
    );
    expect(findBroken(late, takenOver, { reset: untidy })).to.equal(DELETED);
  });

  it("would be refuted if it did not look at the attempts behind its rename", () => {
    function* blind(judgement: Judgement, by: Cleaner): Steps<Reset> {
      const steps = reset(judgement, by);
      let next = steps.next();
      while (next.done !== true) {
        const outcome = yield next.value;
        const isListing = next.value.kind === "list" && outcome.ok;
        const names = [...judgement.names, resettingFlag(by.owner)];
        next = steps.next(isListing ? { ok: true, value: names } : outcome);
      }
      return next.value;
    }
    expect(findBroken(ABA, crashedAgain, { reset: blind })).to.equal(DELETED);
  });

  it("publishes nothing under another's flag, where an attempt may be going on", () => {
    const cast = [worker("completed"), cleaner("dead"), cleaner("dead"), worker("completed")];
    for (const dies of [true, false]) {
      const turns = schedules([
        { process: 0, operations: 5 },
        { process: 1, operations: [9, 14] },
        { process: 2, operations: TO_THE_END },
        { process: 3, operations: [9, 14] },
        { process: 1, operations: TO_THE_END },
        { process: 3, operations: 0, dies },
      ]);
      expect(findBroken(cast, turns)).to.equal(undefined);
    }
  });

  it("that beats while it is taken over brings no voided attempt back", () => {
    const cast = [worker("completed"), cleaner("dead"), cleaner("dead")];
    const turns = schedules([
      { process: 0, operations: 5 },
      { process: 1, operations: [11, 20], passMs: HEARTBEAT_MS },
      { process: 2, operations: [4, 9], passMs: 1 },
      { process: 1, operations: [1, 8] },
      { process: 2, operations: TO_THE_END },
    ]);
    expect(findBroken(cast, turns)).to.equal(undefined);
  });

  it("is disarmed also by who takes over from who took over", () => {
    const cast = [
      worker("completed", "completed"),
      cleaner("dead"),
      cleaner("dead"),
      cleaner("dead"),
    ];
    const turns = schedules([
      { process: 0, operations: 10 },
      { process: 1, operations: [10, 20] },
      { process: 2, operations: [8, 12], dies: true },
      { process: 3, operations: TO_THE_END },
      { process: 0, operations: [10, 20] },
      { process: 1, operations: TO_THE_END },
    ]);
    expect(findBroken(cast, turns)).to.equal(undefined);
  });

  it("leaves its plan where it cannot know whether the flag is its own", () => {
    const cast = [worker("completed"), cleaner("dead")];
    const turns = schedules([
      { process: 0, operations: 10 },
      { process: 1, operations: 7 },
      { process: 1, operations: 1, fault: { kind: "late", operations: 3 } },
      { process: 1, operations: TO_THE_END },
      { process: 0, operations: [1, 6] },
    ]);
    expect(findBroken(cast, turns)).to.equal(undefined);
  });

  it("leaves its plan where the server does not let it go on", () => {
    const fenced: Part = { kind: "cleaner", appetites: ["dead"], fenceMs: 2 * HEARTBEAT_MS };
    const turns = schedules([
      { process: 0, operations: 10 },
      { process: 1, operations: [8, 20] },
      { process: 1, operations: TO_THE_END, fault: { kind: "refused" } },
    ]);
    expect(findBroken([worker("completed"), fenced], turns)).to.equal(undefined);
  });

  it("leaves no rename in the server that could take something from the next attempt", () => {
    const cast = [worker("completed", "completed"), cleaner("dead")];
    const turns = schedules([
      { process: 0, operations: 9 },
      { process: 1, operations: [12, 22] },
      { process: 1, operations: [3, 9], fault: { kind: "late", operations: 20 } },
      { process: 0, operations: 30 },
    ]);
    expect(findBroken(cast, turns)).to.equal(undefined);
  });
});

describe("reset on a real disk", () => {
  it(
    "resets an interrupted run, also after a cleaner that died, and disarms the dead",
    withTempDirectory(async (directory) => {
      const host = testHost();
      const folder = join(directory, "seed1");
      mkdirSync(join(folder, "recorders"), { recursive: true });
      writeFileSync(join(folder, PENDING_FLAG), "\n");
      perform(claim(folder, OWNER), host);
      writeFileSync(join(folder, "recorders", `train_recorder.${OWNER.token}.jsonl`), "{}\n");
      writeFileSync(join(folder, "checkpoint"), "weights");
      const former = reset(judgeDisk(folder), FIRST_CLEANER);
      let next = former.next();
      while (next.done !== true && !existsSync(join(folder, resettingFlag(FIRST_CLEANER.owner)))) {
        next = former.next(performOperation(next.value, host));
      }
      const done = await performWaiting(reset(judgeDisk(folder), SECOND_CLEANER), host);
      expect(done).to.equal("reset");
      expect(readdirSync(folder).sort()).to.deep.equal(["UNHATCHED", "recorders", "run.json"]);
      expect(readdirSync(join(folder, "recorders"))).to.deep.equal(["train_recorder.jsonl"]);
      expect(readFileSync(join(folder, "run.json"), "utf8")).to.contain('"voided"');
      writeFileSync(join(folder, "checkpoint"), "of the next attempt");
      while (next.done !== true) next = former.next(performOperation(next.value, host));
      expect(next.value).to.equal("moved-on");
      expect(readFileSync(join(folder, "checkpoint"), "utf8")).to.equal("of the next attempt");
    }),
  );
});

function judgeDisk(folder: string): Judgement {
  const { files } = testHost();
  const names = files.list(folder) ?? [];
  const [flag = ""] = flagsAmong(names);
  const modifiedMs = files.modifiedMs(join(folder, flag));
  return { folder, flag, modifiedMs, names, fenceMs: 0, remove: ["checkpoint"] };
}

/** A cleaner that died before it took the flag leaves its desk, which can do nothing. */
function isDeskOfNobody(name: string, disk: MemoryDisk): boolean {
  return name.startsWith(".reset.") && flagOf(disk) === PENDING_FLAG;
}
