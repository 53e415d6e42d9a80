import { expect } from "chai";
import fc from "fast-check";

import { mean, score } from "../../../src/core/analysis/score.ts";
import type { Column } from "../../../src/core/recording/columns.ts";
import { AGGREGATIONS } from "../../../src/core/search/search-facts.ts";

/** A column in which undefined is missing. */
function column(...values: readonly (number | undefined)[]): Column {
  return {
    values: Float64Array.from(values, (value) => value ?? NaN),
    recorded: Uint8Array.from(values, (value) => (value === undefined ? 0 : 1)),
  };
}

const scores = (of: Column, x?: Column) => AGGREGATIONS.map((name) => score(of, name, x));

describe("score", () => {
  it("aggregates in each of the ways", () => {
    expect(AGGREGATIONS).to.deep.equal(["min", "max", "avg", "last", "mean_on_last_20_percents"]);
    const ten = column(9, 1, 2, 3, 4, 5, 6, 7, 8, 10);
    expect(scores(ten)).to.deep.equal([1, 10, 5.5, 10, 9]);
  });

  it("takes the last 20 % of the values from place floor(0.8 n)", () => {
    const of = (n: number) =>
      score(column(...Array.from({ length: n }, (_, i) => i)), "mean_on_last_20_percents");
    expect([1, 2, 4, 5, 6, 10, 11].map(of)).to.deep.equal([0, 1, 3, 4, 4.5, 8.5, 9]);
  });

  it("takes the last 20 % of the range of x if there is one", () => {
    const x = column(0, 10, 79, 80, 100, undefined, NaN);
    const y = column(1, 2, 4, 8, 16, 32, 64);
    expect(score(y, "mean_on_last_20_percents", x)).to.equal(12);
    expect(score(y, "mean_on_last_20_percents", column(5, 5, 5, 5, 5, 5, 5))).to.equal(127 / 7);
    expect(score(y, "last", x), "x is for the last 20 % only").to.equal(64);
  });

  it("finds the last value in any range of x", () => {
    const x = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(x, (x) => {
        const y = x.map(() => 3);
        expect(score(column(...y), "mean_on_last_20_percents", column(...x))).to.equal(3);
      }),
    );
  });

  it("skips rows without the metric, and is undefined without any", () => {
    expect(scores(column(undefined, 3, undefined))).to.deep.equal([3, 3, 3, 3, 3]);
    expect(scores(column(undefined))).to.deep.equal(Array<undefined>(5).fill(undefined));
    expect(scores(column())).to.deep.equal(Array<undefined>(5).fill(undefined));
  });

  it("is NaN where a NaN counts, and only there", () => {
    expect(scores(column(1, NaN, 3, 4, 5, 6))).to.deep.equal([NaN, NaN, NaN, 6, 5.5]);
    expect(scores(column(1, 2, 3, 4, 5, NaN))).to.deep.equal([NaN, NaN, NaN, NaN, NaN]);
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
