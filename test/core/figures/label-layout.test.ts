import { expect } from "chai";

import { layoutLabels } from "../../../src/core/figures/label-layout.ts";

describe("layoutLabels", () => {
  it("keeps labels horizontal and whole where they fit", () => {
    const { axis, shorten } = layoutLabels([["softmax", "n = 3"]], 4, 600);
    expect(axis["labelAngle"]).to.equal(0);
    expect(shorten(["softmax", "n = 3"])).to.deep.equal(["softmax", "n = 3"]);
  });

  it("slants them where there are many or they are long", () => {
    expect(layoutLabels([["softmax"]], 12, 600).axis["labelAngle"]).to.be.below(0);
    expect(layoutLabels([["x".repeat(40)]], 1, 600).axis["labelAngle"]).to.be.below(0);
  });

  it("lets a dozen slanted labels of two lines stand on a page", () => {
    const labels = Array.from({ length: 12 }, (_, index) => [
      `algorithm number ${index}`,
      "n = 12",
    ]);
    expect(12 * layoutLabels(labels, 12, 540).step).to.be.at.most(540);
  });

  it("cuts the middle out of a long line, so that numbered names stay apart", () => {
    const { shorten } = layoutLabels([["x".repeat(40)]], 12, 600);
    const [first = "", second = ""] = shorten([`${"x".repeat(40)}1`, `${"x".repeat(40)}2`]);
    expect(first)
      .to.match(/^x+…x+1$/)
      .and.to.have.length(22);
    expect(second).to.not.equal(first);
  });
});
