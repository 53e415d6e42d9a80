import { expect } from "chai";
import fc from "fast-check";

import { variations, type VariedParameter } from "../../../src/core/figures/variations.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

const named = (
  values: readonly VariedParameter["values"][number]["value"][],
  axis: VariedParameter["axis"],
): VariedParameter => ({
  name: "x",
  axis,
  values: values.map((value, index) => ({ value, isEarlier: index % 2 === 0 })),
});

const figure = (parameters: readonly VariedParameter[]) =>
  variations({ title: "first", caption: ["How."], parameters });

describe("variations", function () {
  // vega-lite compiles many figures, which takes long on a busy machine.
  this.timeout(60_000);

  it("draws every kind of value without a warning", () => {
    const parameters = [
      named([0.1, 0.01, 0.5], "log"),
      named([1, 2, 3], "linear"),
      named([4, 4], "linear"),
      named(["sgd", "adam", null, true, [1, 2], { a: 1 }], "categories"),
      named([], "linear"),
      named(
        Array.from({ length: 1000 }, (_, index) => index),
        "linear",
      ),
    ];
    expect(figureWarnings(figure(parameters))).to.deep.equal([]);
  });

  it("draws any values on any axis", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null))),
        fc.constantFrom("linear" as const, "log" as const, "categories" as const),
        (values, axis) => {
          expect(figureWarnings(figure([named(values, axis)]))).to.deep.equal([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("counts each value of a category once, those that were there before apart", () => {
    const text = JSON.stringify(figure([named(["sgd", "sgd", "adam", "sgd"], "categories")]));
    expect(text).to.include('{"place":0,"earlier":1,"all":3,"zero":0}');
    expect(text).to.include('{"place":1,"earlier":1,"all":1,"zero":0}');
  });

  it("counts the rare ones of many categories together", () => {
    const many = Array.from({ length: 20 }, (_, index) => `v${index}`);
    expect(JSON.stringify(figure([named(many, "categories")]))).to.include("13 others");
  });

  it("has a logarithmic axis where it is asked for, and says so", () => {
    const text = JSON.stringify(figure([named([0.1, 0.001], "log")]));
    expect(text).to.include('"type":"log"').and.to.include("log scale");
  });

  it("falls back to counting for numbers that a logarithmic axis does not have", () => {
    expect(JSON.stringify(figure([named([0, 1], "log")]))).not.to.include('"type":"log"');
  });

  it("draws no more panels than can be looked at, and says how many are left", () => {
    const text = JSON.stringify(figure(Array.from({ length: 70 }, () => named([1], "linear"))));
    expect(text).to.include("10 more parameters are not drawn");
  });
});
