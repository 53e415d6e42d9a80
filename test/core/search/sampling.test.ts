import { expect } from "chai";
import fc from "fast-check";

import {
  choice,
  fixed,
  integer,
  logUniform,
  normal,
  type Space,
} from "../../../src/core/search/distributions.ts";
import { DESIGNS } from "../../../src/core/search/designs/design.ts";
import {
  countSpace,
  derivedSeed,
  drawer,
  drawNew,
  type Sampling,
  samplingOf,
} from "../../../src/core/search/sampling.ts";
import { defineRandomSchedule, when } from "../../../src/core/search/schedule.ts";
import { UserError } from "../../../src/errors.ts";

const SPACE: Space = {
  lr: logUniform(1e-4, 1),
  units: integer(8, 128),
  "optimizer.name": choice(["sgd", "adam"]),
  noise: normal(0, 1),
};
/** The first draws of seed 42. */
const RECORDED = [
  { lr: 0.01111068583034347, units: 58, "optimizer.name": "sgd", noise: 0.3192150346102082 },
  { lr: 0.018883376501896042, units: 40, "optimizer.name": "adam", noise: 0.4611375702996571 },
];
/** The fourth draws of seed 42. */
const RECORDED_DESIGNS = {
  random: { lr: 0.21952142814797956, units: 127 },
  latinHypercube: { lr: 0.8273411295798445, units: 113 },
  sobol: { lr: 0.013939615458650263, units: 109 },
  halton: { lr: 0.1643067545176124, units: 82 },
};
const anySeed = fc.maxSafeNat();
const anyIndex = fc.nat();

describe("drawer", () => {
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

  it("gives the points of every design that it has always given", () => {
    const space = { lr: logUniform(1e-4, 1), units: integer(8, 128) };
    const drawn = DESIGNS.map((design) => {
      const { values } = drawer(samplingIn(space, 42, { design }))(3);
      return [design, values];
    });
    expect(Object.fromEntries(drawn)).to.deep.equal(RECORDED_DESIGNS);
  });

  it("leaves a parameter out where its condition does not hold, and changes no other", () => {
    const conditional = {
      momentum: when({ optimizer: ["sgd", "nesterov"] }, normal(0.5, 0.1)),
      optimizer: choice(["sgd", "nesterov", "adam"]),
      decay: when({ optimizer: "sgd", base: "x" }, fixed(3)),
      never: when({ decay: 3, base: "y" }, fixed(1)),
      deep: when({ decay: 3 }, integer(1, 9)),
    };
    const plain = { ...conditional, momentum: normal(0.5, 0.1), deep: integer(1, 9) };
    fc.assert(
      fc.property(anySeed, anyIndex, fc.constantFrom(...DESIGNS), (seed, index, design) => {
        const { values } = drawer(samplingIn(conditional, seed, { design }))(index);
        const all = drawer(samplingIn(plain, seed, { design }))(index).values;
        const { optimizer } = values;
        const names = ["momentum", "optimizer", "decay", "deep"].filter(
          (name) =>
            name === "optimizer" ||
            optimizer === "sgd" ||
            (name === "momentum" && optimizer === "nesterov"),
        );
        expect(Object.keys(values)).to.deep.equal(names);
        for (const name of names) expect(values[name]).to.equal(all[name] ?? 3);
      }),
    );
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
      drawNew(samplingIn(SPACE, 7), 0, () => true),
      20,
    );
    const first = take(
      drawNew(samplingIn(SPACE, 7), 0, () => true),
      8,
    );
    const rest = take(
      drawNew(samplingIn(SPACE, 7), 8, () => true),
      12,
    );
    expect([...first, ...rest]).to.deep.equal(all);
  });

  it("finds every combination of a small space, then says that none is left", () => {
    const space = { a: choice([1, 2, 3]), b: choice(["x", "y"], [1, 50]) };
    const seen = new Set<string>();
    const draws = drawNew(samplingIn(space, 1), 0, (values) => {
      const before = seen.size;
      return seen.add(JSON.stringify(values)).size > before;
    });
    take(draws, countSpace(samplingIn(space, 1)));
    expect(seen).to.have.property("size", 6);
    expect(() => draws.next())
      .to.throw(UserError)
      .with.property("code", "schedule-invalid");
  });
});

describe("countSpace", () => {
  it("counts what can be drawn, conditions and all", () => {
    const space = {
      optimizer: choice(["sgd", "adam"]),
      momentum: when({ optimizer: "sgd" }, choice([0, 0.5, 0.9])),
      units: integer(1, 4),
      extra: when({ momentum: [0.5, 0.9], units: 4 }, fixed(1)),
    };
    const sampling = samplingIn(space, 1);
    const drawAll = drawer(sampling);
    const seen = new Set<string>();
    for (let index = 0; index < 2000; index += 1) seen.add(JSON.stringify(drawAll(index).values));
    expect(countSpace(sampling)).to.equal(16).and.to.equal(seen.size);
    expect(countSpace(samplingIn({ ...space, lr: logUniform(1, 2) }, 1))).to.equal(Infinity);
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

function samplingIn(
  space: Space,
  samplerSeed: number,
  more: Partial<Parameters<typeof defineRandomSchedule>[0]> = {},
): Sampling {
  const common = { algNames: ["a"], taskNames: ["b"], seeds: [1], defaults: { base: "x" } };
  const schedule = defineRandomSchedule({ ...common, space, nExperiments: 8, ...more });
  return samplingOf(schedule, samplerSeed);
}

const drawAt = (space: Space, samplerSeed: number, index: number) =>
  drawer(samplingIn(space, samplerSeed))(index);
