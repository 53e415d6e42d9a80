import { expect } from "chai";
import fc from "fast-check";

import { chunksOf, countTasks, listTasks } from "../../../src/core/scheduling/task-list.ts";

describe("countTasks", () => {
  const LISTS = [
    ["N/A", 1],
    ["7", 1],
    ["2-9%2", 8],
    ["[4-9%2]", 6],
    ["1-3999:2", 2000],
    ["1,3,7-9%2", 5],
    ["1,3,5,...", 3],
    ["", 1],
    ["9-2", 1],
  ] as const;
  for (const [list, count] of LISTS) {
    it(`counts ${count} in ${JSON.stringify(list)}`, () => {
      expect(countTasks(list)).to.equal(count);
    });
  }

  it("gives at least 1 for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(countTasks(text)).to.be.at.least(1).and.satisfy(Number.isSafeInteger);
      }),
    );
  });
});

describe("chunksOf", () => {
  it("divides all of them into as few arrays as the limit allows", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 10_000 }), (total, limit) => {
        const chunks = chunksOf(total, limit);
        expect(chunks.reduce((sum, one) => sum + one, 0)).to.equal(total);
        expect(chunks).to.have.length(Math.ceil(total / limit));
        expect(chunks.every((chunk) => chunk >= 1 && chunk <= limit)).to.equal(true);
      }),
    );
  });

  it("makes one array without a limit", () => {
    expect(chunksOf(5000, Number.POSITIVE_INFINITY)).to.deep.equal([5000]);
  });
});

describe("listTasks", () => {
  for (const [list, tasks] of [
    ["2", ["2"]],
    ["1,3", ["1", "3"]],
    ["1-4:1", ["1", "2", "3", "4"]],
    ["1-7:3,9", ["1", "4", "7", "9"]],
    ["", []],
    ["x", []],
    ["1-999999999:1", ["1", "2", "3", "4", "5"]],
  ] as const) {
    it(`names ${tasks.join(" ") || "none"} for ${JSON.stringify(list)}`, () => {
      expect(listTasks(list, 5)).to.deep.equal(tasks);
    });
  }
});
