import { expect } from "chai";

import { alignCurves, commonAxis } from "../../../../src/core/analysis/curves/common-axis.ts";
import { curve } from "../../../support/columns.ts";

const long = curve([0, 0], [10, 1], [20, 2]);
const short = curve([5, 5], [15, 15]);

describe("commonAxis", () => {
  it("has each x that any curve recorded, once", () => {
    expect([...commonAxis([long, short, long])]).to.deep.equal([0, 5, 10, 15, 20]);
    expect([...commonAxis([])]).to.deep.equal([]);
  });

  it("is even over the whole range where there are too many", () => {
    expect([...commonAxis([long, short], 3)]).to.deep.equal([0, 10, 20]);
  });
});

describe("alignCurves", () => {
  it("interpolates within each curve's own range and never beyond it", () => {
    const { values, present } = alignCurves([long, short]);
    expect(values.map((of) => [...of])).to.deep.equal([
      [0, 0.5, 1, 1.5, 2],
      [NaN, 5, 10, 15, NaN],
    ]);
    expect(present.map((of) => [...of])).to.deep.equal([
      [1, 1, 1, 1, 1],
      [0, 1, 1, 1, 0],
    ]);
  });
});
