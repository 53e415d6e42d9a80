import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { prepare } from "../../../src/commands/prepare.ts";
import type { Config } from "../../../src/core/config/config.ts";
import { configIdentity } from "../../../src/core/config/identity.ts";
import { readSearchFacts } from "../../../src/tree/search-file.ts";
import { readVariations } from "../../../src/tree/variations-file.ts";
import { configsIn, GRID, prepareIn, RANDOM } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";

const SGD_ONLY = { when: { "optimizer.name": "sgd" }, values: [0, 0.9] };
const CONDITIONAL = {
  ...GRID,
  variations: { "optimizer.name": ["sgd", "adam"], "optimizer.momentum": SGD_ONLY },
};
const SAMPLE = {
  ...GRID,
  variations: { lr: numbers(100), units: numbers(100) },
  sample: 5,
  samplerSeed: 7,
};

describe("prepare, of axes", () => {
  it(
    "leaves a parameter out of the configurations in which it does not exist",
    withTempDirectory(async (project) => {
      const { storage } = await prepared(project, CONDITIONAL);
      const configs = configsIn(storage);
      expect(Object.keys(configs)).to.have.length(3 * 2);
      expect(configs["experiment2/seed1"]?.["optimizer"]).to.deep.equal({
        name: "sgd",
        momentum: 0.9,
      });
      expect(configs["experiment3/seed1"]?.["optimizer"]).to.deep.equal({ name: "adam" });
      const unique = readFileSync(join(storage, "experiment3/seed1/config_unique.json"), "utf8");
      expect(JSON.parse(unique)).to.deep.equal({ "optimizer.name": "adam" });
    }),
  );

  it(
    "finds all of it again when it is added, and adds what is new",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, CONDITIONAL);
      const before = treeText(storage);
      const again = await prepareIn(project, CONDITIONAL, { addToFolder: name });
      expect(again.storages[0]).to.include({ experiments: 3, existing: 3, new: 0, runs: 0 });
      expect(treeText(storage)).to.deep.equal(before);
      const { variations } = CONDITIONAL;
      const wider = { ...variations, "optimizer.name": ["sgd", "adam", "rmsprop"], lr: [0.1, 5] };
      const { storages } = await prepareIn(
        project,
        { ...CONDITIONAL, variations: wider },
        { addToFolder: name },
      );
      expect(storages[0]).to.include({ experiments: 8, existing: 3, new: 5 });
    }),
  );

  it(
    "refuses a placeholder of a parameter that only some experiments have",
    withTempDirectory(async (project) => {
      const program = { command: ["train", "{optimizer.momentum}"] };
      const refusal = await prepareIn(project, { ...CONDITIONAL, program }).catch(String);
      expect(refusal).to.include(
        "{optimizer.momentum}, which exists only when optimizer.name = sgd",
      );
    }),
  );

  it(
    "keeps the names of overrides, and counts repeats as seeds",
    withTempDirectory(async (project) => {
      const common = { ...GRID, variations: undefined, seeds: undefined };
      const overrides = [
        { name: "small", units: 2 },
        { name: "large", units: 64, lr: 0.5 },
      ];
      const { name, storage } = await prepared(project, { ...common, repeats: 3, overrides });
      expect(Object.keys(configsIn(storage))).to.have.length(2 * 3);
      const more = { ...common, repeats: 3, overrides: [{ name: "none", lr: 0.1, units: 1 }] };
      await prepareIn(project, more, { addToFolder: name });
      expect(readVariations(storage, testHost())).to.deep.equal({
        schemaVersion: 1,
        kind: "grid",
        variations: { units: [2, 64, 1], lr: [0.1, 0.5] },
        overrides: [...overrides, { name: "none", lr: 0.1, units: 1 }],
      });
    }),
  );

  it(
    "samples a grid from a recorded seed, and goes on with the same sample",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, SAMPLE);
      expect(readSearchFacts(storage, testHost())).to.deep.include({
        samplerSeed: 7,
        design: "sampleOfGrid",
      });
      const more = { ...SAMPLE, sample: 9, samplerSeed: 1 };
      const report = await prepareIn(project, more, { addToFolder: name });
      expect(report.storages[0]).to.include({ experiments: 9, existing: 5, new: 4 });
      const whole = await prepared(project, { ...SAMPLE, sample: 9 });
      expect(configsIn(storage)).to.deep.equal(configsIn(whole.storage));
      const same = await prepareIn(project, more, { addToFolder: name });
      expect(same.storages[0]).to.include({ existing: 9, new: 0 });
      const grid = await prepared(project, GRID);
      const refusal = prepareIn(project, { ...GRID, sample: 2 }, { addToFolder: grid.name });
      expect(await refusal.catch(String)).to.include("no seed for a sample");
    }),
  );

  it(
    "shows the axes, the exact number and the design before anything is written",
    withTempDirectory(async (project) => {
      const dryRun = true;
      const grid = prepare.render(await prepareIn(project, CONDITIONAL, { dryRun }));
      expect(grid).to.include("Design: grid, 3 experiments");
      expect(grid).to.include("optimizer.momentum  2 values, when optimizer.name = sgd");
      const sample = prepare.render(await prepareIn(project, SAMPLE, { dryRun }));
      expect(sample).to.include("Design: sample of 5 of 10000 combinations, 5 experiments");
      const schedule = { ...RANDOM, design: "halton", scramble: false };
      const report = await prepareIn(project, schedule, { dryRun });
      expect(prepare.render(report)).to.include("Design: Halton sequence, 5 experiments");
      expect(prepare.render(report)).to.include("units  integer from 8 to 128");
      expect(prepare.toJson(report)).to.have.nested.property("search.axes[0].names[0]", "lr");
    }),
  );
});

describe("prepare, of designs", () => {
  it(
    "records the design with the seed, and refuses to go on with another",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, { ...RANDOM, design: "sobol" });
      expect(readSearchFacts(storage, testHost())).to.deep.include({
        samplerSeed: 42,
        design: "sobol",
        scramble: true,
      });
      expect(readVariations(storage, testHost())).to.deep.include({
        nDrawn: 5,
        dimensions: ["lr", "units"],
      });
      for (const other of [{ design: "halton" }, {}, { design: "sobol", scramble: false }]) {
        const refusal = prepareIn(project, { ...RANDOM, ...other }, { addToFolder: name });
        expect(await refusal.catch((error: unknown) => error)).to.have.property("code", "refused");
      }
    }),
  );

  it("goes on with the sequence: 3 and 4 experiments are the 7 of one go", () =>
    fc.assert(
      fc.asyncProperty(
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom("sobol", "halton"),
        async (samplerSeed, first, second, design) => {
          await withTempDirectory(async (project) => {
            const schedule = { ...RANDOM, design, samplerSeed };
            const one = await prepared(project, { ...schedule, nExperiments: first + second });
            const two = await prepared(project, { ...schedule, nExperiments: first });
            const more = { ...schedule, nExperiments: second };
            await prepareIn(project, more, { addToFolder: two.name });
            expect(configsIn(two.storage)).to.deep.equal(configsIn(one.storage));
          })();
        },
      ),
      { numRuns: 10 },
    )).timeout(20_000);

  it(
    "keeps the coordinates of a sequence when a parameter is added",
    withTempDirectory(async (project) => {
      const schedule = { ...RANDOM, design: "sobol" };
      const one = await prepared(project, { ...schedule, nExperiments: 8 });
      const two = await prepared(project, { ...schedule, nExperiments: 4 });
      const aaa = { kind: "uniform", low: 0, high: 1 };
      const wider = { "optimizer.momentum": aaa, ...RANDOM.space };
      const more = { ...schedule, nExperiments: 4, space: wider };
      await prepareIn(project, more, { addToFolder: two.name });
      expect(ratesIn(two.storage)).to.deep.equal(ratesIn(one.storage));
      expect(readVariations(two.storage, testHost())).to.deep.include({
        dimensions: ["lr", "units", "optimizer.momentum"],
      });
    }),
  );

  for (const design of ["latinHypercube", "sobol", "halton"]) {
    it(
      `gives each of those who add to a ${design} at the same time their own experiments`,
      withTempDirectory(async (project) => {
        const schedule = { ...RANDOM, design };
        const { name, storage } = await prepared(project, schedule);
        const add = () => prepareIn(project, schedule, { addToFolder: name });
        await Promise.all(Array.from({ length: 4 }, add));
        const firsts = Object.entries(configsIn(storage)).filter(([run]) => run.endsWith("/seed1"));
        const identities = firsts.map(([, config]) => configIdentity(config));
        expect(new Set(identities)).to.have.property("size", 25);
        if (design === "latinHypercube") return;
        // Together they have used the sequence's next points, none left out.
        const whole = await prepared(project, { ...schedule, nExperiments: 25 });
        expect([...ratesIn(storage)].sort()).to.deep.equal([...ratesIn(whole.storage)].sort());
      }),
    ).timeout(20_000);
  }

  it(
    "fills each stratum of a Latin hypercube once, in a search and in an addition",
    withTempDirectory(async (project) => {
      const space = { lr: { kind: "uniform", low: 0, high: 10 } };
      const schedule = { ...RANDOM, space, design: "latinHypercube", nExperiments: 10 };
      const { name, storage } = await prepared(project, schedule);
      await prepareIn(project, schedule, { addToFolder: name });
      const strata = ratesIn(storage).map(Math.floor);
      expect(strata.slice(0, 10).sort()).to.deep.equal(numbers(10));
      expect(strata.slice(10).sort()).to.deep.equal(numbers(10));
    }),
  );
});

describe("recordSeeds", () => {
  it(
    "loses no seed that somebody else adds at the same time",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      let isFirst = true;
      const replace = (path: string, text: string | Uint8Array) => {
        if (basename(path) === "search.json" && isFirst) {
          isFirst = false;
          // Another one has added a seed, and written what was known then.
          const facts = JSON.parse(readFileSync(path, "utf8")) as Config;
          mkdirSync(join(dirname(path), "experiment1", "seed9"));
          writeFileSync(path, JSON.stringify({ ...facts, seeds: [1, 2, 9] }));
        }
        diskFiles.replace(path, text);
      };
      const files = { ...diskFiles, replace };
      const schedule = { ...GRID, seeds: [1, 5] };
      await prepareIn(project, schedule, { addToFolder: name }, { files });
      const { seeds } = readSearchFacts(storage, testHost());
      expect(seeds).to.have.members([1, 2, 5, 9]);
    }),
  );
});

async function prepared(project: string, schedule: object) {
  const { storages } = await prepareIn(project, schedule);
  const name = storages[0]?.name ?? "";
  return { name, storage: join(project, "storage", name) };
}

/** The learning rate of each experiment, in their order. */
function ratesIn(storage: string): readonly number[] {
  return Object.entries(configsIn(storage))
    .filter(([run]) => run.endsWith("/seed1"))
    .map(([, config]) => Number(config["lr"]));
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
