import { expect } from "chai";
import fc from "fast-check";

import type { RunOutcome } from "../../src/core/run-record.ts";
import { formatRunRecord } from "../../src/core/run-record.ts";
import {
  type AttemptMark,
  finishPublishing,
  lastAttempt,
  logFile,
  parseLogFile,
  parseRecordFile,
  parseRecordingFile,
  publish,
  recordFile,
  recordingFile,
  recordNames,
  unpublishedTokens,
} from "../../src/tree/attempts.ts";
import { interleave, runAlone } from "../support/interleave.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";
import { recordOf } from "../support/run-chaos.ts";

const FIRST = "1".repeat(32);
const SECOND = "2".repeat(32);
const marks: fc.Arbitrary<AttemptMark> = fc.oneof(
  fc.integer({ min: 1, max: 999_999_999 }),
  fc.stringMatching(/^[0-9a-f]{32}$/),
);
const series = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/);
const parsers = [parseRecordFile, parseLogFile, parseRecordingFile];

function record(token: string, attempt: number, outcome: RunOutcome = "released"): string {
  const owner = { host: "node-1", pid: 1, token };
  return formatRunRecord(recordOf({ folder: "/run", owner, attempt }, outcome));
}

describe("the names of an attempt's files", () => {
  it("are counted in a folder with any number of them", () => {
    const names = Array.from({ length: 300_000 }, (_, index) => recordFile(index + 1));
    expect(lastAttempt(names)).to.equal(300_000);
  });

  it("are read back as they were written", () => {
    fc.assert(
      fc.property(marks, series, (mark, name) => {
        expect(parseRecordFile(recordFile(mark))).to.equal(mark);
        expect(parseLogFile(logFile(mark))).to.equal(mark);
        expect(parseRecordingFile(recordingFile(name, mark))).to.deep.equal({ series: name, mark });
      }),
    );
  });

  it("are plain for the first attempt", () => {
    expect([recordFile(1), logFile(1), recordingFile("train", 1)]).to.deep.equal([
      "run.json",
      "logger.out",
      "train_recorder.jsonl",
    ]);
  });

  it("have one spelling only", () => {
    const others = [
      "run.1.json",
      "run.02.json",
      "run.0.json",
      "run.-2.json",
      "run.x.json",
      "run..json",
      "xrun.json",
    ];
    expect(others.map(parseRecordFile)).to.deep.equal(others.map(() => undefined));
  });

  it("are not found in garbage, which is never an error", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(parsers.map((parse) => parse(name))).to.deep.equal([
          undefined,
          undefined,
          undefined,
        ]);
      }),
    );
  });

  it("tell how many attempts there were, and which are unpublished", () => {
    const names = ["UNHATCHED", recordFile(12), recordFile(1), logFile(99), recordFile(FIRST)];
    expect(lastAttempt(names)).to.equal(12);
    expect(lastAttempt([])).to.equal(0);
    expect(unpublishedTokens(names)).to.deep.equal([FIRST]);
    expect(recordNames(names)).to.deep.equal([recordFile(FIRST), "run.12.json", "run.json"]);
  });
});

describe("publish", () => {
  const files = {
    [`/run/${recordFile(FIRST)}`]: record(FIRST, 1),
    [`/run/${logFile(FIRST)}`]: FIRST,
    [`/run/recorders/${recordingFile("train", FIRST)}`]: FIRST,
    [`/run/recorders/${recordingFile("train", SECOND)}`]: SECOND,
  };

  it("gives the attempt's files, and no others, their plain names", () => {
    const disk = createMemoryDisk(files);
    runAlone(disk, publish("/run", FIRST, 1));
    expect(disk.list("/run")).to.deep.equal(["logger.out", "recorders", "run.json"]);
    expect(disk.list("/run/recorders")).to.deep.equal([
      recordingFile("train", SECOND),
      "train_recorder.jsonl",
    ]);
  });

  it("leaves the record's name for last, so that a publisher who dies is noticed", () => {
    for (let operations = 0; operations < 4; operations++) {
      const disk = createMemoryDisk(files);
      interleave(disk, [publish("/run", FIRST, 1)], [{ process: 0, operations, dies: true }]);
      expect(disk.list("/run")).to.include(recordFile(FIRST));
      runAlone(disk, publish("/run", FIRST, 1));
      expect(disk.list("/run")).to.deep.equal(["logger.out", "recorders", "run.json"]);
    }
  });

  it("tries again what the server did not do", () => {
    for (const operations of [1, 2, 3]) {
      const disk = createMemoryDisk(files);
      const refusal = { process: 0, operations: 1, fault: { kind: "refused" } as const };
      interleave(disk, [publish("/run", FIRST, 1)], [{ process: 0, operations }, refusal]);
      expect(disk.list("/run")).to.deep.equal(["logger.out", "recorders", "run.json"]);
    }
  });

  it("leaves the record unpublished as long as the server refuses to rename an output", () => {
    const disk = createMemoryDisk(files);
    const refused = { kind: "refused" } as const;
    // Of an output: three tries, with a listing after each.
    const turns = [
      { process: 0, operations: 1 },
      { process: 0, operations: 1, fault: refused },
      { process: 0, operations: 1 },
      { process: 0, operations: 1, fault: refused },
      { process: 0, operations: 1 },
      { process: 0, operations: 1, fault: refused },
    ];
    interleave(disk, [publish("/run", FIRST, 1)], turns);
    expect(disk.list("/run")).to.include(recordFile(FIRST));
    runAlone(disk, finishPublishing("/run", disk.list("/run") ?? []));
    expect(disk.list("/run")).to.deep.equal(["logger.out", "recorders", "run.json"]);
  });
});

describe("finishPublishing", () => {
  it("publishes what is settled in the order of the attempts, and counts it", () => {
    const disk = createMemoryDisk({
      "/run/UNHATCHED": "\n",
      [`/run/${recordFile(SECOND)}`]: record(SECOND, 1),
      [`/run/${recordFile(FIRST)}`]: record(FIRST, 2),
    });
    const count = runAlone(disk, finishPublishing("/run", disk.list("/run") ?? []));
    expect(count).to.equal(2);
    expect(disk.read("/run/run.json")).to.equal(record(SECOND, 1));
    expect(disk.read("/run/run.2.json")).to.equal(record(FIRST, 2));
  });

  it("leaves what is still going on, and does not count it", () => {
    const disk = createMemoryDisk({ [`/run/${recordFile(FIRST)}`]: record(FIRST, 1) });
    expect(runAlone(disk, finishPublishing("/run", disk.list("/run") ?? [], FIRST))).to.equal(0);
    expect(disk.list("/run")).to.deep.equal([recordFile(FIRST)]);
  });

  it("never publishes a record whose number was taken when its attempt was voided", () => {
    const voided = record(FIRST, 1, "voided");
    const disk = createMemoryDisk({
      "/run/run.json": voided,
      [`/run/${recordFile(FIRST)}`]: record(FIRST, 1, "completed"),
      [`/run/${logFile(FIRST)}`]: FIRST,
    });
    expect(runAlone(disk, finishPublishing("/run", disk.list("/run") ?? []))).to.equal(1);
    expect(disk.read("/run/run.json")).to.equal(voided);
    expect(disk.list("/run")).to.not.include("logger.out");
  });

  it("passes over a record that cannot be read", () => {
    const disk = createMemoryDisk({ [`/run/${recordFile(FIRST)}`]: "{" });
    expect(runAlone(disk, finishPublishing("/run", disk.list("/run") ?? []))).to.equal(0);
  });

  it("looks again when a record has just been published by somebody else", () => {
    const disk = createMemoryDisk({
      "/run/OPENED": "\n",
      [`/run/${recordFile(FIRST)}`]: record(FIRST, 1),
    });
    const steps = finishPublishing("/run", disk.list("/run") ?? []);
    runAlone(disk, publish("/run", FIRST, 1));
    expect(runAlone(disk, steps)).to.equal(1);
  });

  it("gives up when the flag has changed before it could look again", () => {
    const disk = createMemoryDisk({
      "/run/OPENED": "\n",
      [`/run/${recordFile(FIRST)}`]: record(FIRST, 1),
    });
    const steps = finishPublishing("/run", disk.list("/run") ?? []);
    runAlone(disk, publish("/run", FIRST, 1));
    disk.perform({ kind: "rename", from: "/run/OPENED", to: "/run/UNHATCHED" });
    expect(runAlone(disk, steps)).to.equal(undefined);
  });
});
