import { expect } from "chai";
import fc from "fast-check";

import { describeAggregation, mean, score } from "../../../src/core/analysis/score.ts";
import type { Column } from "../../../src/core/recording/growing-column.ts";
import { AGGREGATIONS } from "../../../src/core/search/aggregation.ts";
import { column } from "../../support/columns.ts";

const scores = (of: Column, x?: Column) =>
  AGGREGATIONS.map((name) => score(of, name, { x, direction: "minimise" }));

describe("score", () => {
  it("aggregates in each of the ways", () => {
    expect(AGGREGATIONS).to.deep.equal([
      "min",
      "max",
      "avg",
      "last",
      "mean_on_last_20_percents",
      "best",
      "auc",
    ]);
    const ten = column(9, 1, 2, 3, 4, 5, 6, 7, 8, 10);
    expect(scores(ten)).to.deep.equal([1, 10, 5.5, 10, 9, 1, 45.5 / 9]);
  });

  it("takes the best value by direction", () => {
    const y = column(3, 1, 2);
    expect(score(y, "best", { direction: "maximise" })).to.equal(3);
    expect(score(y, "best", { direction: "minimise" })).to.equal(1);
  });

  it("takes the value at an x, between recordings too, and none beyond them", () => {
    const [x, y] = [column(0, 10, 20), column(1, 2, 4)];
    const at = (place: number) => score(y, `at_x=${place}`, { x });
    expect([0, 5, 15, 20, 21, -1].map(at)).to.deep.equal([1, 1.5, 3, 4, undefined, undefined]);
    expect(score(y, "at_x=0.5"), "without x, rows").to.equal(1.5);
  });

  it("takes the time to a threshold: infinite if it is never reached", () => {
    const [x, y] = [column(0, 10, 20), column(1, 2, 4)];
    const to = (threshold: number) =>
      score(y, `time_to_threshold=${threshold}`, { x, direction: "maximise" });
    expect([0, 1.5, 4, 5].map(to)).to.deep.equal([0, 10, 20, Infinity]);
    expect(score(column(undefined), "time_to_threshold=1", { direction: "maximise" })).to.equal(
      undefined,
    );
  });

  it("refuses what it cannot know", () => {
    expect(() => score(column(1), "best")).to.throw(RangeError);
    expect(() => score(column(1), "time_to_threshold=1")).to.throw(RangeError);
  });

  it("takes the last 20 % of the values from place floor(0.8 n)", () => {
    const of = (n: number) =>
      score(column(...Array.from({ length: n }, (_, i) => i)), "mean_on_last_20_percents");
    expect([1, 2, 4, 5, 6, 10, 11].map(of)).to.deep.equal([0, 1, 3, 4, 4.5, 8.5, 9]);
  });

  it("takes the last 20 % of the range of x if there is one", () => {
    const x = column(0, 10, 79, 80, 100, undefined, NaN);
    const y = column(1, 2, 4, 8, 16, 32, 64);
    expect(score(y, "mean_on_last_20_percents", { x })).to.equal(12);
    expect(score(y, "mean_on_last_20_percents", { x: column(5, 5, 5, 5, 5, 5, 5) })).to.equal(
      127 / 7,
    );
    expect(score(y, "last", { x }), "x is for the last 20 % only").to.equal(64);
  });

  it("finds the last value in any range of x", () => {
    const x = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(x, (x) => {
        const y = x.map(() => 3);
        expect(score(column(...y), "mean_on_last_20_percents", { x: column(...x) })).to.equal(3);
      }),
    );
  });

  it("skips rows without the metric, and is undefined without any", () => {
    expect(scores(column(undefined, 3, undefined))).to.deep.equal([3, 3, 3, 3, 3, 3, 3]);
    expect(scores(column(undefined))).to.deep.equal(Array<undefined>(7).fill(undefined));
    expect(scores(column())).to.deep.equal(Array<undefined>(7).fill(undefined));
  });

  it("is NaN where a NaN counts, and only there", () => {
    expect(scores(column(1, NaN, 3, 4, 5, 6))).to.deep.equal([NaN, NaN, NaN, 6, 5.5, NaN, NaN]);
    expect(scores(column(1, 2, 3, 4, 5, NaN))).to.deep.equal(Array<number>(7).fill(NaN));
  });
});

describe("describeAggregation", () => {
  it("says each in words, and its number", () => {
    for (const aggregation of AGGREGATIONS)
      expect(describeAggregation(aggregation)).to.match(/ |mean/);
    expect(describeAggregation("at_x=5e3")).to.equal("value at x = 5000");
    expect(describeAggregation("time_to_threshold=0.9")).to.equal(
      "first x at which 0.9 is reached",
    );
  });
});

describe("mean", () => {
  it("is exactly the value that all have", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer({ min: 1, max: 50 }), (value, n) => {
        expect(mean(Array<number>(n).fill(value))).to.equal(value);
      }),
    );
  });

  it("is NaN of nothing", () => {
    expect(mean([])).to.deep.equal(NaN);
  });
});
