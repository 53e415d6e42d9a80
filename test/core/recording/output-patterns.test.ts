import { expect } from "chai";
import fc from "fast-check";

import { createOutputReader } from "../../../src/core/recording/output-patterns.ts";

describe("createOutputReader", () => {
  it("reads the numbers of one line as one row, by all patterns", () => {
    const read = createOutputReader(["epoch {epoch}", "loss: {loss}", "acc = {accuracy}"]);
    expect(read("Epoch   3/50  loss: 0.25  acc=.9")).to.deep.equal({
      epoch: 3,
      loss: 0.25,
      accuracy: 0.9,
    });
    expect(read("epoch 4")).to.deep.equal({ epoch: 4 });
    expect(read("saved model.pt")).to.equal(undefined);
  });

  it("reads several names in one pattern, and signs, exponents, NaN and infinities", () => {
    const read = createOutputReader(["{a}, {b}"]);
    const pairs = [
      ["1, 2", 1, 2],
      ["-1e-3, +2.5E4", -0.001, 25_000],
      ["nan, NaN", Number.NaN, Number.NaN],
      ["inf, -Infinity", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ] as const;
    for (const [line, a, b] of pairs) expect(read(line), line).to.deep.equal({ a, b });
  });

  it("does not find a name within another, nor a number within a word", () => {
    const read = createOutputReader(["loss: {loss}"]);
    for (const line of [
      "val_loss: 0.5",
      "train.loss: 1",
      "loss: 3rd",
      "loss: 1.2.3",
      "loss: none",
    ]) {
      expect(read(line), line).to.equal(undefined);
    }
  });

  it("sees through the colours of a terminal", () => {
    const read = createOutputReader(["loss: {loss}"]);
    expect(read("\u001b[32mloss:\u001b[0m 0.5")).to.deep.equal({ loss: 0.5 });
  });

  it("takes what a pattern says word by word", () => {
    const read = createOutputReader(["[{step}] (loss*)={loss}$"]);
    expect(read("[7] (loss*)=0.5$")).to.deep.equal({ step: 7, loss: 0.5 });
    expect(read("7 losss=0.5")).to.equal(undefined);
  });

  it("gives finite numbers back as they were printed, whatever stands around them", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, fc.stringMatching(/^[a-z :]*$/), (value, words) => {
        const read = createOutputReader(["<{value}>"]);
        expect(read(`${words}<${value}>${words}`)).to.deep.equal({ value: Number(String(value)) });
      }),
    );
  });

  it("never throws, and takes no time over any line", () => {
    const read = createOutputReader(["a {x} b {y}", "{z}%"]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void read(line)));
    expect(read(`a ${"1".repeat(1e5)}e`.repeat(8))).to.equal(undefined);
    expect(read(" ".repeat(1e6))).to.equal(undefined);
  });
});
