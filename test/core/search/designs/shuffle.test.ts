import { expect } from "chai";
import fc from "fast-check";

import { shuffled } from "../../../../src/core/search/designs/shuffle.ts";

describe("shuffled", () => {
  it("gives each number once, and begins the same way for the same seed", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.maxSafeNat(), (count, seed) => {
        const all = [...shuffled(count, seed)];
        expect([...all].sort((a, b) => a - b)).to.deep.equal(
          Array.from({ length: count }, (_, index) => index),
        );
        expect(first(shuffled(count, seed), count / 2)).to.deep.equal(all.slice(0, count / 2));
      }),
    );
  });

  it("is as likely to take any pair of numbers, in any order", () => {
    const counts = new Map<string, number>();
    const samples = 20_000;
    for (let seed = 0; seed < samples; seed += 1) {
      const pair = first(shuffled(6, seed), 2).join();
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const expected = samples / 30;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(counts).to.have.property("size", 30);
    // 29 degrees of freedom: 58.3 is exceeded once in 1,000.
    expect(chiSquare).to.be.below(58.3);
  });

  it("takes a few of a quadrillion", () => {
    const some = first(shuffled(1e15, 3), 1000);
    expect(new Set(some)).to.have.property("size", 1000);
    expect(some.filter((number) => number < 5e14)).to.have.length.within(430, 570);
  });
});

function first(numbers: Iterator<number>, count: number): readonly number[] {
  return Array.from({ length: Math.floor(count) }, () => Number(numbers.next().value));
}
