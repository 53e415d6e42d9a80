import { expect } from "chai";
import fc from "fast-check";

import { histogram } from "../../../src/core/figures/histogram.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const positive = fc.double({ noNaN: true, min: 1e-300, max: 1e300 });

describe("histogram", () => {
  it("puts every value into a bin whose edges hold it, up to rounding", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const { edges, binOf } = histogram(values, false);
        const room = ((edges.at(-1) ?? 0) / 2 - (edges[0] ?? 0) / 2) * 1e-9;
        for (const value of values) {
          const bin = binOf(value);
          expect(value).to.be.within((edges[bin] ?? NaN) - room, (edges[bin + 1] ?? NaN) + room);
        }
      }),
    );
  });

  it("has ascending edges from the smallest value to the largest, on both axes", () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1 }), fc.boolean(), (values, isLog) => {
        const { edges } = histogram(values, isLog);
        expect([...edges].sort((a, b) => a - b)).to.deep.equal(edges);
        expect(edges[0]).to.be.at.most(Math.min(...values));
        expect(edges.at(-1)).to.be.at.least(Math.max(...values));
      }),
    );
  });

  it("has bins of the same ratio on a logarithmic axis", () => {
    const { edges } = histogram([1, 10, 100, 1000, 10000], true);
    const ratios = edges.slice(1).map((edge, index) => edge / (edges[index] ?? NaN));
    for (const ratio of ratios) expect(ratio).to.be.closeTo(10, 1e-9);
  });
});
