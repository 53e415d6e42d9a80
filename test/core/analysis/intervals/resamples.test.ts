import { expect } from "chai";

import {
  countDistinctResamples,
  makeResamples,
} from "../../../../src/core/analysis/intervals/resamples.ts";

describe("countDistinctResamples", () => {
  it("is C(2n - 1, n)", () => {
    expect([1, 2, 3, 4, 5, 8, 10].map(countDistinctResamples)).to.deep.equal([
      1, 3, 10, 35, 126, 6435, 92378,
    ]);
  });
});

describe("makeResamples", () => {
  for (const n of [1, 2, 3, 5, 8]) {
    it(`has all distinct resamples of ${n}, each once, with probabilities that add up to 1`, () => {
      const { count, draws, weights } = makeResamples(n, 10_000, 0);
      const rows = rowsOf(draws, n);
      expect(rows).to.have.length(count).and.length(countDistinctResamples(n));
      expect(new Set(rows.map(String)).size).to.equal(count);
      expect(rows.every((row) => row.reduce((sum, times) => sum + times) === n)).to.equal(true);
      expect(weights?.reduce((sum, weight) => sum + weight)).to.be.closeTo(1, 1e-12);
    });
  }

  it("weighs a resample by the orders in which it can be drawn", () => {
    const { draws, weights } = makeResamples(3, 10_000, 0);
    const weightOf = (row: string) => weights?.[rowsOf(draws, 3).map(String).indexOf(row)] ?? NaN;
    expect(27 * weightOf("1,1,1")).to.be.closeTo(6, 1e-12);
    expect(27 * weightOf("0,2,1")).to.be.closeTo(3, 1e-12);
    expect(27 * weightOf("0,0,3")).to.be.closeTo(1, 1e-12);
  });

  it("draws where there are too many: evenly, and the same for the same seed", () => {
    const { count, draws, weights } = makeResamples(20, 10_000, 7);
    expect({ count, weights }).to.deep.equal({ count: 10_000, weights: undefined });
    const rows = rowsOf(draws, 20);
    for (let i = 0; i < 20; i++) {
      const drawn = rows.reduce((sum, row) => sum + (row[i] ?? NaN), 0);
      // 200,000 draws, each of 20 values with a standard deviation of 97.
      expect(drawn).to.be.closeTo(10_000, 5 * 97);
    }
    expect(makeResamples(20, 10_000, 7).draws).to.deep.equal(draws);
    expect(makeResamples(20, 10_000, 8).draws).to.not.deep.equal(draws);
  });

  it("refuses to resample nothing, and more than it can count", () => {
    for (const n of [0, -1, 2.5, NaN, 65_536]) {
      expect(() => makeResamples(n, 10, 0)).to.throw(RangeError);
    }
  });
});

function rowsOf(draws: Uint16Array, n: number): readonly (readonly number[])[] {
  return Array.from({ length: draws.length / n }, (_, row) => [
    ...draws.slice(row * n, (row + 1) * n),
  ]);
}
