import { expect } from "chai";

import { featuresOf } from "../../../src/core/analysis/importance/features.ts";
import type { Config } from "../../../src/core/config/config.ts";
import { parallelCoordinates } from "../../../src/core/figures/parallel-coordinates.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

function draw(experiments: readonly Config[], scores: readonly number[]): object {
  return parallelCoordinates({
    title: "Experiments",
    caption: ["How."],
    features: featuresOf(experiments),
    scores,
    scoreName: "accuracy",
    direction: "maximise",
  });
}

/** The places of each line on its axes, worst experiment first. */
function places(figure: object): readonly (readonly number[])[] {
  const lines = new Map<number, number[]>();
  for (const [, line, place] of JSON.stringify(figure).matchAll(
    /"line":(\d+),"axis":\d+,"place":([\d.e-]+),/g,
  )) {
    lines.set(Number(line), [...(lines.get(Number(line)) ?? []), Number(place)]);
  }
  return [...lines].sort(([a], [b]) => a - b).map(([, of]) => of);
}

describe("parallelCoordinates", () => {
  it("draws numbers, categories, missing values and equal scores without a warning", () => {
    const experiments = [
      { rate: 0.001, optimizer: "sgd", depth: 1 },
      { rate: 10, optimizer: "adam", depth: 1 },
      { rate: 0.1, optimizer: "adam", momentum: 0.9 },
    ];
    expect(figureWarnings(draw(experiments, [0.1, 0.2, 0.3]))).to.deep.equal([]);
    expect(figureWarnings(draw(experiments, [0.2, 0.2, 0.2]))).to.deep.equal([]);
    const wide = [1, 2].map((value) =>
      Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`name${index}`, value])),
    );
    expect(figureWarnings(draw(wide, [1, 2]))).to.deep.equal([]);
  });

  it("puts values between the least, at the bottom, and the greatest; over decades by logarithms", () => {
    const rates = [0.01, 1, 100].map((rate) => ({ rate }));
    const rounded = places(draw(rates, [1, 3, 2])).map((line) =>
      line.map((place) => Number(place.toFixed(9))),
    );
    expect(rounded).to.deep.equal([
      [0, 0],
      [1, 0.5],
      [0.5, 1],
    ]);
  });

  it("writes each of a few values, and round places of many", () => {
    const few = JSON.stringify(
      draw(
        [16, 32, 64, 128].map((size) => ({ size })),
        [1, 2, 3, 4],
      ),
    );
    for (const size of ["16", "32", "64", "128"]) expect(few).to.include(`"text":"${size}"`);
    const many = Array.from({ length: 41 }, (_, size) => ({ size }));
    const text = JSON.stringify(
      draw(
        many,
        many.map(({ size }) => size),
      ),
    );
    expect(text).to.include('"text":"10"').and.not.to.include('"text":"11"');
  });
});
