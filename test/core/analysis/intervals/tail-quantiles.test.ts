import { expect } from "chai";
import fc from "fast-check";

import { quantile } from "../../../../src/core/analysis/box-statistics.ts";
import { tailQuantiles } from "../../../../src/core/analysis/intervals/tail-quantiles.ts";
import { readGolden } from "../../../support/golden.ts";

const golden = readGolden<{
  quantiles: { values: readonly number[]; quantiles: readonly (readonly [number, number])[] };
}>("intervals").quantiles;

const finite = fc.oneof(
  fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
);
const tail = fc.double({ min: 0, max: 0.5, noNaN: true });

describe("tailQuantiles", () => {
  it("agrees with NumPy's default without weights", () => {
    for (const [q, value] of golden.quantiles) {
      const { low, high } = tailQuantiles(Float64Array.from(golden.values), undefined, q, 1 - q);
      expect(low, `${q}`).to.be.closeTo(value, 1e-12);
      expect(high, `${q}`).to.be.closeTo(value, 1e-12);
    }
  });

  it("is what sorting would give, whatever the values", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 60 }), tail, (values, q) => {
        const sorted = [...values].sort((a, b) => a - b);
        const { low, high } = tailQuantiles(Float64Array.from(values), undefined, q, q);
        expect(low).to.equal(quantile(sorted, q) + 0);
        expect(high).to.equal(quantile(sorted, 1 - q) + 0);
      }),
    );
  });

  it("takes with weights the values that the shares fall on, whatever the values", () => {
    const weighted = fc.array(fc.tuple(finite, fc.integer({ min: 1, max: 9 })), { minLength: 1 });
    fc.assert(
      fc.property(weighted, fc.integer({ min: 1, max: 499 }), (pairs, thousandths) => {
        const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
        const repeated = pairs
          .flatMap(([value, weight]) => Array<number>(weight).fill(value))
          .sort((a, b) => a - b);
        const values = Float64Array.from(pairs, ([value]) => value);
        const weights = Float64Array.from(pairs, ([, weight]) => weight / total);
        const share = thousandths / 1000;
        const { low, high } = tailQuantiles(values, weights, share, share);
        const rank = Math.ceil((thousandths * total) / 1000) - 1;
        expect(low).to.equal((repeated[rank] ?? NaN) + 0);
        expect(high).to.equal((repeated[total - 1 - rank] ?? NaN) + 0);
      }),
    );
  });
});
