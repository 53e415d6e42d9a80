import { expect } from "chai";
import fc from "fast-check";

import { countGrid, expandGrid } from "../../../src/core/search/grid.ts";

const variations = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,4}$/),
  fc.uniqueArray(fc.integer(), { maxLength: 4 }),
  { maxKeys: 4 },
);

describe("expandGrid", () => {
  it("lists each combination exactly once", () => {
    fc.assert(
      fc.property(variations, (values) => {
        const all = [...expandGrid(values)];
        const size = Object.values(values).reduce((product, list) => product * list.length, 1);
        expect(countGrid(values)).to.equal(size);
        expect(all).to.have.length(size);
        expect(new Set(all.map((one) => JSON.stringify(one)))).to.have.property("size", size);
      }),
    );
  });

  it("varies the last parameter fastest", () => {
    expect([...expandGrid({ lr: [0.1, 0.01], batch: [32, 64] })]).to.deep.equal([
      { lr: 0.1, batch: 32 },
      { lr: 0.1, batch: 64 },
      { lr: 0.01, batch: 32 },
      { lr: 0.01, batch: 64 },
    ]);
  });

  it("gives the first of a trillion without making the others", () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const grid = { a: values, b: values, c: values, d: values };
    expect(countGrid(grid)).to.equal(1e12);
    expect(expandGrid(grid).next().value).to.deep.equal({ a: 0, b: 0, c: 0, d: 0 });
  });
});
