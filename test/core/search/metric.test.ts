import { expect } from "chai";

import { completeMetric } from "../../../src/core/search/metric.ts";

describe("completeMetric", () => {
  it("fills in what the author left out", () => {
    expect(completeMetric({ name: "loss", direction: "minimise" })).to.deep.equal({
      name: "loss",
      series: "train",
      direction: "minimise",
      aggregation: "mean_on_last_20_percents",
    });
  });
});
