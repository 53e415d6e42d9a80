import { expect } from "chai";
import fc from "fast-check";

import {
  curveOf,
  meanHeight,
  timeToThreshold,
  valueAt,
} from "../../../../src/core/analysis/curves/curve.ts";
import { column, curve } from "../../../support/columns.ts";

describe("curveOf", () => {
  it("takes the recorded rows by ascending x, the last of those with the same x", () => {
    const x = column(3, 1, 2, 2, undefined, NaN, 5);
    const y = column(30, 10, 20, 21, 40, 50, undefined);
    expect(curveOf(y, x)).to.deep.equal(curve([1, 10], [2, 21], [3, 30]));
  });

  it("counts rows where there is no x", () => {
    expect(curveOf(column(7, undefined, 9))).to.deep.equal(curve([0, 7], [2, 9]));
  });

  it("keeps where the run diverged", () => {
    expect(curveOf(column(1, NaN, Infinity))).to.deep.equal(curve([0, 1], [1, NaN], [2, Infinity]));
  });
});

describe("valueAt", () => {
  const line = curve([0, 0], [10, 1], [20, NaN], [30, 3]);

  it("takes what was recorded, and goes straight between", () => {
    expect([0, 5, 10, 30].map((x) => valueAt(line, x))).to.deep.equal([0, 0.5, 1, 3]);
  });

  it("is NaN beside a NaN", () => {
    expect([15, 20, 25].map((x) => valueAt(line, x))).to.deep.equal([NaN, NaN, NaN]);
  });

  it("is undefined outside the recorded range", () => {
    expect([-1, 31, NaN].map((x) => valueAt(line, x))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(valueAt(curve(), 0)).to.equal(undefined);
  });

  it("stays between the neighbours, whatever they are", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        number,
        number,
        number,
        number,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x0, x1, y0, y1, part) => {
          fc.pre(x0 < x1);
          const x = Math.min(x1, Math.max(x0, (1 - part) * x0 + part * x1));
          const y = valueAt(curve([x0, y0], [x1, y1]), x) ?? NaN;
          const slack = 1e-15 * Math.max(Math.abs(y0), Math.abs(y1)) + Number.MIN_VALUE;
          expect(y).to.be.at.least(Math.min(y0, y1) - slack);
          expect(y).to.be.at.most(Math.max(y0, y1) + slack);
        },
      ),
    );
  });
});

describe("meanHeight", () => {
  it("is the trapezoidal area over the range of x, steps uneven or not", () => {
    expect(meanHeight(curve([0, 0], [1, 2], [4, 2]))).to.be.closeTo((1 + 6) / 4, 1e-15);
    expect(meanHeight(curve([5, 3]))).to.equal(3);
    expect(meanHeight(curve())).to.equal(undefined);
    expect(meanHeight(curve([0, 1], [1, NaN]))).to.deep.equal(NaN);
  });

  it("does not change with the unit of x or points on the line", () => {
    expect(meanHeight(curve([0, 1], [10, 5], [30, 5]))).to.be.closeTo(
      meanHeight(curve([-1, 1], [-0.75, 3], [-0.5, 5], [0.5, 5])) ?? NaN,
      1e-15,
    );
  });
});

describe("timeToThreshold", () => {
  const learning = curve([0, 0.1], [100, 0.9], [200, 0.8], [300, 0.95]);

  it("is the first recorded x that is as good, by direction", () => {
    expect(timeToThreshold(learning, 0.85, "maximise")).to.equal(100);
    expect(timeToThreshold(learning, 0.95, "maximise"), "equal is reached").to.equal(300);
    expect(timeToThreshold(learning, 0.1, "minimise")).to.equal(0);
  });

  it("is undefined if it is never reached, NaN never counting", () => {
    expect(timeToThreshold(learning, 0.96, "maximise")).to.equal(undefined);
    expect(timeToThreshold(curve([0, NaN]), 0, "minimise")).to.equal(undefined);
  });
});
