import { expect } from "chai";

import { aggregateTasks } from "../../../../src/core/analysis/tasks/aggregates.ts";
import {
  compareOverTasks,
  improvements,
  type ModelOnTasks,
} from "../../../../src/core/analysis/tasks/compare-over-tasks.ts";

/** A model with one curve for each run, which ends at its score. */
function model(label: string, scores: Readonly<Record<string, readonly number[]>>): ModelOnTasks {
  const tasks = Object.entries(scores).map(([task, of]) => ({
    task,
    scores: of,
    curves: of.map((score) => ({ x: Float64Array.of(0, 1), y: Float64Array.of(0, score) })),
  }));
  return { label, tasks };
}

const MODELS = [
  model("a", { digits: [0.5, 0.6, 0.7], wine: [50, 60, 80] }),
  model("b", { digits: [0.1, 0.2, 0.3], wine: [10, 20, 30] }),
];
const references = new Map([
  ["digits", { zero: 0, one: 1 }],
  ["wine", { zero: 0, one: 100 }],
]);
const SETTINGS = { references, seed: 0, hasCurves: true, resamples: 200 };

describe("compareOverTasks", () => {
  it("aggregates normalised scores", () => {
    const { aggregates } = compareOverTasks(MODELS, SETTINGS);
    const plain = [
      { task: "digits", scores: [0.5, 0.6, 0.7] },
      { task: "wine", scores: [0.5, 0.6, 0.8] },
    ];
    expect(aggregates[0]?.aggregates).to.deep.equal(aggregateTasks(plain, { resamples: 200 }));
  });

  it("has profiles over the range of all models, and curves on the scale of the scores", () => {
    const { profiles, efficiency } = compareOverTasks(MODELS, SETTINGS);
    for (const { profile } of profiles) {
      expect(profile.thresholds[0]).to.equal(0.1);
      expect(profile.thresholds.at(-1)).to.equal(0.8);
    }
    const points = efficiency?.[0]?.efficiency.points.map((point) => point?.estimate);
    expect(points?.[0]).to.equal(0);
    expect(points?.[1]).to.be.closeTo(0.6, 1e-12);
  });

  it("has no curves where they are not in the unit of the scores", () => {
    expect(compareOverTasks(MODELS, { ...SETTINGS, hasCurves: false }).efficiency).to.equal(
      undefined,
    );
  });
});

describe("improvements", () => {
  it("compares each pair, or the first model with each other one", () => {
    const three = [...MODELS, model("c", { digits: [0.4, 0.4], wine: [40, 40] })];
    const pairs = (of: "all" | "first") =>
      improvements(three, { direction: "maximise", seed: 0, resamples: 100, pairs: of }).map(
        ({ better, other }) => `${better} ${other}`,
      );
    expect(pairs("all")).to.deep.equal(["a b", "a c", "b c"]);
    expect(pairs("first")).to.deep.equal(["a b", "a c"]);
  });

  it("turns around where less is better", () => {
    const settings = { seed: 0, resamples: 100, pairs: "all" } as const;
    expect(improvements(MODELS, { ...settings, direction: "maximise" })[0]?.estimate).to.equal(1);
    expect(improvements(MODELS, { ...settings, direction: "minimise" })[0]?.estimate).to.equal(0);
  });
});
