import { expect } from "chai";

import { aggregateTasks } from "../../../../src/core/analysis/tasks/aggregates.ts";
import { sampleEfficiency } from "../../../../src/core/analysis/tasks/sample-efficiency.ts";
import { curve } from "../../../support/columns.ts";

const tasks = ["a", "b"].map((task, t) => ({
  task,
  curves: [0, 1, 2, 3].map((run) => curve([0, 0], [10, run + t], [20, 2 * run + t])),
}));

describe("sampleEfficiency", () => {
  it("is the aggregate of all runs at each x", () => {
    const { x, points } = sampleEfficiency(tasks, "iqm", { resamples: 100 });
    expect([...x]).to.deep.equal([0, 10, 20]);
    const at10 = aggregateTasks(
      [
        { task: "a", scores: [0, 1, 2, 3] },
        { task: "b", scores: [1, 2, 3, 4] },
      ],
      { resamples: 100 },
    ).iqm;
    expect(points[1]).to.deep.equal(at10);
  });

  it("has no point where a run has no finite value", () => {
    const [first, second] = tasks;
    if (!first || !second) throw new Error("Expected two tasks");
    const short = { ...second, curves: [...second.curves, curve([0, 1], [10, 5])] };
    const { points } = sampleEfficiency([first, short], "mean", { resamples: 10 });
    expect(points.map((point) => point !== undefined)).to.deep.equal([true, true, false]);
    const diverged = { ...second, curves: [...second.curves, curve([0, NaN], [20, 5])] };
    const { points: none } = sampleEfficiency([first, diverged], "mean", { resamples: 10 });
    expect(none.slice(0, 2)).to.deep.equal([undefined, undefined]);
  });

  it("is empty of nothing", () => {
    expect(sampleEfficiency([], "mean").points).to.deep.equal([]);
  });
});
