import { expect } from "chai";
import fc from "fast-check";

import { thinCurve } from "../../../../src/core/figures/panels/thin-curve.ts";
import { curve } from "../../../support/columns.ts";

describe("thinCurve", () => {
  const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 5000 });

  it("keeps both ends, the lowest and the highest point, in their order, and few others", () => {
    fc.assert(
      fc.property(values, (y) => {
        const strokes = thinCurve(curve(...y.map((value, x) => [x, value] as const)));
        expect(strokes).to.have.length(y.length === 0 ? 0 : 1);
        const [stroke = []] = strokes;
        expect(stroke.length).to.be.at.most(Math.min(y.length, 200));
        const kept = stroke.map(([, value]) => value);
        if (y.length > 0) {
          expect([Math.min(...kept), Math.max(...kept)]).to.deep.equal([
            Math.min(...y),
            Math.max(...y),
          ]);
          expect([kept[0], kept.at(-1)]).to.deep.equal([y[0], y.at(-1)]);
        }
        for (const [index, [x]] of stroke.entries()) {
          expect(x).to.be.greaterThan(stroke[index - 1]?.[0] ?? -1);
        }
      }),
    );
  });

  it("is interrupted where the run diverged", () => {
    const parts = thinCurve(curve([0, 1], [1, NaN], [2, 2], [3, Infinity], [4, 3], [5, 4]));
    expect(parts).to.deep.equal([
      [[0, 1]],
      [[2, 2]],
      [
        [4, 3],
        [5, 4],
      ],
    ]);
    const long = Array.from({ length: 1000 }, (_, x) => [x, x === 500 ? NaN : 1] as const);
    expect(thinCurve(curve(...long))).to.have.length(2);
  });
});
