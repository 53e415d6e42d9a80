import { expect } from "chai";

import { seedsToDetect } from "../../../../src/core/analysis/comparison/sample-size.ts";
import { readGolden } from "../../../support/golden.ts";

const golden = readGolden<{ seeds: readonly (readonly [number, number, number])[] }>("comparison");

describe("seedsToDetect", () => {
  it("is within one of the exact number by statsmodels", () => {
    for (const [effectSize, power, seeds] of golden.seeds) {
      const found = seedsToDetect(effectSize, { power });
      expect(found, `${effectSize}, ${power}`).to.be.within(seeds - 1, Math.ceil(seeds) + 1);
      expect(seedsToDetect(-effectSize, { power })).to.equal(found);
    }
  });

  it("is 2 at least, and undefined where no search could have so many", () => {
    expect(seedsToDetect(1e9)).to.equal(2);
    expect(seedsToDetect(1e-9)).to.equal(undefined);
  });

  it("refuses what makes no sense", () => {
    for (const effectSize of [0, NaN, Infinity]) {
      expect(() => seedsToDetect(effectSize)).to.throw(RangeError);
    }
    for (const options of [{ power: 1 }, { power: 0.5 }, { level: 0 }, { level: NaN }]) {
      expect(() => seedsToDetect(1, options)).to.throw(RangeError);
    }
  });
});
