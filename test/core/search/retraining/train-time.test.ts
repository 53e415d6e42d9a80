import { expect } from "chai";
import fc from "fast-check";

import { findTrainTime, withTrainTime } from "../../../../src/core/search/retraining/train-time.ts";
import { UserError } from "../../../../src/errors.ts";

describe("findTrainTime", () => {
  const find = (config: Parameters<typeof findTrainTime>[0], key?: string, factor = 2) =>
    findTrainTime(config, factor, key, "ab1/experiment1");

  it("takes the description's keys in their order, those that hold a number", () => {
    expect(find({ max_steps: 10, max_episodes: 5 })).to.deep.equal({
      key: "max_episodes",
      factor: 2,
    });
    expect(find({ max_steps: 10, max_episodes: null })).to.have.property("key", "max_steps");
    expect(find({ epochs: 3, max_steps: -1 })).to.have.property("key", "epochs");
  });

  it("takes any key that is named, by its dotted name", () => {
    expect(find({ trainer: { updates: 10 }, epochs: 3 }, "trainer.updates")).to.deep.equal({
      key: "trainer.updates",
      factor: 2,
    });
  });

  it("refuses a key that is not there, with the nearest name", () => {
    expect(() => find({ trainer: { updates: 10 } }, "trainer.update"))
      .to.throw(UserError, '"trainer.updates"')
      .with.property("code", "usage");
  });

  for (const value of ["10", null, 0, -1, [1], { steps: 1 }]) {
    it(`refuses a key that holds ${JSON.stringify(value)}`, () => {
      expect(() => find({ steps: value }, "steps")).to.throw(UserError, "number above 0");
    });
  }

  it("refuses to guess, unless nothing would change", () => {
    expect(() => find({ rate: 1 })).to.throw(UserError, "nothing says how long it trains");
    expect(find({ rate: 1 }, undefined, 1)).to.equal(null);
  });
});

describe("withTrainTime", () => {
  it("keeps whole numbers whole and above 0, and leaves everything else as it is", () => {
    const config = fc.record({
      steps: fc.oneof(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      ),
      rate: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    fc.assert(
      fc.property(config, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (before, factor) => {
        const after = withTrainTime({ trainer: before }, { key: "trainer.steps", factor });
        const { steps, rate } = (after as { trainer: typeof before }).trainer;
        expect(rate).to.equal(before.rate);
        expect(steps).to.be.above(0);
        if (!Number.isInteger(before.steps)) expect(steps).to.equal(before.steps * factor);
        else {
          expect(Number.isInteger(steps)).to.equal(true);
          expect(Math.abs(steps - before.steps * factor)).to.be.at.most(1);
        }
      }),
    );
  });

  it("leaves a configuration without the key alone", () => {
    expect(withTrainTime({ a: 1 }, { key: "b.c", factor: 2 })).to.deep.equal({ a: 1 });
    expect(withTrainTime({ a: -1 }, { key: "a", factor: 2 })).to.deep.equal({ a: -1 });
    expect(withTrainTime({ a: 1 }, null)).to.deep.equal({ a: 1 });
  });
});
