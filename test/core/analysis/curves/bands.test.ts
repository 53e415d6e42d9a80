import { expect } from "chai";

import { bandOf } from "../../../../src/core/analysis/curves/bands.ts";
import { sampleInterval } from "../../../../src/core/analysis/intervals/sample-interval.ts";
import { curve } from "../../../support/columns.ts";

const three = [curve([0, 1], [10, 2]), curve([0, 2], [10, 6]), curve([0, 6], [10, 7])];
const ragged = [...three, curve([0, 3], [20, 5])];

describe("bandOf", () => {
  it("is the mean with the t interval of few seeds, at each x", () => {
    const { x, n, middle, low, high, caption } = bandOf(three);
    expect([[...x], [...n], [...middle]]).to.deep.equal([
      [0, 10],
      [3, 3],
      [3, 5],
    ]);
    for (const [index, values] of [
      [1, 2, 6],
      [2, 6, 7],
    ].entries()) {
      const { interval } = sampleInterval(values);
      expect({ low: low[index], high: high[index] }).to.deep.equal(interval);
    }
    expect(caption).to.equal("mean, 95 % t interval, n = 3");
  });

  it("takes at each x the seeds that reach it, and says how many", () => {
    const { x, n, middle, low, caption } = bandOf(ragged);
    expect([[...x], [...n], [...middle]]).to.deep.equal([
      [0, 10, 20],
      [4, 4, 1],
      [3, 4.75, 5],
    ]);
    expect(low[2], "one seed has no interval").to.deep.equal(NaN);
    expect(caption).to.equal("mean, 95 % t interval, n = 1 to 4");
  });

  it("has no middle where a seed diverged, and counts those", () => {
    const { diverged, middle, low } = bandOf([...three, curve([0, 1], [10, Infinity])]);
    expect([[...diverged], [...middle], low[1]]).to.deep.equal([[0, 1], [2.5, NaN], NaN]);
  });

  it("takes one method for all x: that for the fewest seeds", () => {
    const many = Array.from({ length: 25 }, (_, i) => curve([0, i], [10, 2 * i]));
    expect(bandOf(many).caption).to.contain("percentile bootstrap interval");
    const one = [...many, curve([0, 3], [20, 3])];
    expect(bandOf(one).caption).to.equal("mean, 95 % t interval, n = 1 to 26");
  });

  it("shows what is asked for", () => {
    const ends = (options: Parameters<typeof bandOf>[1]) => {
      const { low, high, middle, caption } = bandOf(three, options);
      return [middle[0], low[0], high[0], caption];
    };
    const error = Math.sqrt(7 / 3);
    expect(ends({ spread: { kind: "stderr" } })).to.deep.equal([
      3,
      3 - error,
      3 + error,
      "mean ± 1 standard error, n = 3",
    ]);
    expect(
      ends({ spread: { kind: "quantiles", low: 0.25, high: 0.75 }, middle: "median" }),
    ).to.deep.equal([2, 1.5, 4, "median, 25 % to 75 % quantiles of the seeds, n = 3"]);
    expect(ends({ spread: { kind: "none" } })).to.deep.equal([
      3,
      NaN,
      NaN,
      "mean and all seeds, n = 3",
    ]);
    expect(ends({ spread: { kind: "interval", method: "basic", coverage: 0.9 } }).at(-1)).to.equal(
      "mean, 90 % basic bootstrap interval (all 10 resamples), n = 3, too narrow for so few",
    );
  });

  it("refuses a standard error around a median", () => {
    expect(() => bandOf(three, { middle: "median", spread: { kind: "stderr" } })).to.throw(
      RangeError,
    );
  });

  it("is empty of nothing", () => {
    const { x, middle, caption } = bandOf([]);
    expect([x.length, middle.length]).to.deep.equal([0, 0]);
    expect(caption).to.contain("n = 0");
  });
});
