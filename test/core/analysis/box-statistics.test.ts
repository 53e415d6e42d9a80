import { expect } from "chai";
import fc from "fast-check";

import { boxStatistics, quantile } from "../../../src/core/analysis/box-statistics.ts";

describe("quantile", () => {
  it("interpolates as R's type 7", () => {
    const sorted = [1, 2, 4, 8, 16];
    expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantile(sorted, q))).to.deep.equal(sorted);
    expect(quantile([1, 2, 4, 8], 0.25)).to.equal(1.75);
    expect(quantile([3], 0.75)).to.equal(3);
  });
});

describe("boxStatistics", () => {
  it("ends the whiskers at the last values within 1.5 heights of the box", () => {
    expect(boxStatistics([-7, 1, 2, 3, 4, 5, 30])).to.deep.equal({
      lowerQuartile: 1.5,
      median: 3,
      upperQuartile: 4.5,
      lowerWhisker: 1,
      upperWhisker: 5,
    });
  });

  it("keeps its numbers in order and within the values", () => {
    const finite = fc.double({ noNaN: true, min: -1e100, max: 1e100 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const box = boxStatistics(values);
        const numbers = [
          Math.min(...values),
          box.lowerWhisker,
          box.lowerQuartile,
          box.median,
          box.upperQuartile,
          box.upperWhisker,
          Math.max(...values),
        ];
        for (const [index, number] of numbers.slice(1).entries()) {
          const slack = 1e-15 * Math.abs(number);
          expect(numbers[index]).to.be.at.most(number + slack);
        }
      }),
    );
  });

  it("refuses nothing and NaN", () => {
    expect(() => boxStatistics([])).to.throw(RangeError);
    expect(() => boxStatistics([1, NaN])).to.throw(RangeError);
  });
});
