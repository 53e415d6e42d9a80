import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { UserError } from "../../src/errors.ts";
import { drawingProcess } from "../../src/io/drawing-process.ts";
import { createImages } from "../../src/io/images.ts";

const run = promisify(execFile);

const FIGURE = {
  data: { values: [{ a: 1 }, { a: 2 }] },
  mark: "point",
  encoding: { x: { field: "a", type: "quantitative" } },
};

describe("drawingProcess", function () {
  // Loads vega, which takes long on a busy machine.
  this.timeout(60_000);

  it("gives the bytes that drawing here gives, for figures asked for at once", async () => {
    const images = drawingProcess();
    const [png, svg] = await Promise.all([
      images.render(FIGURE, "png"),
      images.render(FIGURE, "svg"),
    ]);
    const here = createImages();
    expect(Buffer.from(png).equals(await here.render(FIGURE, "png"))).to.equal(true);
    expect(Buffer.from(svg).equals(await here.render(FIGURE, "svg"))).to.equal(true);
    const small = await images.render(FIGURE, "png", { dpi: 96 });
    expect(small.length).to.be.below(png.length);
    expect(Buffer.from(small).equals(await here.render(FIGURE, "png", { dpi: 96 }))).to.equal(true);
  });

  it("draws for a program that was not started from a file", async () => {
    const url = pathToFileURL("dist/src/io/drawing-process.js").href;
    const program = `import { drawingProcess } from ${JSON.stringify(url)};
      console.log((await drawingProcess().render(${JSON.stringify(FIGURE)}, "svg")).length > 100);`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program]);
    expect(stdout.trim()).to.equal("true");
  });

  it("hands on what went wrong, and draws the next figure", async () => {
    const images = drawingProcess();
    const error = await images
      .render({ mark: "nothing" }, "svg")
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).and.not.instanceOf(UserError);
    expect((await images.render(FIGURE, "svg")).length).to.be.above(100);
  });
});
