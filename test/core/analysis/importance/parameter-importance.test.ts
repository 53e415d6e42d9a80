import { expect } from "chai";

import { featuresOf } from "../../../../src/core/analysis/importance/features.ts";
import {
  expectedScore,
  explainedShare,
  growForest,
} from "../../../../src/core/analysis/importance/forest.ts";
import { parameterImportance } from "../../../../src/core/analysis/importance/parameter-importance.ts";
import { seededGenerator } from "../../../../src/core/seeded-generator.ts";
import { numbers, readGolden, xorshift } from "../../../support/golden.ts";

const golden = readGolden<{
  seed: number;
  experiments: number;
  parameters: number;
  explained: number;
  marginal: readonly (readonly [number, number])[];
}>("forest");

/** The Friedman #1 function of five parameters; the sixth does nothing. */
function friedman() {
  const random = xorshift(golden.seed);
  return Array.from({ length: golden.experiments }, () => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers(golden.parameters, random);
    const score = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e;
    return { values: { a, b, c, d, e, f }, score };
  });
}

/** Two parameters that matter, of different kinds, and two that do not. */
function search(n: number, seed: number) {
  const random = xorshift(seed);
  return Array.from({ length: n }, () => {
    const [a = 0, b = 0, c = 0, d = 0, noise = 0] = numbers(5, random);
    const rate = 10 ** (-4 * a);
    const optimizer = ["sgd", "adam", "lion"][Math.floor(3 * b)] ?? "";
    const values = { rate, optimizer, depth: Math.floor(10 * c), isWide: d < 0.5 };
    const score = -((4 * a - 2) ** 2) + (optimizer === "adam" ? 1.5 : 0) + 0.3 * noise;
    return { values, score };
  });
}

describe("parameterImportance", () => {
  it("finds what matters and what does not, and how sure that is", () => {
    const report = parameterImportance(search(80, 5));
    if (report === undefined) throw new Error("Expected a report");
    expect(report.explained).to.be.greaterThan(0.7);
    expect(report.parameters.map(({ name }) => name).slice(0, 2)).to.deep.equal([
      "rate",
      "optimizer",
    ]);
    const [rate, optimizer, ...others] = report.parameters;
    expect(rate?.interval.low).to.be.greaterThan(0);
    expect(optimizer?.importance).to.be.greaterThan(0.1);
    for (const { importance, interval } of others) {
      expect(Math.abs(importance)).to.be.lessThan(0.05);
      expect(interval.low).to.be.lessThan(0);
    }
    expect(report.caption).to.contain("64 trees").and.contain("n = 80").and.contain("seed 0");
  });

  it("shows what to expect at each value", () => {
    const { parameters } = parameterImportance(search(80, 5)) ?? { parameters: [] };
    const optimizer = parameters.find(({ name }) => name === "optimizer")?.marginal ?? [];
    expect(optimizer.map(({ value }) => value)).to.deep.equal(["adam", "lion", "sgd"]);
    const [adam = NaN, lion = NaN, sgd = NaN] = optimizer.map(({ expected }) => expected);
    expect(adam)
      .to.be.greaterThan(lion + 0.5)
      .and.greaterThan(sgd + 0.5);
    const rates = parameters.find(({ name }) => name === "rate")?.marginal ?? [];
    expect(rates).to.have.length(16);
    const best = rates.reduce((a, b) => (b.expected > a.expected ? b : a));
    expect(best.value).to.be.within(1e-3, 1e-1);
  });

  it("says that it explains nothing where nothing matters", () => {
    const random = xorshift(9);
    const noise = search(60, 3).map(({ values }) => ({ values, score: random() }));
    expect(parameterImportance(noise)?.explained).to.be.lessThan(0.15);
  });

  it("gives the same numbers for the same seed", () => {
    const of = (seed: number) => parameterImportance(search(25, 1), { seed, trees: 8 });
    expect(of(1)).to.deep.equal(of(1)).and.not.deep.equal(of(2));
  });

  it("does not change with a parameter's scale", () => {
    const experiments = search(30, 2);
    const rescaled = experiments.map(({ values, score }) => ({
      values: { ...values, rate: Math.log10(values.rate) },
      score,
    }));
    const of = (given: typeof experiments) =>
      parameterImportance(given, { trees: 8 })?.parameters.map(({ importance }) => importance);
    expect(of(rescaled)).to.deep.equal(of(experiments));
  });

  it("is undefined for too few experiments, equal scores, and nothing that varies", () => {
    const experiments = search(30, 2);
    expect(parameterImportance([])).to.equal(undefined);
    expect(parameterImportance(experiments.slice(0, 19))).to.equal(undefined);
    expect(parameterImportance(experiments.map(({ values }) => ({ values, score: 1 })))).to.equal(
      undefined,
    );
    expect(parameterImportance(experiments.map(({ score }) => ({ values: {}, score })))).to.equal(
      undefined,
    );
  });

  it("refuses scores that are not finite", () => {
    const experiments = search(30, 2).map((one, index) =>
      index === 3 ? { ...one, score: NaN } : one,
    );
    expect(() => parameterImportance(experiments)).to.throw(RangeError);
  });
});

describe("growForest", () => {
  const experiments = friedman();
  const features = featuresOf(experiments.map(({ values }) => values));
  const scores = Float64Array.from(experiments, ({ score }) => score);
  const forest = growForest(features, scores, [...scores.keys()], 200, seededGenerator("forest"));

  it("explains as much of unseen experiments as scikit-learn's", () => {
    expect(explainedShare(forest)).to.be.closeTo(golden.explained, 0.03);
  });

  it("expects the same scores along a parameter", () => {
    const values = features[3]?.values ?? [];
    const spread = 15;
    for (const [value, expected] of golden.marginal) {
      const code = values.findIndex((one) => Math.abs(Number(one) - value) < 1e-12);
      expect(expectedScore(forest, 3, code)).to.be.closeTo(expected, 0.03 * spread);
    }
  });
});
