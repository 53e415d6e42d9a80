import { expect } from "chai";
import fc from "fast-check";

import { smooth } from "../../../../src/core/analysis/curves/smoothing.ts";

function smoothed(
  y: readonly number[],
  kind: "exponential" | "centred",
  number: number,
): readonly number[] {
  const way = kind === "centred" ? { kind, points: number } : { kind, weight: number };
  return [...smooth(Float64Array.from(y), way)];
}

describe("smooth", () => {
  it("follows exponentially from the first value on", () => {
    expect(smoothed([0, 1, 1, 0], "exponential", 0.5)).to.deep.equal([0, 0.5, 0.75, 0.375]);
  });

  it("takes as many points on both sides, fewer near the ends", () => {
    const line = [0, 1, 2, 3, 4];
    for (const [index, value] of smoothed(line, "centred", 2).entries()) {
      expect(value, "a line stays where it is").to.be.closeTo(line[index] ?? NaN, 1e-15);
    }
    expect(smoothed([0, 3, 0], "centred", 1)).to.deep.equal([0, 1, 0]);
  });

  it("leaves gaps as they are and carries nothing over them", () => {
    expect(smoothed([0, 1, NaN, 8, 8], "exponential", 0.5)).to.deep.equal([0, 0.5, NaN, 8, 8]);
    expect(smoothed([0, 3, 0, Infinity, 6], "centred", 1)).to.deep.equal([0, 1, 0, Infinity, 6]);
  });

  it("stays within the values", () => {
    const y = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
    const way = fc.oneof(
      fc.tuple(fc.constant("exponential" as const), fc.double({ min: 0.01, max: 1, noNaN: true })),
      fc.tuple(fc.constant("centred" as const), fc.nat(9)),
    );
    fc.assert(
      fc.property(y, way, (y, [kind, number]) => {
        const [low, high] = [Math.min(...y), Math.max(...y)];
        const slack = 1e-14 * (Math.abs(low) + Math.abs(high));
        for (const value of smoothed(y, kind, number))
          expect(value).to.be.within(low - slack, high + slack);
      }),
    );
  });

  it("refuses weights and windows that make no sense", () => {
    for (const weight of [0, -1, 1.1, NaN]) {
      expect(() => smoothed([1], "exponential", weight)).to.throw(RangeError);
    }
    for (const points of [-1, 1.5, NaN]) {
      expect(() => smoothed([1], "centred", points)).to.throw(RangeError);
    }
  });
});
