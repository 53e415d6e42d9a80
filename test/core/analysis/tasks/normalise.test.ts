import { expect } from "chai";

import {
  minMaxReferences,
  normaliseScores,
} from "../../../../src/core/analysis/tasks/normalise.ts";

const pong = (...scores: readonly number[]) => [{ task: "pong", scores }];

describe("normaliseScores", () => {
  it("puts the references at 0 and 1, whichever is higher", () => {
    const maximise = new Map([["pong", { zero: -20.7, one: 14.6 }]]);
    const [up] = normaliseScores(pong(-20.7, 14.6), maximise);
    expect(up?.scores).to.deep.equal([0, 1]);
    const minimise = new Map([["pong", { zero: 10, one: 2 }]]);
    const [down] = normaliseScores(pong(10, 6, 2, 0), minimise);
    expect(down?.scores).to.deep.equal([0, 0.5, 1, 1.25]);
  });

  it("refuses a task without a reference, and references that say nothing", () => {
    expect(() => normaliseScores(pong(1), new Map())).to.throw(RangeError);
    for (const [zero, one] of [
      [3, 3],
      [NaN, 1],
      [0, Infinity],
    ] as const) {
      expect(() => normaliseScores(pong(1), new Map([["pong", { zero, one }]]))).to.throw(
        RangeError,
      );
    }
  });
});

describe("minMaxReferences", () => {
  it("takes the worst and the best run of all algorithms, by direction", () => {
    const algorithms = [pong(3, NaN, 9), pong(1, Infinity, 5)];
    expect(minMaxReferences(algorithms, "maximise").get("pong")).to.deep.equal({ zero: 1, one: 9 });
    expect(minMaxReferences(algorithms, "minimise").get("pong")).to.deep.equal({ zero: 9, one: 1 });
  });

  it("gives none where all scores are equal or none is finite", () => {
    expect(minMaxReferences([pong(2, 2), pong(2)], "maximise").size).to.equal(0);
    expect(minMaxReferences([pong(NaN)], "maximise").size).to.equal(0);
  });
});
