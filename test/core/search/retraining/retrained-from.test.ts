import { expect } from "chai";
import fc from "fast-check";

import {
  type RetrainedFrom,
  retrainedProblems,
} from "../../../../src/core/search/retraining/retrained-from.ts";

const RETRAINED: RetrainedFrom = {
  search: "ab1_f7b375e_mlp_digits_grid_a",
  searchId: "ab1",
  searchCreatedAt: "2026-01-01T00:00:00.000Z",
  metric: { name: "accuracy", series: "train", direction: "maximise", aggregation: "last" },
  chosenBy: "score",
  candidates: 10,
  trainTime: { key: "epochs", factor: 2 },
  experiments: [{ experiment: 1, from: 4, scores: [0.5, 0.75] }],
  usedSeeds: [1, 2],
};

describe("retrainedProblems", () => {
  it("has nothing against what alretrain writes", () => {
    expect(retrainedProblems(RETRAINED, "retrained")).to.deep.equal([]);
    const other = { ...RETRAINED, metric: null, trainTime: null, chosenBy: "mapping" };
    expect(retrainedProblems(other, "retrained")).to.deep.equal([]);
  });

  for (const [key, value] of Object.entries({
    search: "a\0b",
    searchId: 1,
    metric: { name: "accuracy", direction: "up" },
    chosenBy: "me",
    candidates: 1.5,
    trainTime: { key: "epochs" },
    experiments: [{ experiment: 1, from: 4, scores: [null] }],
    usedSeeds: ["1"],
  })) {
    it(`names ${key} where it is wrong`, () => {
      const [problem, ...others] = retrainedProblems({ ...RETRAINED, [key]: value }, "retrained");
      expect(problem?.place).to.match(new RegExp(`^retrained\\.${key}`));
      expect(others).to.deep.equal([]);
    });
  }

  it("can tell what is wrong with anything", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(retrainedProblems(value, "retrained")).not.to.have.lengthOf(0);
      }),
    );
  });
});
