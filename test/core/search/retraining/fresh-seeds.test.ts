import { expect } from "chai";
import fc from "fast-check";

import { freshSeeds } from "../../../../src/core/search/retraining/fresh-seeds.ts";

describe("freshSeeds", () => {
  it("counts on behind the highest seed that was used", () => {
    expect(freshSeeds([3, 1, 2], 3)).to.deep.equal([4, 5, 6]);
    expect(freshSeeds([], 2)).to.deep.equal([1, 2]);
  });

  it("fills the gaps where larger seeds would not fit into 31 bits", () => {
    expect(freshSeeds([1, 2 ** 31 - 1], 3)).to.deep.equal([0, 2, 3]);
  });

  it("gives as many as asked for, each once, none of which was used, none above 31 bits", () => {
    const seed = fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: 2 ** 31 - 20, max: 2 ** 31 }));
    fc.assert(
      fc.property(fc.array(seed), fc.nat({ max: 30 }), (used, count) => {
        const fresh = freshSeeds(used, count);
        expect(new Set(fresh).size).to.equal(count);
        expect(fresh.filter((one) => used.includes(one))).to.deep.equal([]);
        expect(fresh.every((one) => one >= 0 && one < 2 ** 31)).to.equal(true);
      }),
    );
  });
});
