import { expect } from "chai";

import {
  INTERVAL_METHODS,
  type IntervalMethod,
  intervalFinder,
} from "../../../../src/core/analysis/intervals/sample-interval.ts";
import { normalQuantile } from "../../../../src/core/analysis/probability/normal.ts";
import { numbers, readGolden, xorshift } from "../../../support/golden.ts";

const golden = readGolden<{
  coverage: readonly {
    n: number;
    trials: number;
    seed: number;
    covered: Readonly<Record<IntervalMethod, number>>;
  }[];
}>("intervals").coverage;

/** Intervals of normal samples should cover their true mean as often as they say. */
describe("coverage of intervals", () => {
  for (const { n, trials, seed, covered } of golden) {
    const random = xorshift(seed);
    const samples = Array.from({ length: trials }, () => numbers(n, random).map(normalQuantile));

    it(`is 95 % ± 1.5 % by t for n = ${n}`, () => {
      expect(coverageOf(samples, "t")).to.be.closeTo(0.95, 0.015);
    });

    for (const method of INTERVAL_METHODS) {
      it(`is SciPy's for the same ${trials} samples of ${n} by ${method}`, () => {
        const theirs = covered[method] / trials;
        expect(coverageOf(samples, method)).to.be.closeTo(theirs, method === "t" ? 0 : 0.01);
      });
    }
  }
});

function coverageOf(samples: readonly (readonly number[])[], method: IntervalMethod): number {
  const find = intervalFinder({ method, resamples: 2000 });
  const covering = samples.filter((sample) => {
    const { interval } = find(sample);
    return interval !== undefined && interval.low <= 0 && interval.high >= 0;
  });
  return covering.length / samples.length;
}
