import { expect } from "chai";

import { variationAxis } from "../../../src/core/figures/variation-axis.ts";
import {
  choice,
  integer,
  logInteger,
  logNormal,
  logUniform,
  normal,
  quantised,
  uniform,
} from "../../../src/core/search/distributions.ts";

describe("variationAxis", () => {
  it("is logarithmic where the distribution is", () => {
    for (const one of [logUniform(1e-4, 1), logInteger(1, 100), logNormal(0, 1)]) {
      expect(variationAxis(one, [1, 2])).to.equal("log");
    }
    for (const one of [uniform(0, 1), normal(0, 1), quantised(uniform(0, 1), 0.1)]) {
      expect(variationAxis(one, [1e-9, 1])).to.equal("linear");
    }
  });

  it("counts choices and whole numbers of which there are few", () => {
    expect(variationAxis(choice(["sgd", "adam"]), ["sgd"])).to.equal("categories");
    expect(variationAxis(integer(1, 4), [1, 4])).to.equal("categories");
    expect(variationAxis(integer(1, 40), [1, 4])).to.equal("linear");
  });

  it("counts the values of a grid, unless they are many numbers", () => {
    const many = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(variationAxis(undefined, [0.1, 0.01, 0.001])).to.equal("categories");
    expect(variationAxis(undefined, many)).to.equal("linear");
    expect(
      variationAxis(
        undefined,
        many.map((value) => 10 ** -value),
      ),
    ).to.equal("log");
    expect(variationAxis(undefined, [...many, "auto"])).to.equal("categories");
  });
});
