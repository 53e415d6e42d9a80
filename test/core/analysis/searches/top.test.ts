import { expect } from "chai";

import { rankByTask } from "../../../../src/core/analysis/ranking.ts";
import { topExperiments } from "../../../../src/core/analysis/searches/top.ts";

const ranked = (
  scores: readonly (readonly number[])[],
  direction: "maximise" | "minimise" = "maximise",
) =>
  rankByTask(
    scores.map((seeds, index) => ({
      search: "s",
      task: "t",
      experiment: index + 1,
      varied: {},
      seeds: seeds.map((score, seed) => ({ seed, score })),
    })),
    direction,
  )[0]?.experiments ?? [];

const standings = (k: number, ...scores: readonly (readonly number[])[]) =>
  topExperiments(ranked(scores), k).map(({ experiment, standing }) => [experiment, standing]);

describe("topExperiments", () => {
  it("tells the best from those that cannot be told from it and those that can", () => {
    expect(standings(3, [1, 1.1, 1.2], [5, 5.1, 5.2], [5, 5.05, 5.15])).to.deep.equal([
      [2, "best"],
      [3, "tied"],
      [1, "apart"],
    ]);
  });

  it("tells them apart where low scores are good", () => {
    const least = ranked(
      [
        [1, 1.1, 1.2],
        [1, 1.05, 1.3],
        [5, 5.1, 5.2],
      ],
      "minimise",
    );
    expect(topExperiments(least, 3).map(({ standing }) => standing)).to.deep.equal([
      "best",
      "tied",
      "apart",
    ]);
  });

  it("says so where there are too few seeds", () => {
    expect(standings(2, [1, 2], [5, 6, 7])).to.deep.equal([
      [2, "best"],
      [1, "unknown"],
    ]);
    expect(standings(2, [6], [6]), "equal means are tied all the same").to.deep.equal([
      [1, "best"],
      [2, "tied"],
    ]);
  });

  it("keeps those that share the last rank, and no one without a score", () => {
    expect(standings(2, [3], [1], [1], [NaN], [])).to.have.length(3);
    expect(standings(9, [3], [NaN], [])).to.have.length(1);
    expect(standings(3)).to.deep.equal([]);
  });
});
