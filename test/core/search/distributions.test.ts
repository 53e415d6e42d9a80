import { expect } from "chai";
import fc from "fast-check";

import {
  choice,
  countValues,
  type Distribution,
  draw,
  fixed,
  integer,
  logInteger,
  logUniform,
  normal,
  quantisedUniform,
  uniform,
} from "../../../src/core/search/distributions.ts";

const ONE_BELOW = 1 - 2 ** -53;
const unit = fc.double({ min: 0, max: ONE_BELOW, noNaN: true });

/** The values at the ends of the unit interval. */
const ends = (one: Distribution) => [draw(one, () => 0), draw(one, () => ONE_BELOW)];

describe("draw", () => {
  it("keeps within the range, both ends included", () => {
    expect(ends(integer(3, 7))).to.deep.equal([3, 7]);
    expect(ends(logInteger(1, 128))).to.deep.equal([1, 128]);
    expect(ends(quantisedUniform(0.1, 0.35, 0.1))).to.deep.equal([0.1, 0.3]);
    expect(ends(choice(["a", "b", "c"]))).to.deep.equal(["a", "c"]);
    expect(ends(choice(["a", "b"], [1, 3]))).to.deep.equal(["a", "b"]);
    expect(ends(fixed({ a: 1 }))).to.deep.equal([{ a: 1 }, { a: 1 }]);
    fc.assert(
      fc.property(unit, (number) => {
        expect(draw(uniform(-2, 5), () => number)).to.be.within(-2, 5);
        expect(draw(logUniform(1e-5, 0.3), () => number)).to.be.within(1e-5, 0.3);
        expect(draw(logInteger(2, 50), () => number)).to.be.within(2, 50);
        expect(draw(integer(-3, 3), () => number)).to.satisfy(Number.isInteger);
        expect(draw(normal(0, 1), () => number)).to.satisfy(Number.isFinite);
      }),
    );
  });

  it("gives each order of magnitude its share", () => {
    expect(draw(logUniform(1e-4, 1), () => 0.5)).to.be.closeTo(1e-2, 1e-12);
    expect(draw(uniform(0, 10), () => 0.5)).to.equal(5);
  });

  it("gives each value its weight", () => {
    const weighted = choice(["rare", "often"], [1, 9]);
    const draws = Array.from({ length: 100 }, (_, index) => draw(weighted, () => index / 100));
    expect(draws.filter((value) => value === "rare")).to.have.length(10);
  });

  it("spreads a normal distribution by its deviation", () => {
    const numbers = [0.3, 0.25];
    const random = () => numbers.shift() ?? 0;
    // cos(π / 2) is nothing, so the mean is left.
    expect(draw(normal(5, 2), random)).to.be.closeTo(5, 1e-9);
    const other = [0.3, 0];
    const radius = Math.sqrt(-2 * Math.log(0.7));
    expect(draw(normal(5, 2), () => other.shift() ?? 0)).to.be.closeTo(5 + 2 * radius, 1e-9);
  });
});

describe("countValues", () => {
  it("counts what draw can give", () => {
    const finite = [integer(2, 6), quantisedUniform(0, 1, 0.25), choice([1, 2, 3]), fixed(1)];
    for (const one of finite) {
      const seen = new Set(
        Array.from({ length: 1000 }, (_, index) => draw(one, () => index / 1000)),
      );
      expect(countValues(one), one.kind).to.equal(seen.size);
    }
    expect(countValues(uniform(0, 1))).to.equal(Number.POSITIVE_INFINITY);
  });
});
