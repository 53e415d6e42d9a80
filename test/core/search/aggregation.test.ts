import { expect } from "chai";
import fc from "fast-check";

import {
  isAggregation,
  needsDirection,
  parseAggregation,
  scoreDirection,
} from "../../../src/core/search/aggregation.ts";
import { AGGREGATIONS } from "../../../src/core/search/aggregation.ts";

describe("parseAggregation", () => {
  it("reads the plain ones, and those with a number", () => {
    expect(AGGREGATIONS.map((name) => parseAggregation(name)?.kind)).to.deep.equal(AGGREGATIONS);
    expect(parseAggregation("at_x=-1.5e3")).to.deep.equal({ kind: "at_x", x: -1500 });
    expect(parseAggregation("time_to_threshold=0.9")).to.deep.equal({
      kind: "time_to_threshold",
      threshold: 0.9,
    });
  });

  it("reads every number back that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(parseAggregation(`at_x=${x}`)).to.deep.equal({ kind: "at_x", x: x + 0 });
      }),
    );
  });

  it("is undefined for anything else", () => {
    for (const text of [
      "",
      "mean",
      "Min",
      "at_x",
      "at_x=",
      "at_x=a",
      "at_x=1e999",
      "at_x=0x1",
      "at_x=1.2.3",
      "min=3",
      " min",
      "constructor",
      "at_x= 1",
      "at_x=Infinity",
    ]) {
      expect(parseAggregation(text), text).to.equal(undefined);
      expect(isAggregation(text)).to.equal(false);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isAggregation(text)).to.equal(false);
      }),
    );
  });
});

describe("scoreDirection", () => {
  it("is the metric's, but short times are good", () => {
    const of = (aggregation: "best" | "time_to_threshold=3") =>
      scoreDirection({ aggregation, direction: "maximise" });
    expect([of("best"), of("time_to_threshold=3")]).to.deep.equal(["maximise", "minimise"]);
  });
});

describe("needsDirection", () => {
  it("holds for the best value and for times", () => {
    expect(["best", "time_to_threshold=1"].filter(isAggregation).every(needsDirection)).to.equal(
      true,
    );
    expect(["max", "at_x=1", "auc"].filter(isAggregation).some(needsDirection)).to.equal(false);
  });
});
