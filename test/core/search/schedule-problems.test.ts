import { expect } from "chai";
import fc from "fast-check";

import {
  choice,
  fixed,
  integer,
  logNormal,
  logUniform,
  normal,
  quantised,
  uniform,
} from "../../../src/core/search/distributions.ts";
import {
  defineGridSchedule,
  defineRandomSchedule,
  when,
} from "../../../src/core/search/schedule.ts";
import { checkSchedule, scheduleProblems } from "../../../src/core/search/schedule-problems.ts";
import { UserError } from "../../../src/errors.ts";

const DEFAULTS = { learningRate: 0.1, optimizer: { name: "sgd", lr: 0.1 } };
const COMMON = { algNames: ["mlp"], taskNames: ["digits"], seeds: [1, 2], defaults: DEFAULTS };
const GRID = defineGridSchedule({ ...COMMON, variations: { learningRate: [0.1, 1] } });
const RANDOM = defineRandomSchedule({
  ...COMMON,
  space: { "optimizer.lr": uniform(0, 1) },
  nExperiments: 5,
});
const UNPOLLUTED = JSON.parse('{ "__proto__": [1, 2] }') as object;

/** Schedules with one fault each, and the place at which it must be reported. */
const FAULTS: readonly (readonly [string, unknown, string])[] = [
  ["no default export", undefined, ""],
  ["a function", () => GRID, ""],
  ["neither variations nor space", COMMON, ""],
  ["an unknown kind", { ...GRID, kind: "gird" }, ""],
  ["no algorithm", { ...GRID, algNames: [] }, "algNames"],
  ["algNames as a text", { ...GRID, algNames: "mlp" }, "algNames"],
  ["a repeated algorithm", { ...GRID, algNames: ["a", "a"] }, "algNames[1]"],
  ["an algorithm's name with _", { ...GRID, algNames: ["my_alg"] }, "algNames[0]"],
  ["a task's name with /", { ...GRID, taskNames: ["a/b"] }, "taskNames[0]"],
  ["no seeds", { ...GRID, seeds: [] }, "seeds"],
  ["seeds as a number", { ...GRID, seeds: 3 }, "seeds"],
  ["a repeated seed", { ...GRID, seeds: [1, 2, 1] }, "seeds[2]"],
  ["a negative seed", { ...GRID, seeds: [-1] }, "seeds[0]"],
  ["a broken seed", { ...GRID, seeds: [1.5] }, "seeds[0]"],
  ["no defaults", { ...GRID, defaults: undefined }, "defaults"],
  ["defaults not called", { ...GRID, defaults: () => DEFAULTS }, "defaults"],
  ["a function in the defaults", { ...GRID, defaults: { ...DEFAULTS, f: () => 1 } }, "defaults.f"],
  ["NaN in the defaults", { ...GRID, defaults: { ...DEFAULTS, n: NaN } }, "defaults.n"],
  [
    "a name with / in the defaults",
    { ...GRID, defaults: { learningRate: 1, "a/b": 1 } },
    'defaults["a/b"]',
  ],
  ["an unknown key", { ...GRID, sedes: [1] }, "sedes"],
  ["a random key in a grid", { ...GRID, nExperiments: 3 }, "nExperiments"],
  ["an unknown parameter", { ...GRID, variations: { learnigRate: [1] } }, "variations.learnigRate"],
  [
    "a parameter without values",
    { ...GRID, variations: { learningRate: [] } },
    "variations.learningRate",
  ],
  ["one bare value", { ...GRID, variations: { learningRate: 0.1 } }, "variations.learningRate"],
  [
    "a repeated value",
    { ...GRID, variations: { learningRate: [0, 1, -0] } },
    "variations.learningRate[2]",
  ],
  [
    "an infinite value",
    { ...GRID, variations: { learningRate: [Infinity] } },
    "variations.learningRate[0]",
  ],
  [
    "a function as a value",
    { ...GRID, variations: { learningRate: [() => 1] } },
    "variations.learningRate[0]",
  ],
  ["a varied seed", { ...GRID, variations: { seed: [1] } }, "variations.seed"],
  ["a varied algName", { ...GRID, variations: { algName: ["a"] } }, "variations.algName"],
  ["__proto__", { ...GRID, variations: UNPOLLUTED }, "variations.__proto__"],
  ["an inherited name", { ...GRID, variations: { toString: [1] } }, "variations.toString"],
  [
    "overlapping names",
    { ...GRID, variations: { optimizer: [{ name: "a" }], "optimizer.lr": [1] } },
    'variations["optimizer.lr"]',
  ],
  ["no experiments", { ...RANDOM, nExperiments: 0 }, "nExperiments"],
  ["half an experiment", { ...RANDOM, nExperiments: 1.5 }, "nExperiments"],
  ["a text for a number", { ...RANDOM, nExperiments: "5" }, "nExperiments"],
  ["a sampler seed that is none", { ...RANDOM, samplerSeed: -1 }, "samplerSeed"],
  ["a value in the space", space({ learningRate: 0.1 }), "space.learningRate"],
  ["a list in the space", space({ learningRate: [1, 2] }), "space.learningRate"],
  ["a nested space", space({ optimizer: { lr: uniform(0, 1) } }), "space.optimizer"],
  [
    "an unknown distribution",
    space({ learningRate: { kind: "loguniform", low: 1, high: 2 } }),
    "space.learningRate.kind",
  ],
  ["a range from high to low", space({ learningRate: uniform(1, 0) }), "space.learningRate.high"],
  [
    "a logarithm of zero",
    space({ learningRate: { kind: "logUniform", low: 0, high: 1 } }),
    "space.learningRate.low",
  ],
  ["an infinite range", space({ learningRate: uniform(0, Infinity) }), "space.learningRate.high"],
  [
    "a broken integer",
    space({ learningRate: { kind: "integer", low: 0.5, high: 3 } }),
    "space.learningRate.low",
  ],
  [
    "a step too far",
    space({ learningRate: { kind: "quantisedUniform", low: 0, high: 1, step: 2 } }),
    "space.learningRate.step",
  ],
  [
    "no deviation",
    space({ learningRate: { kind: "normal", mean: 0, deviation: 0 } }),
    "space.learningRate.deviation",
  ],
  [
    "an empty choice",
    space({ learningRate: { kind: "choice", values: [] } }),
    "space.learningRate.values",
  ],
  [
    "weights that do not fit",
    space({ learningRate: { kind: "choice", values: [1, 2], weights: [1] } }),
    "space.learningRate.weights",
  ],
  [
    "a weight of zero",
    space({ learningRate: { kind: "choice", values: [1, 2], weights: [0, 1] } }),
    "space.learningRate.weights",
  ],
  [
    "an unknown part",
    space({ learningRate: { ...uniform(0, 1), hihg: 2 } }),
    "space.learningRate.hihg",
  ],
  [
    "more experiments than there are",
    space({ learningRate: { kind: "integer", low: 1, high: 4 } }),
    "nExperiments",
  ],
  ["repeats beside seeds", { ...GRID, repeats: 3 }, "repeats"],
  ["no repeats", { ...GRID, seeds: undefined, repeats: 0 }, "repeats"],
  ["one parameter on two axes", grid({ zip: { learningRate: [1, 2] } }), "zip.learningRate"],
  [
    "one parameter in a block and beside it",
    grid({ blocks: [{ zip: [{ learningRate: [1, 2] }] }] }),
    "blocks[0].zip[0].learningRate",
  ],
  [
    "an override of a part of what varies",
    grid({ variations: { optimizer: [{}] }, overrides: [{ name: "a", "optimizer.lr": 1 }] }),
    'overrides[0]["optimizer.lr"]',
  ],
  ["no block", grid({ blocks: [] }), "blocks"],
  ["a block that is a list", grid({ blocks: [[]] }), "blocks[0]"],
  ["an unknown key in a block", grid({ blocks: [{ variation: {} }] }), "blocks[0].variation"],
  ["zipped lists of different lengths", zip({ "optimizer.lr": [1] }), 'zip["optimizer.lr"]'],
  ["an empty zipped list", zip({ "optimizer.lr": [] }), 'zip["optimizer.lr"]'],
  [
    "a row that is zipped twice",
    grid({ variations: {}, zip: { learningRate: [1, 2, 1], "optimizer.lr": [3, 3, 3] } }),
    "zip",
  ],
  ["no zipped parameter", grid({ zip: [{}] }), "zip[0]"],
  ["no overrides", grid({ overrides: [] }), "overrides"],
  ["an override without a name", grid({ overrides: [{ "optimizer.lr": 1 }] }), "overrides[0].name"],
  [
    "a name for two overrides",
    overrides({ name: "a", "optimizer.lr": 1 }, { name: "a", "optimizer.lr": 2 }),
    "overrides[1].name",
  ],
  [
    "overrides that are the same with the defaults",
    overrides({ name: "a", "optimizer.lr": 0.1 }, { name: "b" }),
    "overrides[1]",
  ],
  [
    "an override of an unknown parameter",
    overrides({ name: "a", "optimizer.rl": 1 }),
    'overrides[0]["optimizer.rl"]',
  ],
  ["half a sample", grid({ sample: 0.5 }), "sample"],
  ["a sample of more than there is", grid({ sample: 3 }), ""],
  ["a sampler seed without a sample", grid({ samplerSeed: 3 }), "samplerSeed"],
  ["no exclusion", grid({ exclude: [] }), "exclude"],
  ["an empty exclusion", grid({ exclude: [{}] }), "exclude[0]"],
  [
    "an exclusion of an unknown parameter",
    grid({ exclude: [{ learnigRate: 1 }] }),
    "exclude[0].learnigRate",
  ],
  [
    "an exclusion of a value that is never taken",
    grid({ exclude: [{ learningRate: [0.1, 0.5] }] }),
    "exclude[0].learningRate",
  ],
  [
    "an exclusion that never applies",
    conditional(
      { when: { learningRate: 1 }, values: [5] },
      { "optimizer.lr": 5, learningRate: 0.1 },
    ),
    "exclude[0]",
  ],
  ["an exclusion of everything", grid({ exclude: [{ "optimizer.lr": 0.1 }] }), "exclude"],
  [
    "a function that throws",
    grid({
      exclude: [
        () => {
          throw new TypeError("no");
        },
      ],
    }),
    "",
  ],
  [
    "a condition that is a text",
    conditional({ when: "learningRate == 1", values: [5] }),
    'variations["optimizer.lr"].when',
  ],
  [
    "a condition without values",
    conditional({ when: { learningRate: 1 } }),
    'variations["optimizer.lr"].values',
  ],
  [
    "a condition on a value that is never taken",
    conditional({ when: { learningRate: 2 }, values: [5] }),
    'variations["optimizer.lr"].when.learningRate',
  ],
  [
    "a condition that asks a constant in vain",
    conditional({ when: { "optimizer.name": "adam" }, values: [5] }),
    'variations["optimizer.lr"].when["optimizer.name"]',
  ],
  [
    "a condition on itself",
    conditional({ when: { "optimizer.lr": 5 }, values: [5] }),
    'variations["optimizer.lr"].when',
  ],
  ["an unknown design", { ...RANDOM, design: "sobel" }, "design"],
  ["scrambled chance", { ...RANDOM, scramble: true }, "scramble"],
  ["half a scramble", { ...RANDOM, design: "sobol", scramble: "owen" }, "scramble"],
  [
    "a condition on a continuous parameter",
    space({ learningRate: uniform(0, 1), "optimizer.lr": when({ learningRate: 0.5 }, fixed(1)) }),
    'space["optimizer.lr"].when.learningRate',
  ],
  [
    "conditions in a circle",
    space({
      learningRate: when({ "optimizer.lr": 1 }, fixed(1)),
      "optimizer.lr": when({ learningRate: 1 }, fixed(1)),
    }),
    'space.learningRate.when space["optimizer.lr"].when',
  ],
  [
    "more experiments than conditions leave",
    space({
      learningRate: choice([1, 2]),
      "optimizer.lr": when({ learningRate: 1 }, choice([1, 2, 3])),
    }),
    "nExperiments",
  ],
  [
    "a step of nothing",
    space({ learningRate: quantised(normal(0, 1), 0) }),
    "space.learningRate.step",
  ],
  [
    "a step past the range",
    space({ learningRate: quantised(logUniform(0.1, 0.4), 0.5) }),
    "space.learningRate.step",
  ],
  [
    "a step where there is none",
    space({ learningRate: quantised(integer(1, 9), 2) }),
    "space.learningRate.step",
  ],
  [
    "bounds around nothing",
    space({ learningRate: normal(0, 1, { low: 9, high: 10 }) }),
    "space.learningRate",
  ],
  [
    "bounds that are turned",
    space({ learningRate: normal(0, 1, { low: 1, high: -1 }) }),
    "space.learningRate.high",
  ],
  [
    "a log-normal number below 0",
    space({ learningRate: logNormal(0, 1, { low: -1 }) }),
    "space.learningRate.low",
  ],
  [
    "an unknown direction",
    { ...GRID, metric: { name: "loss", direction: "minimize" } },
    "metric.direction",
  ],
  ["a metric without a name", { ...GRID, metric: { series: "test" } }, "metric.name"],
  ["an empty command", { ...GRID, program: { command: [] } }, "program.command"],
  ["a module and a command", { ...GRID, program: { module: "a", command: ["b"] } }, "program"],
];

describe("scheduleProblems", () => {
  it("says that defaults are nested too deep, whatever else it looks at", () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    const problems = scheduleProblems({ defaults: deep, variations: { "a.a": [1] } });
    expect(JSON.stringify(problems)).to.include("at most 32 levels");
  });

  it("finds nothing wrong with a right schedule", () => {
    expect(scheduleProblems(GRID)).to.deep.equal([]);
    expect(scheduleProblems(RANDOM)).to.deep.equal([]);
    expect(scheduleProblems({ ...GRID, variations: {} })).to.deep.equal([]);
  });

  for (const [fault, schedule, place] of FAULTS) {
    it(`refuses ${fault}, and nothing else`, () => {
      const places = scheduleProblems(schedule).map((problem) => problem.place);
      expect(places.join(" ")).to.equal(place);
      expect(places).to.have.length.above(0);
    });
  }

  it("finds what is wrong with anything, and does not fail of it", () => {
    const name = fc.constantFrom("learningRate", "optimizer.lr", "name", "__proto__", "when", "x");
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
    const shape = fc.oneof(
      anything,
      fc.array(fc.oneof(anything, fc.dictionary(name, anything))),
      fc.dictionary(name, fc.oneof(anything, fc.array(anything), fc.dictionary(name, anything))),
    );
    const keys = fc.constantFrom(
      ...["variations", "zip", "overrides", "exclude", "blocks", "sample", "repeats", "space"],
      ...["design", "scramble", "nExperiments", "samplerSeed"],
    );
    const base = fc.constantFrom<object>(GRID, RANDOM, { ...COMMON });
    fc.assert(
      fc.property(base, fc.dictionary(keys, shape, { maxKeys: 3 }), (right, wrong) => {
        for (const problem of scheduleProblems({ ...right, ...wrong })) {
          expect(problem.message).to.match(/\.$|\?$/);
        }
      }),
      { numRuns: 500 },
    );
  }).timeout(30_000);

  it("says which parameter was probably meant", () => {
    const [problem] = scheduleProblems({ ...GRID, variations: { "optimizer.nmae": ["sgd"] } });
    expect(problem?.message).to.include('"optimizer.name"');
  });

  it("names both of two axes that set the same parameter", () => {
    const [problem] = scheduleProblems(grid({ zip: { learningRate: [1, 2] } }));
    expect(problem?.place).to.equal("zip.learningRate");
    expect(problem?.message).to.include('"learningRate", as variations.learningRate does');
  });

  it("says which value was probably meant, and which there are", () => {
    const [problem] = scheduleProblems({
      ...GRID,
      variations: { "optimizer.name": ["sgd", "adam"] },
      exclude: [{ "optimizer.name": "sdg" }],
    });
    expect(problem?.message).to.equal(
      'is never "sdg"; it takes "sgd", "adam". Did you mean "sgd"?',
    );
  });

  it("reports all problems at once", () => {
    const schedule = { ...GRID, seeds: [], algNames: ["a_b"], variations: { lr: [1], seed: [1] } };
    expect(scheduleProblems(schedule)).to.have.length(4);
  });
});

describe("checkSchedule", () => {
  it("takes the kind of plain data from what it holds", () => {
    const grid = { ...COMMON, variations: GRID.variations };
    expect(checkSchedule(grid, "a.json")).to.deep.equal(GRID);
    const random = { ...COMMON, space: RANDOM.space, nExperiments: RANDOM.nExperiments };
    expect(checkSchedule(random, "a.yaml")).to.deep.equal(RANDOM);
  });

  it("writes repeats as the seeds that they mean", () => {
    const rest = { ...COMMON, variations: GRID.variations ?? {} };
    const checked = checkSchedule({ ...rest, seeds: undefined, repeats: 2 }, "a.yaml");
    expect(checked).to.deep.equal({ ...GRID, seeds: [0, 1] });
    expect(
      checkSchedule({ ...rest, seeds: undefined, repeats: 2, kind: "grid" }, "b"),
    ).to.deep.equal(checked);
  });

  it("names the file and every problem", () => {
    const check = () => checkSchedule({ ...GRID, seeds: [], algNames: [] }, "schedules/a.ts");
    expect(check)
      .to.throw(UserError, /schedules\/a\.ts has 2 problems:[^]*algNames[^]*seeds/)
      .with.property("code", "schedule-invalid");
  });
});

/** {@link GRID}, whose only axis is learningRate, with more. */
function grid(more: object): object {
  return { ...GRID, ...more };
}

function zip(lists: object): object {
  return grid({ variations: {}, zip: { learningRate: [1, 2], ...lists } });
}

function overrides(...entries: readonly object[]): object {
  return grid({ overrides: entries });
}

function conditional(varied: object, exclude?: object): object {
  const variations = { ...GRID.variations, "optimizer.lr": varied };
  return grid({ variations, ...(exclude && { exclude: [exclude] }) });
}

function space(varied: object): object {
  return { ...RANDOM, space: varied };
}
