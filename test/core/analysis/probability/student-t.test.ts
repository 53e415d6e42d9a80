import { expect } from "chai";
import fc from "fast-check";

import {
  studentTBound,
  studentTTails,
} from "../../../../src/core/analysis/probability/student-t.ts";
import { readGolden } from "../../../support/golden.ts";

type Triples = readonly (readonly [number, number, number])[];
const golden = readGolden<{ studentTBound: Triples; studentTTails: Triples }>("probability");

/** From printed tables of the t distribution: degrees of freedom, then 90 %, 95 % and 99 %, two-sided. */
const TABLE = [
  [1, 6.314, 12.706, 63.657],
  [2, 2.92, 4.303, 9.925],
  [3, 2.353, 3.182, 5.841],
  [4, 2.132, 2.776, 4.604],
  [5, 2.015, 2.571, 4.032],
  [9, 1.833, 2.262, 3.25],
  [10, 1.812, 2.228, 3.169],
  [29, 1.699, 2.045, 2.756],
  [30, 1.697, 2.042, 2.75],
  [60, 1.671, 2.0, 2.66],
  [120, 1.658, 1.98, 2.617],
] as const;

describe("studentTBound", () => {
  for (const [df, ...bounds] of TABLE) {
    it(`agrees with the printed table for ${df} degrees of freedom`, () => {
      for (const [index, coverage] of [0.9, 0.95, 0.99].entries()) {
        expect(studentTBound(coverage, df)).to.be.closeTo(bounds[index] ?? NaN, 0.0005001);
      }
    });
  }

  it("is exact where there is a closed form", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (coverage) => {
        const one = Math.tan((Math.PI * coverage) / 2);
        const two = coverage * Math.sqrt(2 / (1 - coverage ** 2));
        expect(studentTBound(coverage, 1) / one).to.be.closeTo(1, 1e-9);
        expect(studentTBound(coverage, 2) / two).to.be.closeTo(1, 1e-9);
      }),
    );
  });

  it("agrees with SciPy to 10 digits, for degrees of freedom that are not whole too", () => {
    for (const [coverage, df, bound] of golden.studentTBound) {
      expect(studentTBound(coverage, df) / bound, `${coverage}, ${df}`).to.be.closeTo(1, 1e-10);
    }
  });

  it("nears the normal distribution's bound", () => {
    expect(studentTBound(0.95, 200_001)).to.be.closeTo(1.959964, 1e-4);
  });

  it("is 0 for no coverage, and refuses what is none", () => {
    expect(studentTBound(0, 5)).to.be.closeTo(0, 1e-12);
    for (const [coverage, df] of [
      [1, 5],
      [-0.1, 5],
      [NaN, 5],
      [0.95, 0],
      [0.95, 0.5],
    ] as const) {
      expect(() => studentTBound(coverage, df)).to.throw(RangeError);
    }
  });
});

describe("studentTTails", () => {
  it("agrees with SciPy to 10 digits", () => {
    for (const [t, df, p] of golden.studentTTails) {
      expect(studentTTails(t, df), `${t}, ${df}`).to.be.closeTo(p, 1e-10 * p);
    }
  });

  it("is 1 at 0, 0 at infinity, NaN of NaN, and refuses less than one degree of freedom", () => {
    expect([0, -Infinity, NaN].map((t) => studentTTails(t, 4))).to.deep.equal([1, 0, NaN]);
    expect(() => studentTTails(1, 0.5)).to.throw(RangeError);
  });
});
