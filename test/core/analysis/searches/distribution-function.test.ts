import { expect } from "chai";

import { distributionFunction } from "../../../../src/core/analysis/searches/distribution-function.ts";

describe("distributionFunction", () => {
  it("steps at each value by its share, ties in one step", () => {
    const { x, share, n } = distributionFunction([2, 1, 2, 5]);
    expect([[...x], [...share], n]).to.deep.equal([[1, 2, 5], [0.25, 0.75, 1], 4]);
  });

  it("has no steps of nothing, and refuses values that are not finite", () => {
    expect(distributionFunction([]).x).to.have.length(0);
    expect(() => distributionFunction([NaN])).to.throw(RangeError);
  });
});
