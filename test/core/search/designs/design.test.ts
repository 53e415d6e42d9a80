import { expect } from "chai";
import fc from "fast-check";

import {
  coordinatesOf,
  type Design,
  type DesignFacts,
  dimensionOrder,
  DESIGNS,
} from "../../../../src/core/search/designs/design.ts";
import { l2StarDiscrepancy } from "../../../support/discrepancy.ts";

const anySeed = fc.maxSafeNat();
/** What {@link randomMedian} gives for 1 to 6 dimensions: it takes seconds. */
const RANDOM_MEDIANS = [
  0.011048671966319996, 0.010396113288215034, 0.008347340608628823, 0.006376550875547313,
  0.004910566635892679, 0.003526599673054494,
];

describe("coordinatesOf", () => {
  it("gives the same points for the same seed, others for another, all in [0, 1)", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DESIGNS),
        anySeed,
        fc.nat({ max: 2 ** 31 }),
        (design, samplerSeed, index) => {
          const facts = factsOf({ design, samplerSeed, first: index });
          const [one, again] = [facts, facts].map((same) => pointsOf(same, index, 20));
          expect(one).to.deep.equal(again);
          for (const point of one ?? []) {
            for (const coordinate of point)
              expect(coordinate >= 0 && coordinate < 1).to.equal(true);
          }
          const other = pointsOf({ ...facts, samplerSeed: (samplerSeed + 1) % 2 ** 53 }, index, 20);
          expect(other).not.to.deep.equal(one);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("fills each of the finest intervals once, in every coordinate, however it is scrambled", () => {
    fc.assert(
      fc.property(anySeed, fc.boolean(), (samplerSeed, scramble) => {
        const facts = { samplerSeed, scramble, dimensions: names(6) };
        // A block of 2^8 points of a Sobol sequence, wherever it begins; of Halton, of base^k.
        const sobol = pointsOf(factsOf({ ...facts, design: "sobol" }), 3 * 256, 256);
        for (let d = 0; d < 6; d += 1) expectOnceEach(sobol, d, 256);
        const powers = [256, 243, 125, 343, 121, 169];
        powers.forEach((count, d) => {
          expectOnceEach(
            pointsOf(factsOf({ ...facts, design: "halton" }), 2 * count, count),
            d,
            count,
          );
        });
        const latin = factsOf({ ...facts, design: "latinHypercube", first: 5, size: 30 });
        for (let d = 0; d < 6; d += 1) {
          expectOnceEach(pointsOf(latin, 5, 30), d, 30);
          expectOnceEach(pointsOf(latin, 35, 30), d, 30);
        }
      }),
      { numRuns: 30 },
    );
  }).timeout(30_000);

  it("fills each box of a Sobol sequence's first two coordinates once", () => {
    const points = pointsOf(
      factsOf({ design: "sobol", samplerSeed: 7, dimensions: names(2) }),
      0,
      256,
    );
    for (let columns = 1; columns <= 256; columns *= 2) {
      const boxes = points.map(([x = 0, y = 0]) =>
        [Math.floor(x * columns), Math.floor((y * 256) / columns)].join(),
      );
      expect(new Set(boxes)).to.have.property("size", 256);
    }
  });

  it("has a lower L2-star discrepancy than the median of 100 random sets, up to 6 dimensions", () => {
    RANDOM_MEDIANS.forEach((median, index) => {
      for (const design of ["sobol", "halton"] as const) {
        const own = discrepancy(index + 1, { design, scramble: false });
        expect(own, `${design} ${index + 1}`).to.be.below(median);
        for (const samplerSeed of [1, 2, 3]) {
          const scrambled = discrepancy(index + 1, { design, samplerSeed });
          expect(scrambled, `${design} ${index + 1} ${samplerSeed}`).to.be.below(median);
        }
      }
    });
  }).timeout(30_000);

  it("is compared with medians that are those of random sets", () => {
    expect(randomMedian(2)).to.be.closeTo(RANDOM_MEDIANS[1] ?? Number.NaN, 1e-9);
  }).timeout(30_000);
});

describe("dimensionOrder", () => {
  it("does not depend on the author's order, and keeps what was given", () => {
    expect(dimensionOrder(["b", "c", "a"])).to.deep.equal(["a", "b", "c"]);
    expect(dimensionOrder(["0", "b", "a"], ["b", "x"])).to.deep.equal(["b", "x", "0", "a"]);
  });
});

function factsOf(facts: Partial<DesignFacts> & { readonly design: Design }): DesignFacts {
  return { scramble: true, samplerSeed: 0, dimensions: names(3), first: 0, size: 8, ...facts };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

function pointsOf(facts: DesignFacts, from: number, count: number): readonly Float64Array[] {
  const coordinate = coordinatesOf(facts);
  return Array.from({ length: count }, (_, index) =>
    Float64Array.from(facts.dimensions.map((name) => coordinate(from + index, name))),
  );
}

function expectOnceEach(points: readonly Float64Array[], dimension: number, count: number): void {
  // Rounding may leave a number just below the interval that it begins.
  const intervals = points.map((point) => Math.floor((point[dimension] ?? 0) * count + 1e-9));
  expect(new Set(intervals)).to.have.property("size", count);
}

/** Of 1,024 points. */
function discrepancy(
  dimensions: number,
  facts: Partial<DesignFacts> & { readonly design: Design },
): number {
  return l2StarDiscrepancy(pointsOf(factsOf({ ...facts, dimensions: names(dimensions) }), 0, 1024));
}

function randomMedian(dimensions: number): number {
  const all = Array.from({ length: 100 }, (_, samplerSeed) =>
    discrepancy(dimensions, { design: "random", samplerSeed }),
  ).sort((a, b) => a - b);
  return ((all[49] ?? Number.NaN) + (all[50] ?? Number.NaN)) / 2;
}
