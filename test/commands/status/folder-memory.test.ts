import { expect } from "chai";
import fc from "fast-check";

import { createFolderMemory } from "../../../src/commands/status/folder-memory.ts";
import { flagsAmong } from "../../../src/core/run-state.ts";

describe("createFolderMemory", () => {
  it("lists a folder that stays as it is twice, and then only looks at its time", () => {
    const { disk, memory, listed } = setUp();
    disk.set(["UNHATCHED"]);
    for (let round = 0; round < 10; round += 1) {
      expect(memory.list("/run")).to.deep.equal(["UNHATCHED"]);
      disk.tick();
    }
    expect(listed()).to.equal(2);
  });

  it("keeps what a count needs", () => {
    const { disk, memory } = setUp();
    disk.set([
      "config.json",
      "experiment3",
      "COMPLETED",
      "run.json",
      "run.2.json",
      "logger.out",
      "seed1",
    ]);
    expect([...(memory.list("/run") ?? [])].sort()).to.deep.equal([
      "COMPLETED",
      "experiment3",
      "run.2.json",
      "seed1",
    ]);
  });

  it("knows no folder that is not there", () => {
    const { memory } = setUp();
    expect(memory.list("/run")).to.equal(undefined);
  });

  it("never misses a change for longer than a look, also of those within one tick of the clock", () => {
    const FLAGS = ["UNHATCHED", "CRASH", "COMPLETED", `OPENED.h.1.${"a".repeat(32)}`];
    const step = fc.constantFrom("look", "tick", ...FLAGS);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { disk, memory } = setUp();
        disk.set(["UNHATCHED"]);
        let hasTicked = true;
        const tick = () => {
          disk.tick();
          hasTicked = true;
        };
        const look = () => {
          // Looks are at least a tick apart.
          if (!hasTicked) tick();
          hasTicked = false;
          return flagsAmong(memory.list("/run") ?? []);
        };
        for (const one of steps) {
          if (one === "look") look();
          else if (one === "tick") tick();
          else disk.set([one]);
        }
        look();
        expect(look()).to.deep.equal(disk.names());
      }),
      { numRuns: 1000 },
    );
  });
});

/** A folder on a disk whose clock ticks when it is told to. */
function setUp() {
  let clock = 0;
  let listings = 0;
  let folder: { readonly names: readonly string[]; readonly modifiedMs: number } | undefined;
  const memory = createFolderMemory({
    list: () => {
      listings += 1;
      return folder?.names;
    },
    glanceModifiedMs: () => folder?.modifiedMs,
  });
  const disk = {
    set: (names: readonly string[]) => {
      folder = { names, modifiedMs: clock };
    },
    tick: () => {
      clock += 1;
    },
    names: () => folder?.names,
  };
  return { disk, memory, listed: () => listings };
}
