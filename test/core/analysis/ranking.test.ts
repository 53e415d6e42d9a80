import { expect } from "chai";
import fc from "fast-check";

import { type ExperimentScores, rankByTask } from "../../../src/core/analysis/ranking.ts";

function experiment(
  search: string,
  number: number,
  ...scores: readonly number[]
): ExperimentScores {
  const seeds = scores.map((score, index) => ({ seed: index + 1, score }));
  return { search, task: "digits", experiment: number, varied: {}, seeds };
}

const order = (experiments: readonly ExperimentScores[], direction: "maximise" | "minimise") =>
  rankByTask(experiments, direction).flatMap(({ experiments }) =>
    experiments.map(({ search, experiment, rank }) => `${rank ?? "-"} ${search}${experiment}`),
  );

describe("rankByTask", () => {
  it("puts the best first, in the metric's direction", () => {
    const two = [experiment("a", 1, 0.5), experiment("a", 2, 0.7)];
    expect(order(two, "maximise")).to.deep.equal(["1 a2", "2 a1"]);
    expect(order(two, "minimise")).to.deep.equal(["1 a1", "2 a2"]);
  });

  it("puts what diverged behind, then what has no score, in either direction", () => {
    const all = [
      experiment("b", 1),
      experiment("a", 3, 1, NaN),
      experiment("a", 2, Infinity),
      experiment("a", 1, -5),
    ];
    for (const direction of ["maximise", "minimise"] as const) {
      expect(order(all, direction)).to.deep.equal(["1 a1", "- a2", "- a3", "- b1"]);
    }
    const [task] = rankByTask(all, "maximise");
    expect(task?.experiments.map(({ diverged }) => diverged)).to.deep.equal([[], [1], [2], []]);
  });

  it("gives equal scores the same rank, ordered by search and number", () => {
    const all = [
      experiment("b", 1, 2),
      experiment("a", 10, 2),
      experiment("a", 2, 2),
      experiment("c", 1, 1),
    ];
    expect(order(all, "maximise")).to.deep.equal(["1 a2", "1 a10", "1 b1", "4 c1"]);
  });

  it("ranks each task by itself, in the order of their coming", () => {
    const wine = { ...experiment("w", 1, 9), task: "wine" };
    const rankings = rankByTask([experiment("a", 1, 1), wine, experiment("a", 2, 3)], "maximise");
    expect(rankings.map(({ task, experiments }) => [task, experiments.length])).to.deep.equal([
      ["digits", 2],
      ["wine", 1],
    ]);
  });

  it("does not depend on the order of the experiments", () => {
    const score = fc.oneof(fc.constantFrom(1, 2, NaN), fc.double());
    fc.assert(
      fc.property(fc.array(fc.array(score, { maxLength: 3 })), fc.func(fc.nat()), (scores, key) => {
        const all = scores.map((seeds, index) => experiment("a", index, ...seeds));
        const shuffled = [...all].sort((a, b) => key(a.experiment) - key(b.experiment));
        expect(order(shuffled, "minimise")).to.deep.equal(order(all, "minimise"));
      }),
    );
  });
});
