import { expect } from "chai";

import { compareSearches } from "../../src/core/figures/compare-searches.ts";
import { UserError } from "../../src/errors.ts";
import { createImages } from "../../src/io/images.ts";

const FIGURE = compareSearches({
  boxes: [
    { task: "digits", label: ["mlp"], scores: [0.1, 0.5, 0.9] },
    { task: "digits", label: ["softmax"], scores: [0.2] },
  ],
  metric: "accuracy",
  direction: "maximise",
  caption: ["How it was made."],
});

describe("createImages", () => {
  it("draws SVG with every label in it", async () => {
    const svg = Buffer.from(await createImages().render(FIGURE, "svg")).toString("utf8");
    for (const label of ["mlp", "softmax", "digits", "n = 3", "accuracy", "How it was made."]) {
      expect(svg).to.include(label);
    }
  });

  it("draws PNG, the same bytes each time", async () => {
    const images = createImages();
    const first = await images.render(FIGURE, "png");
    const second = await images.render(FIGURE, "png");
    expect(Buffer.from(first.subarray(1, 4)).toString("latin1")).to.equal("PNG");
    expect(Buffer.from(first).equals(second)).to.equal(true);
  });

  it("says what is missing where node-canvas cannot be loaded, and still draws SVG", async () => {
    const images = createImages(() => Promise.reject(new Error("no such module")));
    const error: unknown = await images.render(FIGURE, "png").then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError).with.property("code", "unavailable");
    const svg = await images.render(FIGURE, "svg");
    expect(Buffer.from(svg).toString("utf8")).to.include("softmax");
  });
});
