import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { flagsAmong, type Owner, PENDING_FLAG, runningFlag } from "../../src/core/run-state.ts";
import {
  logFile,
  publish,
  readRecord,
  recordFile,
  unpublishedTokens,
} from "../../src/tree/attempts.ts";
import { abandon, beat, type Claim, claim, settle } from "../../src/tree/run-folder.ts";
import {
  list,
  type Operation,
  perform,
  remove,
  rename,
  type Steps,
  touch,
  write,
} from "../../src/tree/steps.ts";
import {
  type Fault,
  interleave,
  runAlone,
  schedules,
  REFUSALS,
  TO_THE_END,
} from "../support/interleave.ts";
import { createMemoryDisk, type MemoryDisk, SystemError } from "../support/memory-disk.ts";
import {
  type Appetite,
  findBroken,
  HEARTBEAT_MS,
  type Part,
  playRun,
  type Procedures,
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
const FIRST = owner(1);
const SECOND = owner(2);
const pendingDisk = () => createMemoryDisk({ [`${FOLDER}/${PENDING_FLAG}`]: "\n" });
const flagsOf = (disk: MemoryDisk) => flagsAmong(disk.list(FOLDER) ?? []);

function claimedDisk(): { readonly disk: MemoryDisk; readonly held: Claim } {
  const disk = pendingDisk();
  const held = runAlone(disk, claim(FOLDER, FIRST));
  if (held === undefined) throw new Error("Expected the run to be had");
  return { disk, held };
}

/** Answers that were lost, and operations that the server did not do or will do later. */
const FAULTS: readonly Fault[] = [
  { kind: "lost", code: "ENOENT" },
  { kind: "lost", code: "ESTALE" },
  { kind: "lost", code: "EIO" },
  { kind: "refused" },
];

/** Runs a procedure alone with one fault from its `at`-th operation on. */
function runFaulty(disk: MemoryDisk, steps: Steps<unknown>, at: number, fault: Fault): unknown {
  const turns = [
    { process: 0, operations: at },
    { process: 0, operations: TO_THE_END, fault },
  ];
  const [ending] = interleave(disk, [steps], turns);
  return ending?.kind === "returned" ? ending.value : ending?.kind;
}

/** A procedure some of whose operations the disk refuses, however often they are tried. */
function* refusing<Result>(
  steps: Steps<Result>,
  isRefused: (operation: Operation) => boolean,
  code: string,
): Steps<Result> {
  let next = steps.next();
  while (next.done !== true) {
    const error = new SystemError(code, "refused");
    next = steps.next(isRefused(next.value) ? { ok: false, code, error } : yield next.value);
  }
  return next.value;
}

/** What is seen of a claim that hits one of `FAULTS`: undefined, although the run is its own. */
function strands(procedure: typeof claim): boolean {
  return FAULTS.some((fault) =>
    [0, 1, 2].some((at) => {
      const disk = pendingDisk();
      const held = runFaulty(disk, procedure(FOLDER, FIRST), at, fault);
      return held === undefined && flagsOf(disk).includes(runningFlag(FIRST));
    }),
  );
}

describe("claim", () => {
  it("moves the one flag, and counts from 1", () => {
    const { disk, held } = claimedDisk();
    expect(held).to.deep.equal({ folder: FOLDER, owner: FIRST, attempt: 1 });
    expect(disk.list(FOLDER)).to.deep.equal([runningFlag(FIRST)]);
  });

  it("starts the lease", () => {
    const disk = pendingDisk();
    disk.pass(1_000_000);
    const before = disk.perform({ kind: "modified", path: `${FOLDER}/${PENDING_FLAG}` });
    runAlone(disk, claim(FOLDER, FIRST));
    const after = disk.perform({ kind: "modified", path: `${FOLDER}/${runningFlag(FIRST)}` });
    const started = before.ok && after.ok && Number(after.value) - Number(before.value);
    expect(started).to.equal(1_000_000);
  });

  it("lets exactly one of the racing workers win, in every interleaving", () => {
    const turn = fc.record({ process: fc.nat(3), operations: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.array(turn), (workers, turns) => {
        const disk = pendingDisk();
        const claims = Array.from({ length: workers }, (_, index) =>
          claim(FOLDER, owner(index + 1)),
        );
        const won = interleave(disk, claims, turns).flatMap((ending) =>
          ending.kind === "returned" && ending.value !== undefined ? [ending.value as Claim] : [],
        );
        expect(won.map((held) => runningFlag(held.owner))).to.deep.equal(flagsOf(disk));
        expect(won).to.have.length(1);
      }),
    );
  });

  it("recognises its own flag when the server's answer was lost", () => {
    expect(strands(claim)).to.equal(false);
  });

  it("would be refuted if it did not list after a rename that seems to have failed", () => {
    function* believing(folder: string, by: Owner): Steps<Claim | undefined> {
      const pending = join(folder, PENDING_FLAG);
      if (!(yield* touch(pending))) return undefined;
      if (!(yield* rename(pending, join(folder, runningFlag(by))))) return undefined;
      return { folder, owner: by, attempt: 1 };
    }
    expect(strands(believing)).to.equal(true);
  });

  it("leaves no run to its lease, whatever the disk refuses or the answer to what is lost", () => {
    const refused = REFUSALS.map((code): Fault => ({ kind: "refused", code }));
    for (const fault of [...FAULTS, ...refused]) {
      for (let at = 0; at < 6; at++) {
        const disk = unpublishedDisk();
        const ending = runFaulty(disk, claim(FOLDER, SECOND), at, fault);
        const isHeld = typeof ending === "object";
        expect(flagsOf(disk)).to.deep.equal([isHeld ? runningFlag(SECOND) : PENDING_FLAG]);
        // A server that could not tell is asked again; one that refuses ends the worker.
        const isRefusal =
          fault.kind === "refused" && !["EIO", "ESTALE"].includes(fault.code ?? "EIO");
        if (!isRefusal) expect(ending).to.not.equal("failed");
      }
    }
  });

  it("puts back what it cannot see", () => {
    const disk = pendingDisk();
    const steps = claim(FOLDER, FIRST);
    let next = steps.next();
    while (next.done !== true) {
      const { kind } = next.value;
      next = steps.next(
        kind === "list" ? { ok: true, value: [PENDING_FLAG] } : disk.perform(next.value),
      );
    }
    expect(next.value).to.equal(undefined);
    expect(disk.list(FOLDER)).to.deep.equal([PENDING_FLAG]);
  });

  it("puts back a run that has a second flag", () => {
    const disk = createMemoryDisk({ "/run/UNHATCHED": "\n", "/run/CRASH.txt": "\n" });
    expect(runAlone(disk, claim(FOLDER, FIRST))).to.equal(undefined);
    expect(disk.list(FOLDER)).to.deep.equal(["CRASH.txt", "UNHATCHED"]);
  });

  it("finishes what the former attempt left unpublished, and counts it", () => {
    for (let operations = 0; operations < 8; operations++) {
      const { disk, held } = claimedDisk();
      runAlone(disk, write(`${FOLDER}/${logFile(FIRST.token)}`, "first"));
      const turns = [{ process: 0, operations, dies: true }];
      interleave(disk, [settle(held, recordOf(held, "released"))], turns);
      const next = runAlone(disk, claim(FOLDER, SECOND));
      if (operations < 3) expect(next).to.equal(undefined);
      else {
        expect(next?.attempt).to.equal(2);
        expect(disk.read(`${FOLDER}/logger.out`)).to.equal("first");
      }
    }
  });
});

/** Waits for its second attempt; the first one put it back and was not published. */
function unpublishedDisk(): MemoryDisk {
  const { disk, held } = claimedDisk();
  const turns = [{ process: 0, operations: 3, dies: true }];
  interleave(disk, [settle(held, recordOf(held, "released"))], turns);
  return disk;
}

describe("beat", () => {
  it("starts the lease again", () => {
    const { disk, held } = claimedDisk();
    const path = `${FOLDER}/${runningFlag(FIRST)}`;
    const before = disk.perform({ kind: "modified", path });
    disk.pass(HEARTBEAT_MS);
    expect(runAlone(disk, beat(held))).to.equal("confirmed");
    expect(disk.perform({ kind: "modified", path })).to.not.deep.equal(before);
  });

  it("is fenced when the flag has gone", () => {
    const { disk, held } = claimedDisk();
    disk.perform({ kind: "remove", path: `${FOLDER}/${runningFlag(FIRST)}` });
    expect(runAlone(disk, beat(held))).to.equal("fenced");
  });

  it("is unconfirmed, never fenced, as long as the flag is there", () => {
    for (const fault of FAULTS.slice(1)) {
      const { disk, held } = claimedDisk();
      expect(runFaulty(disk, beat(held), 0, fault)).to.equal("unconfirmed");
    }
  });
});

describe("settle", () => {
  it("moves the flag and gives the attempt's files their names", () => {
    const { disk, held } = claimedDisk();
    runAlone(disk, write(`${FOLDER}/${logFile(FIRST.token)}`, "output"));
    expect(runAlone(disk, settle(held, recordOf(held, "completed")))).to.equal("settled");
    expect(disk.list(FOLDER)).to.deep.equal(["COMPLETED", "logger.out", "run.json"]);
    expect(runAlone(disk, readRecord(`${FOLDER}/run.json`))).to.deep.equal(
      recordOf(held, "completed"),
    );
  });

  it("leaves the error in CRASH for people", () => {
    const { disk, held } = claimedDisk();
    runAlone(disk, settle(held, recordOf(held, "crashed")));
    expect(disk.read(`${FOLDER}/CRASH`)).to.contain("Error: NaN");
  });

  it("puts a released run back", () => {
    const { disk, held } = claimedDisk();
    expect(runAlone(disk, settle(held, recordOf(held, "released")))).to.equal("settled");
    expect(disk.list(FOLDER)).to.deep.equal(["UNHATCHED", "run.json"]);
  });

  it("settles whatever answer is lost or operation refused, once the record is written", () => {
    for (const outcome of ["completed", "crashed", "released"] as const) {
      for (const fault of FAULTS) {
        for (let at = 1; at < 8; at++) {
          const { disk, held } = claimedDisk();
          const settlement = runFaulty(disk, settle(held, recordOf(held, outcome)), at, fault);
          expect(settlement).to.equal("settled");
          expect(flagsOf(disk)).to.not.include(runningFlag(FIRST));
        }
      }
    }
  });

  it("is fenced, and changes nothing, when the run was taken over", () => {
    const { disk, held } = claimedDisk();
    const from = `${FOLDER}/${runningFlag(FIRST)}`;
    disk.perform({ kind: "rename", from, to: `${FOLDER}/${PENDING_FLAG}` });
    runAlone(disk, write(`${FOLDER}/run.json`, voidRecordOf(held)));
    runAlone(disk, claim(FOLDER, SECOND));
    expect(runAlone(disk, settle(held, recordOf(held, "completed")))).to.equal("fenced");
    expect(flagsOf(disk)).to.deep.equal([runningFlag(SECOND)]);
    expect(disk.read(`${FOLDER}/run.json`)).to.equal(voidRecordOf(held));
  });

  it("ends with the system's error where its record cannot get its name, and still owns the run", () => {
    for (const code of ["EIO", "ESTALE"] as const) {
      const { disk, held } = claimedDisk();
      const isDraft = (operation: Operation) =>
        operation.kind === "rename" && operation.from.endsWith(".tmp");
      expect(() =>
        runAlone(disk, refusing(settle(held, recordOf(held, "completed")), isDraft, code)),
      )
        .to.throw()
        .with.property("code", code);
      expect(flagsOf(disk)).to.deep.equal([runningFlag(FIRST)]);
      expect(runAlone(disk, abandon(held))).to.equal("settled");
      expect(flagsOf(disk)).to.deep.equal([PENDING_FLAG]);
    }
  });

  it("has written the words for CRASH before it is CRASH: later they could be another attempt's", () => {
    const { disk, held } = claimedDisk();
    const seen: string[] = [];
    runAlone(disk, settle(held, recordOf(held, "crashed")), () => {
      if (flagsOf(disk)[0] === "CRASH") seen.push(disk.read(`${FOLDER}/CRASH`) ?? "");
    });
    expect(new Set(seen)).to.deep.equal(new Set(["\nattempt 1: Error: NaN\n"]));
  });

  it("refuses an outcome that is not the owner's to decide", () => {
    const { disk, held } = claimedDisk();
    expect(() => runAlone(disk, settle(held, recordOf(held, "voided")))).to.throw(
      TypeError,
      "voided",
    );
  });
});

describe("abandon", () => {
  it("puts a run back without a record", () => {
    const { disk, held } = claimedDisk();
    expect(runAlone(disk, abandon(held))).to.equal("settled");
    expect(disk.list(FOLDER)).to.deep.equal([PENDING_FLAG]);
  });
});

const worker = (...outcomes: WorkOutcome[]): Part => ({ kind: "worker", outcomes });
const cleaner = (...appetites: Appetite[]): Part => ({ kind: "cleaner", appetites, fenceMs: 0 });
const LOST = { kind: "lost", code: "ENOENT" } as const;

describe("a run folder", function () {
  // Thousands of schedules, on machines that may be busy.
  this.timeout(30_000);
  const parts: fc.Arbitrary<Part> = fc.oneof(
    fc
      .array(fc.constantFrom<WorkOutcome[]>("completed", "crashed", "released", "abandoned"), {
        minLength: 1,
        maxLength: 3,
      })
      .map((outcomes) => worker(...outcomes)),
    fc.record({
      kind: fc.constant("cleaner" as const),
      appetites: fc.array(fc.constantFrom<Appetite[]>("dead", "dead", "crashed", "completed"), {
        minLength: 1,
        maxLength: 4,
      }),
      fenceMs: fc.constantFrom(0, 2 * HEARTBEAT_MS),
    }),
    fc.record({ kind: fc.constant("reader" as const), looks: fc.integer({ min: 1, max: 3 }) }),
  );
  const faults: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({
      kind: fc.constant("lost" as const),
      code: fc.constantFrom("ENOENT" as const, "ESTALE" as const, "EIO" as const),
    }),
    fc.constantFrom({ kind: "full" } as const, { kind: "forgetful" } as const),
    fc.record({ kind: fc.constant("refused" as const), code: fc.constantFrom(...REFUSALS) }),
    fc.record({ kind: fc.constant("stale" as const), changes: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant("late" as const), operations: fc.integer({ min: 1, max: 60 }) }),
  );
  const turnsWith = (fault: fc.Arbitrary<Fault | undefined>) =>
    fc.array(
      fc.record({
        process: fc.nat(3),
        operations: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(TO_THE_END)),
        fault,
        dies: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
        passMs: fc.constantFrom(0, 1, HEARTBEAT_MS, 20 * HEARTBEAT_MS),
      }),
      { minLength: 2, maxLength: 9, size: "max" },
    );
  const players = fc.array(parts, { minLength: 2, maxLength: 4 });

  it("keeps every promise, whoever is paused or dies, in any interleaving", () => {
    fc.assert(
      fc.property(players, turnsWith(fc.constant(undefined)), (cast, turns) => {
        playRun(cast, turns);
      }),
      { numRuns: 1200 },
    );
  });

  it("keeps every promise also on a file system that loses answers, refuses, lags or is full", () => {
    fc.assert(
      fc.property(players, turnsWith(fc.option(faults, { nil: undefined })), (cast, turns) => {
        playRun(cast, turns);
      }),
      { numRuns: 1200 },
    );
  });

  /** An owner that was declared dead wakes up, before or after the next one. */
  const lateOwner = [worker("completed"), cleaner("dead"), worker("completed")];
  const beforeTheNext = schedules([
    { process: 0, operations: [3, 12] },
    { process: 1, operations: TO_THE_END },
    { process: 0, operations: TO_THE_END },
    { process: 2, operations: TO_THE_END },
  ]);
  const behindTheNext = schedules([
    { process: 0, operations: [3, 12] },
    { process: 1, operations: TO_THE_END },
    { process: 2, operations: [1, 20] },
    { process: 0, operations: TO_THE_END },
  ]);

  it("survives an owner that wakes up late", () => {
    expect(findBroken(lateOwner, [...beforeTheNext, ...behindTheNext])).to.equal(undefined);
  });

  it("would be refuted by a claim that unlinks, then creates", () => {
    function* recreate(folder: string, by: Owner): Steps<Claim | undefined> {
      yield* remove(join(folder, PENDING_FLAG));
      yield* write(join(folder, runningFlag(by)), "\n");
      return { folder, owner: by, attempt: 1 };
    }
    expect(findBroken([worker("completed")], [[]], { claim: recreate })).to.equal("flags: []");
  });

  it("would be refuted by publishing without looking at the numbers", () => {
    function* publishing(folder: string, by: Owner): Steps<Claim | undefined> {
      const held = yield* claim(folder, by);
      for (const token of unpublishedTokens(yield* list(folder))) {
        const record = yield* readRecord(join(folder, recordFile(token)));
        if (record !== undefined) yield* publish(folder, token, record.attempt);
      }
      return held;
    }
    expect(findBroken(lateOwner, beforeTheNext, { claim: publishing })).to.match(
      /^run.json of void/,
    );
  });

  it("would be refuted by an owner that takes any COMPLETED for its own", () => {
    const credulous: Procedures["settle"] = function* (held, record) {
      if ((yield* settle(held, record)) === "settled") return "settled";
      return (yield* list(held.folder)).includes("COMPLETED") ? "settled" : "fenced";
    };
    expect(findBroken(lateOwner, behindTheNext, { settle: credulous })).to.match(
      /was told that it/,
    );
  });

  it("counts an attempt only while its flag is there", () => {
    // The former owner publishes while the next one counts, which is declared dead meanwhile: its
    // number is that of its void record, whoever has come behind it.
    const cast = [worker("released"), worker("completed"), cleaner("dead"), worker("completed")];
    const turns = schedules([
      { process: 0, operations: [11, 14] },
      { process: 1, operations: [3, 5] },
      { process: 0, operations: TO_THE_END },
      { process: 2, operations: TO_THE_END },
      { process: 3, operations: [3, 12] },
      { process: 1, operations: TO_THE_END },
    ]);
    expect(findBroken(cast, turns)).to.equal(undefined);
  });

  it("keeps the record of an owner that seems to be fenced: it may have been counted", () => {
    const cast = [worker("released"), worker("completed"), cleaner("dead"), worker("completed")];
    const turns = schedules([
      { process: 0, operations: 11 },
      { process: 0, operations: 1, fault: LOST },
      { process: 1, operations: [3, 8] },
      { process: 2, operations: [8, 16] },
      { process: 0, operations: TO_THE_END },
      { process: 2, operations: TO_THE_END },
      { process: 1, operations: TO_THE_END },
      { process: 3, operations: TO_THE_END },
    ]);
    const forgetful: Procedures["settle"] = function* (held, record) {
      const settlement = yield* settle(held, record);
      if (settlement === "fenced") yield* remove(join(held.folder, recordFile(held.owner.token)));
      return settlement;
    };
    expect(findBroken(cast, turns)).to.equal(undefined);
    expect(findBroken(cast, turns, { settle: forgetful })).to.be.a("string");
  });
});

describe("the procedures on a real disk", () => {
  it(
    "claim, beat and settle attempt after attempt",
    withTempDirectory((directory) => {
      const host = testHost();
      const folder = join(directory, "seed1");
      mkdirSync(join(folder, "recorders"), { recursive: true });
      writeFileSync(join(folder, PENDING_FLAG), "\n");
      for (const [index, outcome] of (["released", "crashed"] as const).entries()) {
        const held = perform(claim(folder, owner(index + 1)), host);
        if (held === undefined) throw new Error("Expected the run to be had");
        expect(perform(claim(folder, owner(99)), host)).to.equal(undefined);
        expect(perform(beat(held), host)).to.equal("confirmed");
        writeFileSync(join(folder, logFile(held.owner.token)), outcome);
        expect(perform(settle(held, recordOf(held, outcome)), host)).to.equal("settled");
        expect(perform(beat(held), host)).to.equal("fenced");
        expect(perform(settle(held, recordOf(held, outcome)), host)).to.equal("settled");
      }
      expect(readFileSync(join(folder, "CRASH"), "utf8")).to.contain("Error: NaN");
      expect(readFileSync(join(folder, "logger.2.out"), "utf8")).to.equal("crashed");
      expect(readdirSync(folder).sort()).to.deep.equal([
        "CRASH",
        "logger.2.out",
        "logger.out",
        "recorders",
        "run.2.json",
        "run.json",
      ]);
      return Promise.resolve();
    }),
  );
});

function voidRecordOf(held: Claim): string {
  return JSON.stringify(recordOf(held, "voided"));
}
