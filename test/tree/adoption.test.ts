import { expect } from "chai";
import fc from "fast-check";

import { flagsAmong, PENDING_FLAG } from "../../src/core/run-state.ts";
import { adopt } from "../../src/tree/adoption.ts";
import { claim } from "../../src/tree/run-folder.ts";
import type { Steps } from "../../src/tree/steps.ts";
import { type Fault, interleave, runAlone, type Turn } from "../support/interleave.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";

const FOLDER = "/run";
const token = (index: number) => `${index}`.repeat(32);
const flaglessDisk = () => createMemoryDisk({ "/run/config.json": "{}\n" });
const faults: fc.Arbitrary<Fault | undefined> = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  undefined,
  { kind: "lost", code: "ENOENT" },
  { kind: "lost", code: "EIO" },
  { kind: "refused" },
  { kind: "late", operations: 7 },
  { kind: "full" },
);
const turns: fc.Arbitrary<Turn> = fc.record({
  process: fc.nat(3),
  operations: fc.integer({ min: 1, max: 9 }),
  fault: faults,
  dies: fc.constantFrom(false, false, false, true),
});

describe("adopt", () => {
  it("gives a folder without a flag a fresh one", () => {
    const disk = flaglessDisk();
    expect(runAlone(disk, adopt(FOLDER, token(1)))).to.equal(true);
    expect(flagsAmong(disk.list(FOLDER) ?? [])).to.deep.equal([PENDING_FLAG]);
  });

  it("leaves a folder that has a flag as it is", () => {
    const disk = createMemoryDisk({ "/run/COMPLETED": "\n" });
    expect(runAlone(disk, adopt(FOLDER, token(1)))).to.equal(false);
    expect(disk.list(FOLDER)).to.deep.equal(["COMPLETED"]);
  });

  it("adopts no folder twice, also when its flag has vanished again", () => {
    const disk = flaglessDisk();
    runAlone(disk, adopt(FOLDER, token(1)));
    disk.perform({ kind: "remove", path: `${FOLDER}/${PENDING_FLAG}` });
    expect(runAlone(disk, adopt(FOLDER, token(2)))).to.equal(false);
    expect(flagsAmong(disk.list(FOLDER) ?? [])).to.deep.equal([]);
  });

  it("never makes a second flag, and always one in the end, whoever dies or is paused", () => {
    fc.assert(
      fc.property(fc.array(turns, { maxLength: 12 }), (schedule) => {
        const disk = flaglessDisk();
        const owner = { host: "node-1", pid: 1, token: token(9) };
        const processes: Steps<unknown>[] = [
          adopt(FOLDER, token(1)),
          adopt(FOLDER, token(2)),
          adopt(FOLDER, token(3)),
          claim(FOLDER, owner),
        ];
        interleave(disk, processes, schedule, () => {
          expect(flagsAmong(disk.list(FOLDER) ?? [])).to.have.length.at.most(1);
        });
        runAlone(disk, adopt(FOLDER, token(4)));
        expect(flagsAmong(disk.list(FOLDER) ?? [])).to.have.length(1);
      }),
      { numRuns: 1500 },
    );
  });

  it("would be refuted if it looked, then made the flag", () => {
    function* create(): Steps<void> {
      const names = yield { kind: "list", folder: FOLDER };
      if (names.ok && flagsAmong(names.value as readonly string[]).length > 0) return;
      yield { kind: "write", path: `${FOLDER}/${PENDING_FLAG}`, text: "\n" };
    }
    const disk = flaglessDisk();
    const owner = { host: "node-1", pid: 1, token: token(9) };
    interleave(
      disk,
      [create(), create(), claim(FOLDER, owner)],
      [
        { process: 0, operations: 1 },
        { process: 1, operations: 9 },
        { process: 2, operations: 9 },
      ],
    );
    expect(flagsAmong(disk.list(FOLDER) ?? [])).to.have.length(2);
  });
});
