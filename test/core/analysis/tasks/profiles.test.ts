import { expect } from "chai";

import { performanceProfile } from "../../../../src/core/analysis/tasks/profiles.ts";
import { readGolden } from "../../../support/golden.ts";

type Of = { share: readonly number[]; bands: readonly (readonly [number, number])[] };
const golden = readGolden<{
  profiles: {
    scores: readonly (readonly number[])[];
    thresholds: readonly number[];
    runs: Of;
    tasks: Of;
  };
}>("tasks").profiles;

const tasks = golden.scores.map((scores, index) => ({ task: `task${index}`, scores }));
const thresholds = Float64Array.from(golden.thresholds);

describe("performanceProfile", () => {
  for (const of of ["runs", "tasks"] as const) {
    it(`gives rliable's shares of ${of}, and its bands within a step of them`, () => {
      const { share, bands } = performanceProfile(tasks, thresholds, { of, resamples: 10_000 });
      const step = of === "runs" ? 1 / 40 : 1 / 8;
      for (const [index, expected] of golden[of].share.entries()) {
        expect(share[index]).to.be.closeTo(expected, 1e-12);
        const [low = NaN, high = NaN] = golden[of].bands[index] ?? [];
        expect(bands?.[index]?.low).to.be.closeTo(low, step + 1e-12);
        expect(bands?.[index]?.high).to.be.closeTo(high, step + 1e-12);
      }
    });
  }

  it("counts scores above a threshold, not those that equal it", () => {
    const { share } = performanceProfile(
      [{ task: "a", scores: [1, 2, 2, 3] }],
      Float64Array.of(0, 1, 2, 3),
    );
    expect([...share]).to.deep.equal([1, 0.75, 0.25, 0]);
  });

  it("has no bands from two runs", () => {
    const { bands } = performanceProfile([{ task: "a", scores: [1, 2] }], Float64Array.of(1));
    expect(bands).to.equal(undefined);
  });

  it("refuses scores that are not finite", () => {
    expect(() => performanceProfile([{ task: "a", scores: [NaN] }], thresholds)).to.throw(
      RangeError,
    );
  });
});
