import { expect } from "chai";

import {
  permutationTest,
  signFlipTest,
} from "../../../../src/core/analysis/comparison/permutation.ts";
import { numbers, xorshift } from "../../../support/golden.ts";

describe("permutationTest", () => {
  it("counts all ways to deal few values", () => {
    expect(permutationTest([1, 2, 3], [4, 5, 6])).to.deep.equal({
      p: 0.1,
      isExact: true,
      exchanges: 20,
    });
    expect(permutationTest([1, 1], [1, 1]).p).to.equal(1);
  });

  it("draws where there are too many, near the exact value, the same for the same seed", () => {
    const random = xorshift(3);
    const [a, b] = [numbers(8, random), numbers(8, random).map((value) => value + 0.25)];
    const exact = permutationTest(a, b);
    expect(exact).to.deep.include({ isExact: true, exchanges: 12_870 });
    const drawn = permutationTest(a, b, { exchanges: 5000 });
    expect(drawn).to.deep.include({ isExact: false, exchanges: 5000 });
    expect(drawn.p).to.be.closeTo(exact.p, 0.03);
    expect(permutationTest(a, b, { exchanges: 5000 })).to.deep.equal(drawn);
  });

  it("is never 0", () => {
    const [a, b] = [numbers(30, xorshift(1)), numbers(30, xorshift(2)).map((value) => value + 99)];
    expect(permutationTest(a, b).p).to.equal(2 / 20_001);
  });
});

describe("signFlipTest", () => {
  it("counts all signs of few differences", () => {
    expect(signFlipTest([1, 2, 3, 4])).to.deep.equal({ p: 0.125, isExact: true, exchanges: 16 });
    expect(signFlipTest([0, 0]).p).to.equal(1);
  });

  it("draws where there are too many", () => {
    const differences = numbers(20, xorshift(5)).map((value) => value - 0.4);
    const drawn = signFlipTest(differences);
    expect(drawn).to.deep.include({ isExact: false, exchanges: 20_000 });
    const exact = signFlipTest(differences, { exchanges: 2 ** 20 });
    expect(drawn.p).to.be.closeTo(exact.p, 0.02);
  });
});
