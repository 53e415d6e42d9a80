import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { haltonCoordinate, haltonDimension } from "../../../../src/core/search/designs/halton.ts";
import {
  MAX_SOBOL_DIMENSIONS,
  sobolCoordinate,
  sobolDimension,
} from "../../../../src/core/search/designs/sobol.ts";

type Published = {
  readonly digests: readonly string[];
  readonly shown: Readonly<Record<string, readonly number[]>>;
};
/** Made by published-points.py. */
const PUBLISHED = JSON.parse(
  readFileSync("test/core/search/designs/published-points.json", "utf8"),
) as {
  readonly points: number;
  readonly sobol: Published;
  readonly halton: Published & { readonly bases: readonly number[] };
};

describe("sobolCoordinate", () => {
  it("gives the published sequence: 1,000 points in 128 dimensions", () => {
    const { digests, shown } = PUBLISHED.sobol;
    expect(digests).to.have.length(128);
    digests.forEach((published, d) => {
      const dimension = sobolDimension(d);
      const numerators = numbers().map((index) => sobolCoordinate(dimension, index) * 2 ** 30);
      expect(digest(numerators), `dimension ${d + 1}`).to.equal(published);
    });
    for (const [index, point] of Object.entries(shown)) {
      const ours = point.map((_, d) => sobolCoordinate(sobolDimension(d), Number(index)));
      expect(ours).to.deep.equal(point);
    }
  });

  it("has direction numbers whose highest digits differ, in every dimension", () => {
    for (let d = 0; d < MAX_SOBOL_DIMENSIONS; d += 1) {
      const { directions } = sobolDimension(d);
      // A triangle of ones: each power of two of points fills each of as many intervals once.
      const places = [...directions].map((word) => 31 - Math.clz32(word & -word));
      expect(places, `dimension ${d}`).to.deep.equal(places.map((_, digit) => 31 - digit));
    }
    expect(() => sobolDimension(MAX_SOBOL_DIMENSIONS)).to.throw(RangeError);
  });
});

describe("haltonCoordinate", () => {
  it("gives the published sequence: 1,000 points in 128 dimensions", () => {
    const { bases, digests, shown } = PUBLISHED.halton;
    expect(digests).to.have.length(128);
    digests.forEach((published, d) => {
      const dimension = haltonDimension(d);
      expect(dimension.base).to.equal(bases[d]);
      const denominator = powerFrom(dimension.base, PUBLISHED.points);
      const numerators = numbers().map((index) => haltonCoordinate(dimension, index) * denominator);
      expect(digest(numerators), `dimension ${d + 1}`).to.equal(published);
    });
    for (const [index, point] of Object.entries(shown)) {
      point.forEach((coordinate, d) => {
        const ours = haltonCoordinate(haltonDimension(d), Number(index));
        expect(ours).to.be.closeTo(coordinate, 1e-15);
      });
    }
  });
});

const numbers = () => Array.from({ length: PUBLISHED.points }, (_, index) => index);

/** Of whole numbers; what rounding has added is taken away. */
function digest(numerators: readonly number[]): string {
  const whole = numerators.map(Math.round);
  const errors = numerators.map((number, index) => Math.abs(number - (whole[index] ?? Number.NaN)));
  expect(Math.max(...errors)).to.be.below(1e-6);
  return createHash("sha256").update(whole.join(",")).digest("hex").slice(0, 16);
}

function powerFrom(base: number, least: number): number {
  let power = base;
  while (power < least) power *= base;
  return power;
}
