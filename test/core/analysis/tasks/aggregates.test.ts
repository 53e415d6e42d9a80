import { expect } from "chai";
import fc from "fast-check";

import { aggregateTasks } from "../../../../src/core/analysis/tasks/aggregates.ts";
import type { TaskScores } from "../../../../src/core/analysis/tasks/task-scores.ts";
import { readGolden } from "../../../support/golden.ts";

type Matrix = readonly (readonly number[])[];
type Ends = readonly [number, number];
const golden = readGolden<{
  aggregates: readonly { scores: Matrix; aggregates: readonly number[]; gap2: number }[];
  intervals: readonly {
    scores: Matrix;
    resampleTasks: boolean;
    intervals: readonly Ends[];
    deviations: readonly number[];
  }[];
}>("tasks");

const tasksOf = (scores: Matrix): TaskScores =>
  scores.map((runs, index) => ({ task: `task${index}`, scores: runs }));

describe("aggregateTasks", () => {
  it("gives rliable's mean, median, interquartile mean and optimality gap", () => {
    for (const { scores, aggregates, gap2 } of golden.aggregates) {
      const found = Object.values(aggregateTasks(tasksOf(scores), { resamples: 1 }));
      for (const [index, { estimate }] of found.entries()) {
        expect(estimate).to.be.closeTo(aggregates[index] ?? NaN, 1e-12);
      }
      const { optimalityGap } = aggregateTasks(tasksOf(scores), { resamples: 1, gamma: 2 });
      expect(optimalityGap.estimate).to.be.closeTo(gap2, 1e-12);
    }
  });

  it("gives its intervals within Monte-Carlo error, tasks resampled or not", () => {
    for (const { scores, resampleTasks, intervals, deviations } of golden.intervals) {
      const found = Object.values(aggregateTasks(tasksOf(scores), { resampleTasks }));
      for (const [index, { interval }] of found.entries()) {
        // The standard error of a 2.5 % quantile of 40,000 is 0.0134 standard deviations.
        const slack = 0.06 * (deviations[index] ?? NaN);
        expect(interval?.low).to.be.closeTo(intervals[index]?.[0] ?? NaN, slack);
        expect(interval?.high).to.be.closeTo(intervals[index]?.[1] ?? NaN, slack);
      }
    }
  });

  it("gives the same numbers for the same seed, in whatever order the runs come", () => {
    const runs = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(runs, { minLength: 1, maxLength: 4 }),
        fc.func(fc.nat()),
        (scores, key) => {
          const shuffled = scores.map((one) => [...one].sort((a, b) => key(a) - key(b)));
          expect(aggregateTasks(tasksOf(shuffled), { resamples: 50 })).to.deep.equal(
            aggregateTasks(tasksOf(scores), { resamples: 50 }),
          );
        },
      ),
      { numRuns: 40 },
    );
    const [{ scores } = { scores: [] }] = golden.intervals;
    const of = (seed: number) => aggregateTasks(tasksOf(scores), { seed, resamples: 999 });
    expect(of(1)).to.deep.equal(of(1)).and.not.deep.equal(of(2));
  });

  it("takes tasks with different numbers of runs", () => {
    const { mean, iqm } = aggregateTasks(
      tasksOf([
        [1, 1, 1, 1, 1, 1],
        [0, 0, 3],
      ]),
      { resamples: 9 },
    );
    expect(mean.estimate).to.equal(1);
    // All nine: 0 0 1 1 1 1 1 1 3, less two at each end.
    expect(iqm.estimate).to.equal(1);
  });

  it("has no interval from one or two runs, but for tasks if there are enough", () => {
    const one = tasksOf([[0.1], [0.5], [0.3]]);
    expect(aggregateTasks(one, { resamples: 9 }).iqm).to.deep.include({ interval: undefined });
    const { mean } = aggregateTasks(one, { resamples: 999, resampleTasks: true });
    expect(mean.interval?.low).to.be.lessThan(mean.interval?.high ?? NaN);
  });

  it("refuses no tasks, no runs, and scores that are not finite", () => {
    for (const scores of [[], [[]], [[1, 2], []], [[1, NaN]], [[Infinity]]]) {
      expect(() => aggregateTasks(tasksOf(scores))).to.throw(RangeError);
    }
  });
});
