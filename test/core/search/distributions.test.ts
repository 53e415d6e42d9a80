import { expect } from "chai";
import fc from "fast-check";

import {
  choice,
  type Distribution,
  fixed,
  integer,
  logInteger,
  logUniform,
  normal,
  logNormal,
  quantised,
  quantisedUniform,
  uniform,
} from "../../../src/core/search/distributions.ts";
import { countValues, quantile, valuesOf } from "../../../src/core/search/quantile.ts";

const ONE_BELOW = 1 - 2 ** -53;
const unit = fc.double({ min: 0, max: ONE_BELOW, noNaN: true });

/** The values at the ends of the unit interval. */
const ends = (one: Distribution) => [quantile(one, 0), quantile(one, ONE_BELOW)];

describe("quantile", () => {
  it("keeps within the range, both ends included", () => {
    expect(ends(integer(3, 7))).to.deep.equal([3, 7]);
    expect(ends(logInteger(1, 128))).to.deep.equal([1, 128]);
    expect(ends(quantisedUniform(0.1, 0.35, 0.1))).to.deep.equal([0.1, 0.3]);
    expect(ends(choice(["a", "b", "c"]))).to.deep.equal(["a", "c"]);
    expect(ends(choice(["a", "b"], [1, 3]))).to.deep.equal(["a", "b"]);
    expect(ends(fixed({ a: 1 }))).to.deep.equal([{ a: 1 }, { a: 1 }]);
    fc.assert(
      fc.property(unit, (number) => {
        expect(quantile(uniform(-2, 5), number)).to.be.within(-2, 5);
        expect(quantile(logUniform(1e-5, 0.3), number)).to.be.within(1e-5, 0.3);
        expect(quantile(logInteger(2, 50), number)).to.be.within(2, 50);
        expect(quantile(integer(-3, 3), number)).to.satisfy(Number.isInteger);
        expect(quantile(normal(0, 1), number)).to.satisfy(Number.isFinite);
      }),
    );
  });

  it("gives each order of magnitude its share", () => {
    expect(quantile(logUniform(1e-4, 1), 0.5)).to.be.closeTo(1e-2, 1e-12);
    expect(quantile(uniform(0, 10), 0.5)).to.equal(5);
  });

  it("gives each value its weight", () => {
    const weighted = choice(["rare", "often"], [1, 9]);
    const draws = Array.from({ length: 100 }, (_, index) => quantile(weighted, index / 100));
    expect(draws.filter((value) => value === "rare")).to.have.length(10);
  });

  it("spreads a normal distribution by its deviation", () => {
    expect(quantile(normal(5, 2), 0.5)).to.be.closeTo(5, 1e-12);
    // The 97.5th percentile of a standard normal variable.
    expect(quantile(normal(5, 2), 0.975)).to.be.closeTo(5 + 2 * 1.959963984540054, 1e-9);
    expect(quantile(logNormal(0, 1), 0.975)).to.be.closeTo(Math.exp(1.959963984540054), 1e-9);
    expect(quantile(normal(0, 1), 0)).to.be.closeTo(-6.338, 1e-3);
  });

  it("cuts a truncated distribution off at its bounds, and keeps its shape between them", () => {
    const cut = normal(0, 1, { low: -1, high: 2 });
    expect(quantile(cut, 0)).to.be.closeTo(-1, 1e-6);
    expect(quantile(cut, ONE_BELOW)).to.be.closeTo(2, 1e-6);
    // Φ(-1) + u (Φ(2) - Φ(-1)) = 1/2
    expect(quantile(cut, (0.5 - 0.15865525393145707) / 0.8185946141203637)).to.be.closeTo(0, 1e-9);
    expect(quantile(normal(0, 1, { low: 0 }), 0.5)).to.be.closeTo(0.6744897501960817, 1e-9);
    expect(quantile(logNormal(0, 1, { high: 1 }), ONE_BELOW)).to.be.closeTo(1, 1e-6);
  });

  it("rounds quantised values to multiples of the step, within the bounds", () => {
    fc.assert(
      fc.property(unit, (u) => {
        const rates = quantile(quantised(logUniform(0.003, 0.1), 0.01), u);
        expect(Number(rates) * 100).to.be.closeTo(Math.round(Number(rates) * 100), 1e-9);
        expect(rates).to.be.within(0.01, 0.1);
        expect(Number(quantile(quantised(normal(0, 3), 0.5), u)) * 2).to.satisfy(Number.isInteger);
      }),
    );
    expect(quantised(uniform(0, 1), 0.25)).to.deep.equal(quantisedUniform(0, 1, 0.25));
  });

  it("does not fall when the share grows", () => {
    const all = [
      uniform(-1, 3),
      logUniform(1e-3, 10),
      normal(0, 1),
      logNormal(1, 2, { low: 0.5 }),
      integer(1, 9),
      logInteger(1, 99),
      quantised(logNormal(0, 1, { high: 5 }), 0.1),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...all), unit, unit, (one, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(quantile(one, high)).to.be.at.least(Number(quantile(one, low)));
      }),
    );
  });
});

describe("countValues", () => {
  it("counts what draw can give", () => {
    const finite = [
      integer(2, 6),
      quantisedUniform(0, 1, 0.25),
      choice([1, 2, 3]),
      fixed(1),
      quantised(logUniform(0.25, 2), 0.5),
      quantised(normal(0, 2, { low: -1, high: 1 }), 0.5),
    ];
    for (const one of finite) {
      const seen = new Set(Array.from({ length: 1000 }, (_, index) => quantile(one, index / 1000)));
      expect(countValues(one), one.kind).to.equal(seen.size);
      expect(valuesOf(one), one.kind).to.have.members([...seen]);
    }
    expect(countValues(uniform(0, 1))).to.equal(Number.POSITIVE_INFINITY);
  });
});
