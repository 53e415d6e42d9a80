import { hash } from "node:crypto";

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

const hashOf = (bytes: Uint8Array) => hash("sha256", bytes);

describe("createImages", function () {
  // Loads vega, which takes long on a busy machine.
  this.timeout(60_000);

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

  it("gives the same bytes whatever was drawn before, and in whichever formats", async () => {
    const images = createImages();
    const together = [];
    const formats = ["svg", "png", "pdf", "svg"] as const;
    for (const format of formats) together.push(await images.render(FIGURE, format));
    await images.render({ ...FIGURE, background: "red" }, "svg");
    together.push(await images.render(FIGURE, "png"));
    const alone = [];
    for (const format of [...formats, "png"] as const) {
      alone.push(await createImages().render(FIGURE, format));
    }
    expect(together.map(hashOf)).to.deep.equal(alone.map(hashOf));
  });

  it("draws PDF, the same bytes each time, with no date of the present in it", async () => {
    const images = createImages();
    const first = Buffer.from(await images.render(FIGURE, "pdf"));
    expect(first.toString("latin1"))
      .to.match(/^%PDF-1/)
      .and.include("/CreationDate (19700101");
    expect(first.equals(await images.render(FIGURE, "pdf"))).to.equal(true);
  });

  it("writes a page that loads nothing and that no name can break out of", async () => {
    const name = "</script><img src=x>";
    const figure = { ...FIGURE, description: name };
    const html = Buffer.from(await createImages().render(figure, "html")).toString("utf8");
    expect(html).to.include("softmax").and.to.include("default-src 'none'");
    expect(html).not.to.include(name);
    expect(html.match(/<script/g)).to.have.length(2);
    expect(html).not.to.match(/<(script|link|img)[^>]*(src|href)=/);
  });

  it("says what is missing where node-canvas cannot be loaded, and still draws SVG", async () => {
    const images = createImages(() => Promise.reject(new Error("no such module")));
    const error: unknown = await images.render(FIGURE, "png").then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError).with.property("code", "unavailable");
    for (const format of ["svg", "html"] as const) {
      const image = await images.render(FIGURE, format);
      expect(Buffer.from(image).toString("utf8")).to.include("softmax");
    }
  });
});
