import { expect } from "chai";
import fc from "fast-check";

import { compareMeans } from "../../../../src/core/analysis/comparison/compare-means.ts";
import { optimismGap } from "../../../../src/core/analysis/searches/optimism.ts";
import { mean } from "../../../../src/core/analysis/score.ts";
import {
  fractionFrom,
  type RandomGenerator,
  seededGenerator,
} from "../../../../src/core/seeded-generator.ts";

describe("optimismGap", () => {
  it("is positive where the search promised too much, whichever direction is good", () => {
    const [better, worse] = [
      [0.9, 0.91, 0.92],
      [0.8, 0.81, 0.82],
    ];
    const high = optimismGap(better, worse, "maximise");
    expect(high.gap).to.be.closeTo(0.1, 1e-12);
    expect(high.verdict).to.equal("too-good");
    const low = optimismGap(worse, better, "minimise");
    expect(low.gap).to.be.closeTo(0.1, 1e-12);
    expect(low.interval?.low).to.be.closeTo(high.interval?.low ?? Number.NaN, 1e-12);
    expect(low.interval?.high).to.be.closeTo(high.interval?.high ?? Number.NaN, 1e-12);
    expect(optimismGap(worse, better, "maximise").verdict).to.equal("exceeded");
    expect(optimismGap([1, 2, 3], [1, 2, 3], "maximise").verdict).to.equal("kept");
  });

  it("has Welch's interval", () => {
    const [a, b] = [
      [3, 4, 5, 9],
      [1, 2, 4],
    ];
    expect(optimismGap(a, b, "maximise").interval).to.deep.equal(compareMeans(a, b).test?.interval);
  });

  it("has no verdict where one side has one seed or none, or diverged", () => {
    for (const other of [[], [1], [Number.NaN, 2]]) {
      expect(optimismGap([1, 2], other, "maximise")).to.include({ verdict: "unknown" });
    }
    expect(optimismGap([1, 2], [], "maximise").gap).to.be.NaN;
  });

  it("shows the luck of the best of 20 equal experiments, and none of a chosen one", () => {
    const random = seededGenerator("optimism");
    const gaps = { best: [] as number[], any: [] as number[] };
    for (let search = 0; search < 200; search += 1) {
      const experiments = Array.from({ length: 20 }, () => normals(random, 3));
      const best = experiments.reduce((a, b) => (mean(b) > mean(a) ? b : a));
      gaps.best.push(optimismGap(best, normals(random, 10), "maximise").gap);
      gaps.any.push(optimismGap(experiments[0] ?? [], normals(random, 10), "maximise").gap);
    }
    // The expected largest of 20 normal numbers is 1.867; of means of 3 that divided by √3.
    expect(mean(gaps.best)).to.be.closeTo(1.867 / Math.sqrt(3), 0.15);
    expect(mean(gaps.any)).to.be.closeTo(0, 0.15);
  });

  it("turns its sign with the direction", () => {
    const scores = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const [high, low] = [optimismGap(a, b, "maximise"), optimismGap(a, b, "minimise")];
        expect(low.gap).to.equal(-high.gap === 0 ? low.gap : -high.gap);
      }),
    );
  });
});

/** By the method of Box and Muller. */
function normals(random: RandomGenerator, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - fractionFrom(random)));
    return radius * Math.cos(2 * Math.PI * fractionFrom(random));
  });
}
