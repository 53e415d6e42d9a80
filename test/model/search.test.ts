import { expect } from "chai";
import fc from "fast-check";

import type { Operation } from "../../src/tree/steps.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";
import { BROKEN_VARIANTS, SMALL } from "./broken-variants.ts";
import { applyTo, type DiskOperation, keyOfDisk, namesIn, type RunDisk } from "./run-disk.ts";
import { search } from "./search.ts";
import { describeFound, describeSize, SMALL_SIZES } from "./sizes.ts";
import { createStateStore } from "./state-store.ts";

describe("search", function () {
  // Hundreds of thousands of states, on machines that may be busy.
  this.timeout(180_000);

  for (const size of SMALL_SIZES) {
    it(`finds every promise kept with ${describeSize(size)}`, () => {
      const found = search(size);
      console.log(`      ${describeFound(found)}`);
      expect(found.broken).to.equal(undefined);
    });
  }

  it("meets the same folders whether or not it leaves out what cannot differ", () => {
    const sizes = [
      { ...SMALL, cleaners: 0, runs: 2 },
      { ...SMALL, crashes: 1 },
      { ...SMALL, workers: 1, crashes: 1, runs: 2 },
      { ...SMALL, workers: 1, pauses: 1 },
      { ...SMALL, workers: 1, claims: [2], looks: 2, crashes: 1, pauses: 1 },
      { ...SMALL, outcomes: ["completed", "crashed", "released"] as const },
    ];
    for (const size of sizes) {
      const [reduced, whole] = [search(size), search(size, { reduced: false })];
      expect(reduced.states, describeSize(size)).to.be.lessThan(whole.states);
      expect([...reduced.visible()].sort()).to.deep.equal([...whole.visible()].sort());
    }
  });

  for (const { name, variant, size, breaks } of BROKEN_VARIANTS) {
    it(`finds the hole when ${name}`, () => {
      const { broken } = search({ ...SMALL, ...size }, { variant });
      expect(broken?.what).to.match(breaks);
      // As short as can be, and from the beginning.
      expect(broken?.trace.length).to.be.within(1, 60);
      expect(broken?.trace[0]).to.match(/^(worker|cleaner) \d/);
    });
  }
});

const NAMES = ["UNHATCHED", "COMPLETED", "a.tmp", "recorders", "recorders/b", ".reset.1/plan.json"];
const paths = fc.constantFrom(...NAMES, ".reset.1").map((name) => `/run1/${name}`);
const operations: fc.Arbitrary<DiskOperation & Operation> = fc.oneof(
  fc.record({ kind: fc.constantFrom("touch" as const, "modified" as const), path: paths }),
  fc.record({ kind: fc.constantFrom("read" as const, "remove" as const), path: paths }),
  // Flags are never folders: nobody moves a folder by a flag's name.
  fc.record({
    kind: fc.constant("makeFolder" as const),
    path: fc.constantFrom("/run1/recorders", "/run1/.reset.1", "/run1/.reset.1/plan.json"),
  }),
  fc.record({ kind: fc.constant("write" as const), path: paths, text: fc.constantFrom("x", "y") }),
  fc.record({ kind: fc.constant("fill" as const), path: paths, text: fc.constantFrom("x", "y") }),
  fc.record({ kind: fc.constant("list" as const), folder: paths }),
  fc.record({
    kind: fc.constant("rename" as const),
    from: fc.constantFrom("/run1/UNHATCHED", "/run1/COMPLETED", "/run1/a.tmp"),
    to: fc.constantFrom("/run1/UNHATCHED", "/run1/.reset.1/removed", "/run1/a.tmp"),
  }),
);

describe("applyTo", () => {
  it("does what the disk of the other tests does, and leaves the old disk as it was", () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 30 }), (all) => {
        const disk = createMemoryDisk({ "/run1/UNHATCHED": "\n" });
        let value: RunDisk = new Map([["UNHATCHED", { text: "\n", stamp: 0 }]]);
        for (const operation of all) {
          const before = keyOfDisk(value);
          const { disk: next, outcome } = applyTo(value, "/run1", operation, 1);
          expect(keyOfDisk(value)).to.equal(before);
          const expected = disk.perform(operation);
          expect(outcome.ok).to.equal(expected.ok);
          if (outcome.ok && expected.ok && operation.kind !== "modified") {
            expect(outcome.value).to.deep.equal(expected.value);
          }
          value = next;
          expect(namesIn(value, "")).to.deep.equal(disk.list("/run1") ?? []);
        }
      }),
    );
  });
});

describe("createStateStore", () => {
  it("knows every row again, and none that it has not seen", () => {
    const rows = fc.array(fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60)), { maxLength: 9_000 });
    fc.assert(
      fc.property(rows, (all) => {
        const store = createStateStore(3);
        const known = new Map<string, number>();
        for (const row of all) {
          const first = known.get(row.join());
          const added = store.add(Uint32Array.from(row), 0);
          expect(added).to.equal(first === undefined ? known.size : -1 - first);
          known.set(row.join(), first ?? added);
        }
        expect(store.size()).to.equal(known.size);
      }),
      { numRuns: 20 },
    );
  });
});
