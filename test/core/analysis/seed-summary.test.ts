import { expect } from "chai";
import fc from "fast-check";

import { summariseSeeds } from "../../../src/core/analysis/seed-summary.ts";

const finite = fc.double({ noNaN: true, min: -1e100, max: 1e100 });

describe("summariseSeeds", () => {
  it("gives mean, sample deviation, standard error and t interval", () => {
    const { n, mean, sd, standardError, interval } = summariseSeeds([2, 4, 4, 4, 5, 5, 7, 9]);
    expect({ n, mean }).to.deep.equal({ n: 8, mean: 5 });
    expect(sd).to.be.closeTo(Math.sqrt(32 / 7), 1e-12);
    expect(standardError).to.be.closeTo(Math.sqrt(32 / 7 / 8), 1e-12);
    // 2.364624 is the table's value for 7 degrees of freedom.
    const half = 2.364624 * Math.sqrt(32 / 7 / 8);
    expect(interval?.low).to.be.closeTo(5 - half, 1e-5);
    expect(interval?.high).to.be.closeTo(5 + half, 1e-5);
  });

  it("has no interval for two seeds and no deviation for one", () => {
    expect(summariseSeeds([1, 3])).to.deep.include({ n: 2, mean: 2, interval: undefined });
    expect(summariseSeeds([1, 3]).sd).to.be.closeTo(Math.SQRT2, 1e-12);
    expect(summariseSeeds([7])).to.deep.equal({
      n: 1,
      mean: 7,
      sd: undefined,
      standardError: undefined,
      interval: undefined,
    });
  });

  it("has an interval of no width if all seeds are equal", () => {
    expect(summariseSeeds([0.1, 0.1, 0.1])).to.deep.include({
      mean: 0.1,
      sd: 0,
      interval: { low: 0.1, high: 0.1 },
    });
  });

  it("is NaN if a seed is not finite or there are none", () => {
    for (const scores of [[1, NaN, 2], [1, Infinity, 2], []]) {
      const summary = summariseSeeds(scores);
      expect(summary.mean).to.deep.equal(NaN);
      expect(summary.interval).to.equal(undefined);
    }
  });

  it("does not depend on the order of the seeds", () => {
    fc.assert(
      fc.property(fc.array(finite), fc.func(fc.nat()), (scores, key) => {
        const shuffled = [...scores].sort((a, b) => key(a) - key(b));
        expect(summariseSeeds(shuffled)).to.deep.equal(summariseSeeds(scores));
      }),
    );
  });
});
