import { expect } from "chai";

import { compareMeans } from "../../../../src/core/analysis/comparison/compare-means.ts";
import { versusBest } from "../../../../src/core/analysis/comparison/versus-best.ts";

describe("versusBest", () => {
  const best = [0.9, 0.92, 0.94];
  const second = [0.85, 0.88, 0.9];
  const third = [0.1, 0.5, 0.6];

  it("compares the first sample with each other one, and adjusts the p values together", () => {
    const [first, a, b] = versusBest([best, second, third]);
    expect(first).to.equal(undefined);
    const [plainA, plainB] = [compareMeans(best, second), compareMeans(best, third)];
    expect(a?.difference).to.equal(plainA.difference);
    const [pA = 1, pB = 1] = [plainA.test?.p, plainB.test?.p];
    // Holm: the smaller one times 2, the other one at least as much.
    const [low, high] = [Math.min(pA, pB), Math.max(pA, pB)];
    expect([a?.adjustedP, b?.adjustedP]).to.have.members([2 * low, Math.max(2 * low, high)]);
  });

  it("does not count comparisons without a test", () => {
    const [, single, a] = versusBest([best, [0.91], second]);
    expect(single?.adjustedP).to.equal(undefined);
    expect(a?.adjustedP).to.equal(a?.test?.p);
  });

  it("has nothing to say of one sample, and of none", () => {
    expect(versusBest([best])).to.deep.equal([undefined]);
    expect(versusBest([])).to.deep.equal([]);
  });
});
