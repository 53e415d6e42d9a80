import { expect } from "chai";

import {
  distinctSeries,
  lookOf,
  looksOf,
  MAX_SERIES,
} from "../../../src/core/figures/series-look.ts";

describe("distinctSeries", () => {
  it("has each label once, where it comes first", () => {
    const series = ["mlp", "softmax", "softmax", "mlp"].map((label) => ({ label }));
    expect(distinctSeries(series).map(({ label }) => label)).to.deep.equal(["mlp", "softmax"]);
  });
});

describe("lookOf", () => {
  it("gives no two of dozens of series the same look, with or without colours for neighbours", () => {
    const looks = Array.from({ length: 42 }, (_, index) => JSON.stringify(lookOf(index)));
    expect(new Set(looks).size).to.equal(looks.length);
    expect(lookOf(MAX_SERIES).colour).to.equal(lookOf(0).colour);
    expect(lookOf(MAX_SERIES).shape).not.to.equal(lookOf(0).shape);
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
