import { expect } from "chai";
import fc from "fast-check";

import {
  adjustHolm,
  compareMeans,
  comparePairs,
} from "../../../../src/core/analysis/comparison/compare-means.ts";
import { readGolden } from "../../../support/golden.ts";

type Tested = {
  a: readonly number[];
  b: readonly number[];
  t: number;
  p: number;
  interval: readonly [number, number];
  permutation: number;
};
const golden = readGolden<{
  unpaired: readonly (Tested & {
    degreesOfFreedom: number;
    effectSize: number;
    superiority: number;
  })[];
  paired: readonly Tested[];
  holm: { ps: readonly number[]; adjusted: readonly number[] };
}>("comparison");

describe("compareMeans", () => {
  it("gives SciPy's Welch test, its interval, its exact permutation test and effect sizes", () => {
    for (const { a, b, ...expected } of golden.unpaired) {
      const { test, permutation, effectSize, superiority } = compareMeans(a, b);
      expect(test?.t).to.be.closeTo(expected.t, 1e-10);
      expect(test?.degreesOfFreedom).to.be.closeTo(expected.degreesOfFreedom, 1e-10);
      expect(test?.p).to.be.closeTo(expected.p, 1e-10);
      expect(test?.interval.low).to.be.closeTo(expected.interval[0], 1e-9);
      expect(test?.interval.high).to.be.closeTo(expected.interval[1], 1e-9);
      expect(permutation?.isExact).to.equal(true);
      expect(permutation?.p).to.be.closeTo(expected.permutation, 1e-12);
      expect(effectSize).to.be.closeTo(expected.effectSize, 1e-10);
      expect(superiority).to.be.closeTo(expected.superiority, 1e-12);
    }
  });

  it("turns round with the samples", () => {
    const scores = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const [there, back] = [compareMeans(a, b), compareMeans(b, a)];
        expect(back.difference).to.be.closeTo(-there.difference, 1e-12);
        expect(back.test === undefined).to.equal(there.test === undefined);
        expect(back.test?.p ?? 0).to.be.closeTo(there.test?.p ?? 0, 1e-12);
        expect(back.permutation?.p).to.be.closeTo(there.permutation?.p ?? NaN, 1e-12);
      }),
    );
  });

  it("says nothing of chance where nothing varies or a sample has one score", () => {
    expect(compareMeans([1, 1, 1], [2, 2])).to.deep.include({
      difference: -1,
      test: undefined,
      effectSize: undefined,
      superiority: 0,
    });
    expect(compareMeans([1], [2, 3, 4])).to.deep.include({ difference: -2, test: undefined });
    expect(compareMeans([1], [2])).to.deep.include({ permutation: undefined });
  });

  it("has no numbers for scores that are not finite, and for none", () => {
    for (const [a, b] of [
      [
        [1, NaN],
        [2, 3],
      ],
      [[], [1, 2]],
      [[1, 2], [Infinity]],
    ] as const) {
      const { difference, test, permutation, superiority } = compareMeans(a, b);
      expect({ difference, test, permutation, superiority }).to.deep.equal({
        difference: NaN,
        test: undefined,
        permutation: undefined,
        superiority: undefined,
      });
    }
  });

  it("tests variances of any size", () => {
    const tiny = (scores: readonly number[]) => scores.map((score) => score * 1e-100);
    const [a, b] = [
      [1, 2, 3],
      [2, 4, 7],
    ];
    const found = compareMeans(tiny(a), tiny(b)).test;
    expect(found?.p).to.be.closeTo(compareMeans(a, b).test?.p ?? NaN, 1e-9);
  });
});

describe("comparePairs", () => {
  it("gives SciPy's paired test, its interval and its exact permutation test", () => {
    for (const { a, b, t, p, interval, permutation } of golden.paired) {
      const found = comparePairs(a.map((one, index) => [one, b[index] ?? NaN]));
      expect(found.test?.t).to.be.closeTo(t, 1e-10);
      expect(found.test?.p).to.be.closeTo(p, 1e-10);
      expect(found.test?.interval.low).to.be.closeTo(interval[0], 1e-9);
      expect(found.test?.interval.high).to.be.closeTo(interval[1], 1e-9);
      expect(found.permutation?.p).to.be.closeTo(permutation, 1e-12);
    }
  });

  it("has no numbers of none", () => {
    expect(comparePairs([])).to.deep.include({ difference: NaN, test: undefined });
  });
});

describe("adjustHolm", () => {
  it("gives the adjusted values of statsmodels", () => {
    for (const [index, p] of adjustHolm(golden.holm.ps).entries()) {
      expect(p).to.be.closeTo(golden.holm.adjusted[index] ?? NaN, 1e-12);
    }
  });

  it("never lowers a value, keeps their order, and leaves a single one alone", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const adjusted = adjustHolm(ps);
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).to.be.within(p, 1);
          for (const [j, other] of ps.entries()) {
            if (p <= other) expect(adjusted[i]).to.be.at.most(adjusted[j] ?? NaN);
          }
        }
      }),
    );
    expect(adjustHolm([0.03])).to.deep.equal([0.03]);
    expect(adjustHolm([])).to.deep.equal([]);
  });
});
