import { expect } from "chai";

import { incompleteBeta, lnGamma } from "../../../../src/core/analysis/probability/beta.ts";
import { readGolden } from "../../../support/golden.ts";

const golden = readGolden<{
  incompleteBeta: readonly (readonly [number, number, number, number])[];
  lnGamma: readonly (readonly [number, number])[];
}>("probability");

describe("incompleteBeta", () => {
  it("agrees with SciPy to 12 digits", () => {
    for (const [x, a, b, value] of golden.incompleteBeta) {
      const ours = incompleteBeta(x, 1 - x, a, b);
      expect(ours, `x = ${x}, a = ${a}, b = ${b}`).to.be.closeTo(value, 1e-12 * value);
    }
  });

  it("is 0 at 0 and 1 at 1", () => {
    expect([incompleteBeta(0, 1, 2, 3), incompleteBeta(1, 0, 2, 3)]).to.deep.equal([0, 1]);
  });
});

describe("lnGamma", () => {
  it("agrees with SciPy to 14 digits", () => {
    for (const [x, value] of golden.lnGamma) {
      expect(lnGamma(x), `x = ${x}`).to.be.closeTo(value, 1e-14 * (1 + Math.abs(value)));
    }
  });
});
