import { expect } from "chai";

import { uniform } from "../../../src/core/search/distributions.ts";
import { defineGridSchedule, defineRandomSchedule } from "../../../src/core/search/schedule.ts";
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
      expect(scheduleProblems(schedule).map((problem) => problem.place)).to.deep.equal([place]);
    });
  }

  it("says which parameter was probably meant", () => {
    const [problem] = scheduleProblems({ ...GRID, variations: { "optimizer.nmae": ["sgd"] } });
    expect(problem?.message).to.include('"optimizer.name"');
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

  it("names the file and every problem", () => {
    const check = () => checkSchedule({ ...GRID, seeds: [], algNames: [] }, "schedules/a.ts");
    expect(check)
      .to.throw(UserError, /schedules\/a\.ts has 2 problems:[^]*algNames[^]*seeds/)
      .with.property("code", "schedule-invalid");
  });
});

function space(varied: object): object {
  return { ...RANDOM, space: varied };
}
