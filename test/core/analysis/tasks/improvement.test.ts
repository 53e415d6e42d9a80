import { expect } from "chai";
import fc from "fast-check";

import {
  probabilityOfImprovement,
  superiority,
} from "../../../../src/core/analysis/tasks/improvement.ts";
import { readGolden } from "../../../support/golden.ts";

type Matrix = readonly (readonly number[])[];
const golden = readGolden<{
  improvement: readonly {
    x: Matrix;
    y: Matrix;
    probability: number;
    interval: readonly [number, number];
    deviation: number;
  }[];
}>("tasks").improvement;

const tasksOf = (scores: Matrix) =>
  scores.map((runs, index) => ({ task: `task${index}`, scores: runs }));

describe("probabilityOfImprovement", () => {
  it("gives rliable's probability, ties included, and its interval within Monte-Carlo error", () => {
    for (const { x, y, probability, interval: expected, deviation } of golden) {
      const { estimate, interval } = probabilityOfImprovement(tasksOf(x), tasksOf(y));
      expect(estimate).to.be.closeTo(probability, 1e-12);
      const slack = 0.2 * deviation;
      expect(interval?.low).to.be.closeTo(expected[0], slack);
      expect(interval?.high).to.be.closeTo(expected[1], slack);
    }
  });

  it("gives each task's own", () => {
    const x = tasksOf([
      [1, 2, 3],
      [5, 5, 5],
    ]);
    const y = tasksOf([
      [0, 0, 0],
      [5, 5, 5],
    ]);
    expect(probabilityOfImprovement(x, y, { resamples: 9 }).byTask).to.deep.equal([
      { task: "task0", probability: 1 },
      { task: "task1", probability: 0.5 },
    ]);
  });

  it("finds tasks by name, and refuses different ones", () => {
    const x = [
      { task: "a", scores: [1, 2, 3] },
      { task: "b", scores: [7, 8, 9] },
    ];
    const y = [
      { task: "b", scores: [1, 2, 3] },
      { task: "a", scores: [7, 8, 9] },
    ];
    expect(probabilityOfImprovement(x, y, { resamples: 9 }).estimate).to.equal(0.5);
    expect(() => probabilityOfImprovement(x, y.slice(1))).to.throw(RangeError);
    expect(() => probabilityOfImprovement(x, [{ task: "a", scores: [NaN] }])).to.throw(RangeError);
  });

  it("has no interval from two runs", () => {
    const two = tasksOf([[1, 2]]);
    expect(probabilityOfImprovement(two, two, { resamples: 9 })).to.deep.include({
      estimate: 0.5,
      interval: undefined,
    });
  });
});

describe("superiority", () => {
  it("adds up to 1 both ways, ties counting half", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(scores, scores, (x, y) => {
        expect(superiority(x, y) + superiority(y, x)).to.be.closeTo(1, 1e-12);
        expect(superiority(x, x)).to.be.closeTo(0.5, 1e-12);
      }),
    );
  });

  it("is NaN without pairs", () => {
    expect(superiority([], [1])).to.deep.equal(NaN);
  });
});
