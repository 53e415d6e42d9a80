import { expect } from "chai";
import fc from "fast-check";

import { bestOfN, bestSoFar } from "../../../../src/core/analysis/searches/best-of-n.ts";
import { readGolden } from "../../../support/golden.ts";

const golden = readGolden<{
  bestOf: {
    scores: readonly number[];
    rows: readonly (readonly [number, number, number, number, number])[];
  };
}>("comparison").bestOf;

describe("bestOfN", () => {
  it("is the mean and the quartiles of the best over all subsets, counted one by one", () => {
    const most = bestOfN(golden.scores, "maximise");
    const least = bestOfN(golden.scores, "minimise");
    for (const [index, [expected, low, median, high, lowest]] of golden.rows.entries()) {
      expect(most.expected[index]).to.be.closeTo(expected, 1e-12);
      expect([
        most.lowerQuartile[index],
        most.median[index],
        most.upperQuartile[index],
      ]).to.deep.equal([low, median, high]);
      expect(least.expected[index]).to.be.closeTo(lowest, 1e-12);
    }
    expect([...most.size]).to.deep.equal(golden.rows.map((_, index) => index + 1));
    expect(most.reliableUpTo).to.equal(5);
  });

  it("is unbiased: the mean over many searches is the true one", () => {
    // Evenly spaced scores stand for the uniform distribution, whose best of n is n / (n + 1).
    const scores = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    const { expected } = bestOfN(scores, "maximise");
    for (const n of [1, 2, 10, 20]) expect(expected[n - 1]).to.be.closeTo(n / (n + 1), 0.001);
  });

  it("rises from the mean to the best, and is that score where all are equal", () => {
    const scores = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(scores, (scores) => {
        const { expected, lowerQuartile, median, upperQuartile } = bestOfN(scores, "maximise");
        const slack = 1e-6;
        for (const [index, value] of expected.entries()) {
          expect(value).to.be.at.least((expected[index - 1] ?? -Infinity) - slack);
          expect(lowerQuartile[index]).to.be.at.most(median[index] ?? NaN);
          expect(median[index]).to.be.at.most(upperQuartile[index] ?? NaN);
        }
        expect(expected[0]).to.be.closeTo(
          scores.reduce((sum, one) => sum + one / scores.length, 0),
          slack,
        );
        expect(expected.at(-1)).to.be.closeTo(Math.max(...scores), slack);
      }),
    );
    expect([...bestOfN([0.1, 0.1, 0.1], "minimise").expected]).to.deep.equal([0.1, 0.1, 0.1]);
  });

  it("is empty of nothing, and refuses scores that are not finite", () => {
    expect(bestOfN([], "maximise").expected).to.have.length(0);
    expect(() => bestOfN([1, NaN], "maximise")).to.throw(RangeError);
    expect(() => bestOfN([-Infinity], "maximise")).to.throw(RangeError);
  });
});

describe("bestSoFar", () => {
  it("keeps the best in the order of trials, failures leaving it as it was", () => {
    const scores = [undefined, 3, NaN, 2, Infinity, 5, 4];
    expect([...bestSoFar(scores, "maximise")]).to.deep.equal([NaN, 3, 3, 3, 3, 5, 5]);
    expect([...bestSoFar(scores, "minimise")]).to.deep.equal([NaN, 3, 3, 2, 2, 2, 2]);
  });
});
