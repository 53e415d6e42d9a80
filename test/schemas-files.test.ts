import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { parse } from "yaml";

import { composeSchedule } from "../src/core/search/composing/compose-schedule.ts";
import { scheduleProblems } from "../src/core/search/schedule-problems.ts";

const COMMON = {
  algNames: ["mlp"],
  taskNames: ["digits"],
  seeds: [1],
  defaults: { lr: 0.1, units: 8, opt: "sgd" },
};
const GRID = { ...COMMON, variations: { lr: [1, 2] } };
const RANDOM = { ...COMMON, nExperiments: 2, space: { lr: { kind: "uniform", low: 0, high: 1 } } };

describe("the schemas of files that people write", () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const [schedule, configurations] = ["schedule", "configurations"].map((name) => {
    const file = join("schemas", `${name}.schema.json`);
    return JSON.parse(readFileSync(file, "utf8")) as { $id: string; properties: object };
  });
  if (schedule === undefined || configurations === undefined) throw new Error("not reached");
  ajv.addSchema(configurations);
  const validate = ajv.compile(schedule);

  it("let every YAML schedule of the project pass, each of which names its schema", () => {
    const files = ["schedules", "templates", "examples"].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /_schedule_.*\.yaml$/.test(file))
        .map((file) => join(folder, file)),
    );
    expect(files).to.have.length.above(2);
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      const isValid = validate(parse(text));
      expect(isValid, `${file}: ${JSON.stringify(validate.errors)}`).to.equal(true);
      expect(text, file).to.match(
        /^# yaml-language-server: \$schema=[./\w]+schemas\/schedule\.schema\.json\n/,
      );
    }
  });

  it("let every example in docs/schedules.md pass", () => {
    const page = readFileSync("docs/schedules.md", "utf8");
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    const [common = "", ...others] = blocks;
    expect(others).to.have.length.above(8);
    for (const text of others) {
      const isValid = validate(parse(common + text));
      expect(isValid, `${text}: ${JSON.stringify(validate.errors)}`).to.equal(true);
    }
  });

  it("have the keys that a schedule may have, but what only a script can write", () => {
    const [problem] = scheduleProblems({ ...GRID, nonsense: 1 });
    const known = / Known are (.*)\.$/.exec(problem?.message ?? "")?.[1]?.split(", ") ?? [];
    const [other] = scheduleProblems({ ...RANDOM, nonsense: 1 });
    const more = / Known are (.*)\.$/.exec(other?.message ?? "")?.[1]?.split(", ") ?? [];
    const own = Object.keys(schedule.properties);
    const scripted = ["derived"];
    expect([...own, ...scripted].sort()).to.deep.equal([...new Set([...known, ...more])].sort());
  });

  it("agree with alprep on what is wrong", () => {
    const around = { registry: { base: { values: { lr: 3 } } }, machine: [], overrides: [] };
    const composed = (value: unknown) =>
      composeSchedule({ value, file: "a.yaml", placeOf: () => undefined }, around);
    const sound = [
      GRID,
      RANDOM,
      { ...GRID, repeats: 3, seeds: undefined },
      { ...GRID, configs: { base: { lr: 3 } }, extends: "base", $schema: "x" },
      { ...GRID, config: { "+more": 1 } },
      { ...GRID, zip: { units: [1, 2], opt: ["a", "b"] }, sample: 2 },
      {
        ...COMMON,
        variations: { lr: { when: { opt: "sgd" }, values: [1, 2] }, opt: ["sgd", "x"] },
      },
      { ...RANDOM, design: "sobol", scramble: false },
    ];
    for (const value of sound) {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(composed(plain), JSON.stringify(plain)).to.have.property("search");
      expect(validate(plain), JSON.stringify(validate.errors)).to.equal(true);
    }
    const wrong = [
      { ...GRID, algNames: [] },
      { ...GRID, seeds: [0.5] },
      { ...GRID, variation: {} },
      { ...GRID, variations: { lr: [] } },
      { ...GRID, variations: { lr: 3 } },
      { ...GRID, sample: 0 },
      { ...GRID, metric: { name: "x", direction: "up" } },
      { ...GRID, members: { list: "lr" } },
      { ...GRID, program: { module: "a", command: ["b"] } },
      { ...RANDOM, space: { lr: { kind: "uniform", low: 0 } } },
      { ...RANDOM, design: "grid" },
    ];
    for (const value of wrong) {
      expect(composed(value), JSON.stringify(value)).to.have.property("problems");
      expect(validate(value), JSON.stringify(value)).to.equal(false);
    }
  });
});
