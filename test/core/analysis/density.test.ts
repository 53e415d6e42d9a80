import { expect } from "chai";

import { densityCurve } from "../../../src/core/analysis/density.ts";
import { readGolden } from "../../support/golden.ts";

const golden = readGolden<{
  density: readonly {
    values: readonly number[];
    rule: "scott" | "silverman";
    bandwidth: number;
    x: readonly number[];
    density: readonly number[];
  }[];
}>("comparison").density;

describe("densityCurve", () => {
  it("gives SciPy's gaussian_kde, by either rule", () => {
    for (const { values, rule, bandwidth, x, density } of golden) {
      const found = densityCurve(values, { rule, points: x.length });
      expect(found?.bandwidth).to.be.closeTo(bandwidth, 1e-12);
      for (const [index, at] of x.entries()) {
        expect(found?.x[index]).to.be.closeTo(at, 1e-12);
        expect(found?.density[index]).to.be.closeTo(density[index] ?? NaN, 1e-12);
      }
    }
  });

  it("has an area of 1 when it is drawn far enough", () => {
    const { x, density } = densityCurve([1, 2, 2, 7], { cut: 8, points: 2000 }) ?? {};
    const step = (x?.[1] ?? NaN) - (x?.[0] ?? NaN);
    expect(density?.reduce((sum, height) => sum + height * step, 0)).to.be.closeTo(1, 1e-6);
  });

  it("is undefined without two different values, and refuses those that are not finite", () => {
    expect([[], [1], [2, 2, 2]].map((values) => densityCurve(values))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(() => densityCurve([1, NaN])).to.throw(RangeError);
  });
});
