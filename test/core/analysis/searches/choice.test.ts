import { expect } from "chai";
import fc from "fast-check";

import type { ExperimentScores } from "../../../../src/core/analysis/ranking.ts";
import { chooseBest, type ChoiceRule } from "../../../../src/core/analysis/searches/choice.ts";

const RULE: ChoiceRule = { count: 1, direction: "maximise", policy: "nan" };
const NONE = new Map<number, readonly number[]>();

/** Scores of the seeds 1, 2 … of the experiments 1, 2 …, shape `[experiments][seeds]`. */
function experimentsOf(scores: readonly (readonly number[])[]): readonly ExperimentScores[] {
  return scores.map((of, index) => ({
    search: "ab1",
    task: "digits",
    experiment: index + 1,
    varied: {},
    seeds: of.map((score, seed) => ({ seed: seed + 1, score })),
  }));
}

const chosenOf = (...given: Parameters<typeof chooseBest>) =>
  chooseBest(...given).chosen.map(({ experiment }) => experiment);

describe("chooseBest", () => {
  it("takes the highest where high scores are good, else the lowest", () => {
    const experiments = experimentsOf([[0.5], [0.9], [0.1]]);
    expect(chosenOf(experiments, NONE, RULE)).to.deep.equal([2]);
    expect(chosenOf(experiments, NONE, { ...RULE, direction: "minimise" })).to.deep.equal([3]);
    expect(chosenOf(experiments, NONE, { ...RULE, count: 2 })).to.deep.equal([2, 1]);
    expect(chosenOf(experiments, NONE, { ...RULE, count: 9 })).to.deep.equal([2, 1, 3]);
  });

  it("names those that it cannot tell from the last one chosen", () => {
    const experiments = experimentsOf([
      [0.1, 0.1, 0.1],
      [0.9, 0.8, 0.7],
      [0.7, 0.8, 0.9],
      [0.7, 0.8, 0.85],
    ]);
    expect(chooseBest(experiments, NONE, RULE)).to.deep.include({
      candidates: 4,
      ties: [
        { experiment: 3, kind: "equal" },
        { experiment: 4, kind: "overlap" },
      ],
      isBlind: false,
    });
    const { chosen, ties } = chooseBest(experiments, NONE, { ...RULE, count: 3 });
    expect(chosen.map(({ experiment }) => experiment)).to.deep.equal([2, 3, 4]);
    expect(ties).to.deep.equal([]);
  });

  it("says that one seed tells nothing apart", () => {
    expect(chooseBest(experimentsOf([[0.5], [0.9]]), NONE, RULE)).to.include({ isBlind: true });
  });

  it("treats runs that crashed or diverged as it is told, and says whom it passed over", () => {
    const experiments = experimentsOf([
      [0.9, 0.9],
      [0.8, 0.8],
      [0.95, Number.NaN],
      [0.2, 0.1],
    ]);
    const crashed = new Map([[1, [3]]]);
    const choose = (policy: ChoiceRule["policy"]) =>
      chooseBest(experiments, crashed, { ...RULE, policy });
    expect(choose("nan").chosen[0]?.experiment).to.equal(2);
    expect(choose("nan").passedOver).to.deep.equal([3, 1]);
    expect(choose("drop").chosen[0]?.experiment).to.equal(3);
    expect(choose("drop").passedOver).to.deep.equal([]);
    expect(choose("worst").chosen[0]?.experiment).to.equal(2);
    expect(choose("worst").candidates).to.equal(4);
  });

  it("chooses none where none has a score", () => {
    const { chosen, ties, passedOver } = chooseBest(experimentsOf([[], [Number.NaN]]), NONE, RULE);
    expect([chosen, ties, passedOver]).to.deep.equal([[], [], []]);
  });

  it("chooses the same whatever the order of the experiments, and none that is better is left", () => {
    const scores = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 4 }), fc.nat(), (of, count, turn) => {
        const experiments = experimentsOf(of);
        const at = turn % experiments.length;
        const turned = [...experiments.slice(at), ...experiments.slice(0, at)];
        const chosen = chosenOf(experiments, NONE, { ...RULE, count });
        expect(chosenOf(turned, NONE, { ...RULE, count })).to.deep.equal(chosen);
        const means = new Map(
          of.map((one, index) => [index + 1, one.reduce((sum, x) => sum + x, 0) / one.length]),
        );
        const worst = Math.min(...chosen.map((one) => means.get(one) ?? Number.NaN));
        for (const [experiment, mean] of means) {
          if (!chosen.includes(experiment) && !Number.isNaN(mean)) {
            expect(mean).to.be.at.most(worst + 1e-12);
          }
        }
      }),
    );
  });
});
