import { expect } from "chai";
import fc from "fast-check";

import {
  choice,
  integer,
  logUniform,
  normal,
  type Space,
} from "../../../src/core/search/distributions.ts";
import { countSpace, derivedSeed, drawAt, drawNew } from "../../../src/core/search/sampling.ts";
import { UserError } from "../../../src/errors.ts";

const SPACE: Space = {
  lr: logUniform(1e-4, 1),
  units: integer(8, 128),
  "optimizer.name": choice(["sgd", "adam"]),
  noise: normal(0, 1),
};
/** The first draws of seed 42. */
const RECORDED = [
  { lr: 0.01111068583034347, units: 58, "optimizer.name": "sgd", noise: 1.0257517791301383 },
  { lr: 0.018883376501896042, units: 40, "optimizer.name": "adam", noise: 0.9449118419862965 },
];
const anySeed = fc.maxSafeNat();
const anyIndex = fc.nat();

describe("drawAt", () => {
  it("gives the same values for the same seed and index, in any order of names", () => {
    const names = fc.shuffledSubarray(Object.keys(SPACE), { minLength: 1 });
    fc.assert(
      fc.property(anySeed, anyIndex, names, (seed, index, some) => {
        const part = Object.fromEntries(
          Object.entries(SPACE)
            .sort(([a], [b]) => some.indexOf(a) - some.indexOf(b))
            .filter(([name]) => some.includes(name)),
        );
        const { values } = drawAt(SPACE, seed, index);
        for (const [name, value] of Object.entries(drawAt(part, seed, index).values)) {
          expect(value).to.equal(values[name]);
        }
      }),
    );
  });

  it("gives the values that it has always given", () => {
    // Recorded searches must be sampled on: whoever changes these changes every search's sequence.
    expect(drawAt(SPACE, 42, 0).values).to.deep.equal(RECORDED[0]);
    expect(drawAt(SPACE, 42, 1).values).to.deep.equal(RECORDED[1]);
  });

  it("draws names, indices and seeds apart from each other", () => {
    const one = logUniform(1e-4, 1);
    const space = { a: one, b: one };
    const values = [drawAt(space, 1, 0), drawAt(space, 1, 1), drawAt(space, 2, 0)].flatMap(
      (drawn) => Object.values(drawn.values),
    );
    expect(new Set(values)).to.have.property("size", 6);
  });
});

describe("drawNew", () => {
  it("goes on where an earlier sequence ended", () => {
    const all = take(
      drawNew(SPACE, 7, 0, () => true),
      20,
    );
    const first = take(
      drawNew(SPACE, 7, 0, () => true),
      8,
    );
    const rest = take(
      drawNew(SPACE, 7, 8, () => true),
      12,
    );
    expect([...first, ...rest]).to.deep.equal(all);
  });

  it("finds every combination of a small space, then says that none is left", () => {
    const space = { a: choice([1, 2, 3]), b: choice(["x", "y"], [1, 50]) };
    const seen = new Set<string>();
    const draws = drawNew(space, 1, 0, (values) => {
      const before = seen.size;
      return seen.add(JSON.stringify(values)).size > before;
    });
    take(draws, countSpace(space));
    expect(seen).to.have.property("size", 6);
    expect(() => draws.next())
      .to.throw(UserError)
      .with.property("code", "schedule-invalid");
  });
});

describe("derivedSeed", () => {
  it("differs between algorithms and tasks, and is always the same for one", () => {
    const seeds = ["a", "b"].flatMap((alg) => ["a", "b"].map((task) => derivedSeed(5, alg, task)));
    expect(new Set(seeds)).to.have.property("size", 4);
    expect(derivedSeed(5, "a", "b")).to.equal(seeds[1]);
  });
});

function take<T>(items: Iterator<T>, count: number): readonly T[] {
  return Array.from({ length: count }, () => items.next().value as T);
}
