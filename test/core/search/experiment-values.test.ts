import { expect } from "chai";

import { withValues } from "../../../src/core/search/experiment-values.ts";

const DEFAULTS = { lr: 0.1, units: 8, optimizer: { name: "sgd", momentum: 0 } };

describe("withValues", () => {
  it("puts the values into the defaults", () => {
    const values = { "optimizer.name": "adam", lr: 1 };
    expect(withValues(DEFAULTS, values, ["optimizer.name", "lr"])).to.deep.equal({
      lr: 1,
      units: 8,
      optimizer: { name: "adam", momentum: 0 },
    });
  });

  it("takes out varied parameters that have no value, and leaves the defaults as they are", () => {
    const before = structuredClone(DEFAULTS);
    const varied = ["units", "optimizer.momentum", "lr"];
    expect(withValues(DEFAULTS, { lr: 2 }, varied)).to.deep.equal({
      lr: 2,
      optimizer: { name: "sgd" },
    });
    expect(DEFAULTS).to.deep.equal(before);
  });
});
