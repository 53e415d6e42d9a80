import { expect } from "chai";

import {
  compareSearches,
  type CompareSearchesFigure,
  type SearchBox,
} from "../../../src/core/figures/compare-searches.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

/** What vega-lite warns of when it compiles the figure of these boxes. */
const warnings = (boxes: readonly SearchBox[]) => figureWarnings(figure(boxes));

function figure(
  boxes: readonly SearchBox[],
  direction: CompareSearchesFigure["direction"] = "maximise",
): object {
  return compareSearches({ boxes, metric: "accuracy", direction, caption: ["How."] });
}

/** `searches` boxes of `scores` in each of `tasks` tasks. */
function boxes(tasks: number, searches: number, scores: readonly number[]): readonly SearchBox[] {
  return Array.from({ length: tasks * searches }, (_, index) => ({
    task: `task${index % tasks}`,
    label: [`algorithm${Math.floor(index / tasks)}`],
    scores,
  }));
}

describe("compareSearches", () => {
  for (const tasks of [1, 3, 10]) {
    for (const searches of [1, 2, 12]) {
      it(`draws ${searches} searches of ${tasks} tasks without a warning`, () => {
        expect(warnings(boxes(tasks, searches, [0.1, 0.5, 0.2]))).to.deep.equal([]);
      });
    }
  }

  it("draws scores that are all equal, single ones, and ones of many sizes", () => {
    for (const scores of [[0.5, 0.5], [0], [1e-9, 1e9], [-1e6, 1]]) {
      expect(warnings(boxes(1, 2, scores))).to.deep.equal([]);
    }
  });

  it("has a point for each experiment, and the number of them in the label", () => {
    const text = JSON.stringify(figure(boxes(1, 2, [0.125, 0.25, 0.625])));
    expect(text.match(/"score":0\.\d+/g)).to.have.length(6);
    expect(text).to.include("algorithm0").and.to.include("n = 3");
  });

  it("draws a density from five different scores on, within their range", () => {
    const shapes = (scores: readonly number[]) =>
      JSON.stringify(figure(boxes(1, 1, scores))).match(/"edge":/g)?.length ?? 0;
    expect(shapes([1, 2, 3, 4])).to.equal(0);
    expect(shapes([1, 1, 1, 1, 1])).to.equal(0);
    expect(shapes([1, 2, 3, 4, 5])).to.be.greaterThan(100);
    expect(warnings(boxes(2, 3, [1, 2, 3, 4, 5]))).to.deep.equal([]);
    expect(warnings(boxes(1, 2, [1e-9, 1e-4, 1, 1e4, 1e9]))).to.deep.equal([]);
  });

  it("draws a line for each reference in the panel of its task, or in all", () => {
    const references = [
      { label: "chance", value: 0.1, task: undefined },
      { label: "SVM", value: 0.97, task: "task1" },
    ];
    const both = compareSearches({
      boxes: boxes(2, 1, [0.5]),
      metric: "accuracy",
      direction: "maximise",
      caption: [],
      references,
    });
    expect(figureWarnings(both)).to.deep.equal([]);
    expect(JSON.stringify(both).match(/"chance"/g)).to.have.length(2);
    expect(JSON.stringify(both).match(/"SVM"/g)).to.have.length(1);
  });

  it("says which way is better, and how the scores came about", () => {
    expect(JSON.stringify(figure(boxes(1, 1, [1]))))
      .to.include("higher is better")
      .and.to.include("How.");
    expect(JSON.stringify(figure(boxes(1, 1, [1]), "minimise"))).to.include("lower is better");
    expect(JSON.stringify(figure(boxes(1, 1, [1, 1e4])))).to.include("log scale");
  });

  it("gives a label the same colour in every task", () => {
    const [wine, digits] = [
      { task: "wine", label: ["b"], scores: [1] },
      { task: "digits", label: ["a"], scores: [1] },
    ];
    const ranges = JSON.stringify(figure([wine, digits])).match(
      /"domain":\["b","a"\],"range":\[[^\]]*\]/g,
    );
    expect(ranges).to.have.length(4);
    expect(new Set(ranges).size).to.equal(1);
  });
});
