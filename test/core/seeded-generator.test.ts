import { expect } from "chai";

import { fractionFrom, indexBelow, seededGenerator } from "../../src/core/seeded-generator.ts";

describe("seededGenerator", () => {
  it("gives the same numbers for the same parts, always", () => {
    const first = (...parts: readonly (string | number)[]) => seededGenerator(...parts).next();
    expect(first("a", 1)).to.equal(first("a", 1));
    expect(
      new Set([first("a", 1), first("a", 2), first("b", 1), first(1, "a"), first("a1")]).size,
    ).to.equal(5);
    expect(first("pinned", 0), "published results depend on it").to.equal(1410788181);
  });
});

describe("indexBelow", () => {
  it("gives each index as often", () => {
    const generator = seededGenerator("indices");
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const index = indexBelow(generator, 7);
      counts[index] = (counts[index] ?? NaN) + 1;
    }
    // A standard deviation is 93.
    for (const count of counts) expect(count).to.be.closeTo(10_000, 450);
  });

  it("has only one index below 1", () => {
    expect(indexBelow(seededGenerator("one"), 1)).to.equal(0);
  });
});

describe("fractionFrom", () => {
  it("is in [0, 1)", () => {
    const generator = seededGenerator("fractions");
    for (let i = 0; i < 100; i++) expect(fractionFrom(generator)).to.be.within(0, 1 - 2 ** -53);
  });
});
