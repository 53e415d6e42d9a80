import { expect } from "chai";
import fc from "fast-check";

import { jitter, parameterScale, scoreScale } from "../../../src/core/figures/score-axis.ts";

describe("scoreScale", () => {
  it("holds all scores with room on both sides, and does not start at zero by itself", () => {
    const { type, domain, zero } = scoreScale([0.9, 1.0, 0.95]);
    expect({ type, zero }).to.deep.equal({ type: "linear", zero: false });
    expect(domain[0]).to.be.within(0.85, 0.9 - 1e-9);
    expect(domain[1]).to.be.within(1 + 1e-9, 1.05);
  });

  it("is logarithmic for positive scores over three decades only", () => {
    expect(scoreScale([0.01, 10]).type).to.equal("log");
    expect(scoreScale([0.011, 10]).type).to.equal("linear");
    expect(scoreScale([0, 1e6]).type).to.equal("linear");
    expect(scoreScale([-1, 1e6]).type).to.equal("linear");
  });

  it("has a range even if all scores are equal", () => {
    for (const score of [0, 0.5, -3, 1e9]) {
      const { domain } = scoreScale([score, score]);
      expect(domain[0]).to.be.below(score);
      expect(domain[1]).to.be.above(score);
    }
  });
});

describe("parameterScale", () => {
  it("is logarithmic for what was drawn by orders of magnitude, linear for the rest", () => {
    const steps = Array.from({ length: 21 }, (_, index) => index / 20);
    expect(parameterScale(steps.map((step) => 10 ** (3 * step - 4)))).to.equal("log");
    for (const values of [steps, steps.map((step) => 0.01 + step), [8, 64, 128], [-1, 100], [3]]) {
      expect(parameterScale(values)).to.equal("linear");
    }
  });
});

describe("jitter", () => {
  it("gives every point another place, within the bounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (count) => {
        const places = Array.from({ length: count }, (_, index) => jitter(index, count));
        expect(new Set(places).size).to.equal(count);
        expect(Math.max(...places.map(Math.abs))).to.be.below(1);
      }),
    );
  });

  it("leaves a single point in the middle", () => {
    expect(jitter(0, 1)).to.equal(0);
  });
});
