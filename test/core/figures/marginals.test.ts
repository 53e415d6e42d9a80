import { expect } from "chai";

import { marginals, type MarginalsFigure } from "../../../src/core/figures/marginals.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

type Parameter = MarginalsFigure["parameters"][number];

function parameter(
  kind: Parameter["kind"],
  values: readonly (string | number | undefined)[],
): Parameter {
  const marginal = values.map((value, index) => {
    return { value, expected: index, interval: { low: index - 1, high: index + 1 } };
  });
  return { name: `${kind}${values.length}`, kind, marginal };
}

function draw(parameters: readonly Parameter[]): object {
  const y = { title: "expected accuracy", hint: "higher is better ↑" };
  return marginals({ title: "Marginals", caption: ["How."], parameters, y });
}

describe("marginals", () => {
  const numbers = parameter("numeric", [0.001, 0.1, 10]);
  const words = parameter("categorical", ["sgd", "adam"]);

  it("draws numbers, categories and values that are not set without a warning", () => {
    const mixed = parameter("numeric", [undefined, 1, 2]);
    for (const all of [[numbers], [numbers, words, mixed], Array<Parameter>(12).fill(words)]) {
      expect(figureWarnings(draw(all))).to.deep.equal([]);
    }
    expect(JSON.stringify(draw([mixed]))).to.include("not set");
  });

  it("shows all parameters on the same scale of scores", () => {
    const text = JSON.stringify(draw([numbers, words]));
    const domains = text.match(/"type":"linear","zero":false,"domain":\[[^\]]*\]/g) ?? [];
    expect(domains.length).to.be.greaterThan(3);
    expect(new Set(domains).size).to.equal(1);
  });

  it("puts a parameter that spans decades on a logarithmic axis, and says so", () => {
    expect(JSON.stringify(draw([numbers]))).to.include("log scale");
    expect(JSON.stringify(draw([parameter("numeric", [1, 2])]))).not.to.include("log scale");
  });
});
