import { expect } from "chai";
import fc from "fast-check";

import { featuresOf } from "../../../../src/core/analysis/importance/features.ts";
import { growTree, predict } from "../../../../src/core/analysis/importance/tree.ts";
import type { Config } from "../../../../src/core/config/config.ts";
import { seededGenerator } from "../../../../src/core/seeded-generator.ts";

/** The predictions of one tree that learns from all rows and looks at all features. */
function fitted(
  experiments: readonly (readonly [Config, number])[],
  minLeaf = 1,
): readonly number[] {
  const features = featuresOf(experiments.map(([values]) => values));
  const scores = Float64Array.from(experiments, ([, score]) => score);
  const rows = [...scores.keys()];
  const settings = { minLeaf, tried: features.length };
  const tree = growTree(features, scores, rows, settings, seededGenerator("tree"));
  return rows.map((row) => predict(tree, (feature) => features[feature]?.codes[row] ?? 0));
}

describe("growTree", () => {
  it("learns any function of a number, a category, or both, by heart", () => {
    const experiments = ["a", "b", "c"].flatMap((kind, k) =>
      [0.1, 1, 10].map(
        (rate, r) => [{ kind, rate }, [3, 1, 4, 1.5, 9, 2, 6, 5, 3.5][3 * k + r] ?? 0] as const,
      ),
    );
    expect(fitted(experiments)).to.deep.equal(experiments.map(([, score]) => score));
  });

  it("divides categories by their scores, not by their names", () => {
    const experiments = ["a", "b", "c", "d"].flatMap((kind, k) =>
      [0, 1].map(() => [{ kind }, k % 2] as const),
    );
    expect(fitted(experiments, 4), "one division, no more").to.deep.equal([0, 0, 1, 1, 0, 0, 1, 1]);
  });

  it("keeps leaves as large as asked", () => {
    const experiments = [0, 1, 2, 3, 4, 5].map((x) => [{ x }, x] as const);
    expect(fitted(experiments, 3)).to.deep.equal([1, 1, 1, 4, 4, 4]);
    for (const value of fitted(experiments, 4)) expect(value).to.be.closeTo(2.5, 1e-12);
  });

  it("never leaves the range of the scores", () => {
    const one = fc.tuple(
      fc.record({ a: fc.integer(), b: fc.string() }),
      fc.integer({ min: -99, max: 99 }),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), (experiments) => {
        const scores = experiments.map(([, score]) => score);
        for (const value of fitted(experiments, 2)) {
          expect(value).to.be.within(Math.min(...scores) - 1e-9, Math.max(...scores) + 1e-9);
        }
      }),
    );
  });
});
