import { expect } from "chai";
import fc from "fast-check";

import { parsePlot } from "../../../src/commands/plot/plots-to-make.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";

describe("parsePlot", () => {
  it("reads x, y and limits, of which None leaves one out", () => {
    expect(parsePlot("epoch, loss")).to.deep.equal({
      x: "epoch",
      series: "train",
      y: "loss",
      limits: {},
    });
    expect(parsePlot("None,test/loss,0,None,-1,2e3")).to.deep.equal({
      x: undefined,
      series: "test",
      y: "loss",
      limits: { xMin: 0, yMin: -1, yMax: 2000 },
    });
  });

  it("refuses what is not of that form", () => {
    for (const text of ["", "loss", "x,None", "x,y,a", "x,y,2,1", "x,y,1,2,3,4,5"]) {
      expect(
        errorOf(UserError, () => parsePlot(text)),
        text,
      ).to.have.property("code", "usage");
    }
  });

  it("reads or refuses whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          expect(parsePlot(text).y).not.to.equal("");
        } catch (error) {
          expect(error).to.be.instanceOf(UserError);
        }
      }),
    );
  });
});
