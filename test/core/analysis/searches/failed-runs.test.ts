import { expect } from "chai";

import type { ExperimentScores } from "../../../../src/core/analysis/ranking.ts";
import { treatFailedRuns } from "../../../../src/core/analysis/searches/failed-runs.ts";

const ACCURACY = { aggregation: "last", direction: "maximise" } as const;

function experiment(
  scores: readonly number[],
  crashed: readonly number[] = [],
  task = "digits",
): ExperimentScores {
  const seeds = scores.map((score, index) => ({ seed: index + 1, score }));
  return { search: "s", task, experiment: 1, varied: {}, seeds, crashed };
}

describe("treatFailedRuns", () => {
  const experiments = [
    experiment([0.5, Number.NaN], [3]),
    experiment([0.2]),
    experiment([0.1], [], "wine"),
  ];
  const scoresOf = (policy: Parameters<typeof treatFailedRuns>[1]) =>
    treatFailedRuns(experiments, policy, ACCURACY)[0]?.seeds.map(({ score }) => score);

  it("leaves everything as it was without a policy", () => {
    expect(treatFailedRuns(experiments, undefined, ACCURACY)).to.equal(experiments);
  });

  it("leaves out what failed", () => {
    expect(scoresOf("drop")).to.deep.equal([0.5]);
  });

  it("gives what failed the worst score on the same task, crashed runs too", () => {
    expect(scoresOf("worst")).to.deep.equal([0.5, 0.2, 0.2]);
    const losses = treatFailedRuns(experiments, "worst", { ...ACCURACY, direction: "minimise" });
    expect(losses[0]?.seeds.map(({ score }) => score)).to.deep.equal([0.5, 0.5, 0.5]);
  });

  it("gives what failed no number", () => {
    expect(scoresOf("nan")).to.deep.equal([0.5, Number.NaN, Number.NaN]);
  });

  it("never drops a time that is infinite, and lets a crash take for ever", () => {
    const times = { aggregation: "time_to_threshold=0.9", direction: "maximise" } as const;
    const slow = [experiment([5, Number.POSITIVE_INFINITY], [3])];
    const timesOf = (policy: "drop" | "worst") =>
      treatFailedRuns(slow, policy, times)[0]?.seeds.map(({ score }) => score);
    expect(timesOf("drop")).to.deep.equal([5, Number.POSITIVE_INFINITY]);
    expect(timesOf("worst")).to.deep.equal([5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});
