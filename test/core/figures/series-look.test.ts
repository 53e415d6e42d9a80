import { expect } from "chai";

import { distinctSeries, lookOf, looksOf } from "../../../src/core/figures/series-look.ts";

describe("distinctSeries", () => {
  it("has each label once, where it comes first", () => {
    const series = ["mlp", "softmax", "softmax", "mlp"].map((label) => ({ label }));
    expect(distinctSeries(series).map(({ label }) => label)).to.deep.equal(["mlp", "softmax"]);
  });
});

describe("looksOf", () => {
  it("gives our looks in their order where nothing was chosen", () => {
    const own = [undefined, undefined, {}];
    expect(looksOf(own)).to.deep.equal([lookOf(0), lookOf(1), lookOf(2)]);
  });

  it("takes what was chosen, and no colour of ours that was", () => {
    const chosen = { colour: lookOf(0).colour.toLowerCase(), shape: "cross" };
    const [first, second] = looksOf([undefined, chosen]);
    expect(second).to.include(chosen);
    expect(first?.colour.toLowerCase()).not.to.equal(chosen.colour);
  });
});
