import { expect } from "chai";

import { treatFailed } from "../../../../src/core/analysis/searches/crash-policy.ts";

describe("treatFailed", () => {
  const scores = [3, undefined, 1, NaN, Infinity, 2];

  it("leaves failed runs out by drop", () => {
    expect(treatFailed(scores, "drop", "maximise")).to.deep.equal({ scores: [3, 1, 2], failed: 3 });
  });

  it("takes the worst score of all that is compared by worst", () => {
    expect(treatFailed(scores, "worst", "maximise").scores).to.deep.equal([3, 1, 1, 1, 1, 2]);
    expect(treatFailed(scores, "worst", "minimise").scores).to.deep.equal([3, 3, 1, 3, 3, 2]);
    expect(treatFailed(scores, "worst", "maximise", [...scores, -7]).scores[1]).to.equal(-7);
    expect(treatFailed([undefined], "worst", "maximise").scores).to.deep.equal([NaN]);
  });

  it("makes all failures NaN by nan", () => {
    expect(treatFailed(scores, "nan", "maximise").scores).to.deep.equal([3, NaN, 1, NaN, NaN, 2]);
  });
});
