import { expect } from "chai";

import { normalBelow, normalQuantile } from "../../../../src/core/analysis/probability/normal.ts";
import { readGolden } from "../../../support/golden.ts";

type Pairs = readonly (readonly [number, number])[];
const golden = readGolden<{ normalBelow: Pairs; normalQuantile: Pairs }>("probability");

describe("normalBelow", () => {
  it("agrees with SciPy to 13 digits, far tails included", () => {
    for (const [z, p] of golden.normalBelow) {
      expect(normalBelow(z) / p, `z = ${z}`).to.be.closeTo(1, 1e-13);
    }
  });

  it("is 0 and 1 at the infinities, and NaN of NaN", () => {
    expect([-Infinity, Infinity, NaN].map(normalBelow)).to.deep.equal([0, 1, NaN]);
  });
});

describe("normalQuantile", () => {
  it("agrees with SciPy to 13 digits, far tails included", () => {
    for (const [p, z] of golden.normalQuantile) {
      expect(normalQuantile(p), `p = ${p}`).to.be.closeTo(z, 1e-13 * (1 + Math.abs(z)));
    }
  });

  it("is infinite at 0 and 1, and NaN outside", () => {
    expect([0, 1, -0.1, 1.1, NaN].map(normalQuantile)).to.deep.equal([
      -Infinity,
      Infinity,
      NaN,
      NaN,
      NaN,
    ]);
  });
});
