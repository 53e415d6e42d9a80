import { expect } from "chai";

import { featuresOf } from "../../../../src/core/analysis/importance/features.ts";

describe("featuresOf", () => {
  it("codes numbers by rank, and says that they have an order", () => {
    const [rate] = featuresOf([{ rate: 10 }, { rate: 1e-5 }, { rate: 2 }, { rate: 10 }]);
    expect(rate).to.deep.equal({
      name: "rate",
      kind: "numeric",
      values: [1e-5, 2, 10],
      codes: Uint32Array.of(2, 0, 1, 2),
    });
  });

  it("takes texts, booleans, null, lists and mixtures as categories", () => {
    const kinds = featuresOf([
      { a: "x", b: true, c: null, d: [1, 2], e: 1, f: "10" },
      { a: "y", b: false, c: 1, d: [2, 1], e: "1", f: 10 },
    ]).map(({ name, kind, values }) => `${name} ${kind} ${values.length}`);
    expect(kinds).to.deep.equal(
      ["a", "b", "c", "d", "e", "f"].map((name) => `${name} categorical 2`),
    );
  });

  it("gives what is not set a value of its own, before all others", () => {
    const [momentum] = featuresOf([{ momentum: 0.9 }, {}, { momentum: 0.1 }]);
    expect(momentum?.values).to.deep.equal([undefined, 0.1, 0.9]);
    expect(momentum?.kind).to.equal("numeric");
  });

  it("names nested parameters by their paths, and leaves out what does not vary", () => {
    const features = featuresOf([
      { optimizer: { lr: 1, name: "sgd" }, batch: 8 },
      { optimizer: { lr: 2, name: "sgd" }, batch: 8 },
    ]);
    expect(features.map(({ name }) => name)).to.deep.equal(["optimizer.lr"]);
    expect(featuresOf([])).to.deep.equal([]);
  });

  it("looks at own properties only", () => {
    expect(featuresOf([{ toString: 1 }, {}])).to.have.length(1);
  });
});
