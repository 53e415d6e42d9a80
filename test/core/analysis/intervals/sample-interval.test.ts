import { expect } from "chai";
import fc from "fast-check";

import {
  describeInterval,
  INTERVAL_METHODS,
  type IntervalMethod,
  intervalFinder,
  sampleInterval,
} from "../../../../src/core/analysis/intervals/sample-interval.ts";
import { summariseSeeds } from "../../../../src/core/analysis/seed-summary.ts";
import { numbers, readGolden, xorshift } from "../../../support/golden.ts";

type Ends = readonly [number, number];
const golden = readGolden<{
  exact: readonly {
    values: readonly number[];
    intervals: readonly {
      statistic: "mean" | "median";
      method: IntervalMethod;
      coverage: number;
      interval: Ends;
    }[];
  }[];
  drawn: readonly {
    values: readonly number[];
    intervals: readonly { method: IntervalMethod; interval: Ends }[];
  }[];
  student: readonly {
    values: readonly number[];
    intervals: readonly { coverage: number; interval: Ends }[];
  }[];
}>("intervals");
const pivotal = readGolden<{
  pivotal: readonly { values: readonly number[]; mean: Ends; deviation: Ends }[];
}>("bootstrapped_package").pivotal;

const values = (max: number) =>
  fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: max });
const settings = fc.record({
  method: fc.constantFrom(...INTERVAL_METHODS),
  coverage: fc.constantFrom(0.5, 0.9, 0.95),
  resamples: fc.constant(500),
});

describe("sampleInterval", () => {
  it("gives SciPy's t intervals", () => {
    for (const { values, intervals } of golden.student) {
      for (const { coverage, interval } of intervals) {
        expectEnds(sampleInterval(values, { coverage }), interval, 1e-9);
      }
    }
  });

  it("gives the t interval of the seeds' summary", () => {
    const scores = [0.2, 0.7, 0.4, 0.5];
    const { interval, mean } = summariseSeeds(scores);
    expect(sampleInterval(scores)).to.deep.equal({ n: 4, estimate: mean, interval });
  });

  it("gives what SciPy reads from all n^n resamples of few values", () => {
    for (const { values, intervals } of golden.exact) {
      for (const { interval, ...settings } of intervals) {
        const found = sampleInterval(values, settings);
        expectEnds(found, interval, 1e-9, JSON.stringify({ n: values.length, ...settings }));
      }
    }
  });

  it("nears SciPy's intervals from 400,000 resamples with 10,000", () => {
    for (const { values, intervals } of golden.drawn) {
      const error = monteCarloError(values, 10_000);
      for (const { method, interval } of intervals) {
        expectEnds(sampleInterval(values, { method }), interval, 4 * error, method);
      }
    }
  });

  it("agrees with the pivotal intervals of the package `bootstrapped` within their error", () => {
    for (const { values, mean, deviation } of pivotal) {
      const { interval } = sampleInterval(values, { method: "basic" });
      // The package's error over √40, and ours: none up to 8 values, as large as its one from there.
      const slack = values.length <= 8 ? 2 : 4;
      expect(interval?.low).to.be.closeTo(mean[0], slack * deviation[0]);
      expect(interval?.high).to.be.closeTo(mean[1], slack * deviation[1]);
    }
  });

  it("counts all resamples of 8 values in less work than drawing, and needs no seed for them", () => {
    const eight = numbers(8, xorshift(1));
    const of = (seed: number) => sampleInterval(eight, { method: "bca", seed });
    expect(of(1)).to.deep.equal(of(2));
  });

  it("depends on the seed only where resamples are drawn, and then to the last bit", () => {
    const many = numbers(25, xorshift(1));
    const of = (seed: number) => sampleInterval(many, { seed }).interval;
    expect(of(1)).to.deep.equal(of(1)).and.not.deep.equal(of(2));
  });

  it("does not depend on the order of the values", () => {
    fc.assert(
      fc.property(values(25), fc.func(fc.nat()), settings, (values, key, settings) => {
        const shuffled = [...values].sort((a, b) => key(a) - key(b));
        expect(sampleInterval(shuffled, settings)).to.deep.equal(sampleInterval(values, settings));
      }),
      { numRuns: 50 },
    );
  });

  it("moves with the values, grows with them, and turns round with them", () => {
    fc.assert(
      fc.property(values(9), settings, (values, given) => {
        // All resamples: drawn ones would be those of other values when the order turns round.
        const settings = { ...given, resamples: 100_000 };
        const { interval } = sampleInterval(values, settings);
        const moved = sampleInterval(
          values.map((value) => 3 * value + 700),
          settings,
        ).interval;
        const turned = sampleInterval(
          values.map((value) => -value),
          settings,
        ).interval;
        if (!interval || !moved || !turned) throw new Error("Expected intervals");
        const slack = 1e-9 * (1 + Math.abs(interval.low) + Math.abs(interval.high));
        expect(moved.low).to.be.closeTo(3 * interval.low + 700, 10 * slack);
        expect(moved.high).to.be.closeTo(3 * interval.high + 700, 10 * slack);
        expect(turned.low).to.be.closeTo(-interval.high, slack);
        expect(turned.high).to.be.closeTo(-interval.low, slack);
      }),
      { numRuns: 30 },
    );
  });

  it("stays within the values by percentile and BCa, around the mean by t", () => {
    fc.assert(
      fc.property(values(25), settings, (values, settings) => {
        const { estimate, interval } = sampleInterval(values, settings);
        if (!interval) throw new Error("Expected an interval");
        expect(interval.low).to.be.at.most(interval.high);
        const { method } = settings;
        if (method === "t") {
          expect(interval.low).to.be.at.most(estimate);
          expect(interval.high).to.be.at.least(estimate);
        }
        if (method === "percentile" || method === "bca") {
          expect(interval.low).to.be.at.least(Math.min(...values) - 1e-9);
          expect(interval.high).to.be.at.most(Math.max(...values) + 1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });

  for (const method of INTERVAL_METHODS) {
    it(`has no width by ${method} if all values are equal`, () => {
      for (const n of [3, 5, 25]) {
        const { estimate, interval } = sampleInterval(Array<number>(n).fill(0.1), { method });
        expect({ estimate, interval }).to.deep.equal({
          estimate: 0.1,
          interval: { low: 0.1, high: 0.1 },
        });
      }
    });

    it(`is NaN without interval by ${method} for values that are not finite, and for none`, () => {
      for (const values of [[], [1, 2, NaN, 4], [1, Infinity, 3], [NaN]]) {
        const { estimate, interval } = sampleInterval(values, { method });
        expect({ estimate, interval }).to.deep.equal({ estimate: NaN, interval: undefined });
      }
    });
  }

  it("has an estimate and no interval for one value and two", () => {
    expect(sampleInterval([7])).to.deep.equal({ n: 1, estimate: 7, interval: undefined });
    expect(sampleInterval([7, 9], { method: "basic" })).to.deep.equal({
      n: 2,
      estimate: 8,
      interval: undefined,
    });
  });

  it("refuses settings that make no sense", () => {
    for (const settings of [
      { coverage: 1 },
      { coverage: 0 },
      { coverage: NaN },
      { resamples: 0 },
      { resamples: 2.5 },
      { statistic: "median", method: "t" },
      { statistic: "median", method: "bca" },
    ] as const) {
      expect(() => intervalFinder(settings)).to.throw(RangeError);
    }
  });
});

describe("describeInterval", () => {
  it("says which interval it is, of how many, and how it was made", () => {
    expect(describeInterval(5)).to.equal("95 % t interval, n = 5");
    expect(describeInterval(5, { method: "bca", coverage: 0.9 })).to.equal(
      "90 % BCa bootstrap interval (all 126 resamples), n = 5, too narrow for so few",
    );
    expect(describeInterval(20)).to.equal(
      "95 % percentile bootstrap interval (10,000 resamples, seed 0), n = 20",
    );
    expect(describeInterval(6, { statistic: "median" })).to.equal(
      "95 % percentile bootstrap interval of the median (all 462 resamples), n = 6, too narrow for so few",
    );
    expect(describeInterval(2)).to.equal("no interval, n = 2: it takes 3 seeds");
  });
});

function expectEnds(
  { interval }: { interval: { low: number; high: number } | undefined },
  [low, high]: Ends,
  slack: number,
  message = "",
): void {
  expect(interval?.low, message).to.be.closeTo(low, slack);
  expect(interval?.high, message).to.be.closeTo(high, slack);
}

/** Standard error of a 2.5 % quantile of so many means, as if they were normal. */
function monteCarloError(values: readonly number[], resamples: number): number {
  const { standardError = NaN } = summariseSeeds(values);
  return (standardError * Math.sqrt((0.025 * 0.975) / resamples)) / 0.0584;
}
