import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { configIdentity } from "../../../src/core/config/identity.ts";
import { readSearchFacts } from "../../../src/tree/search-file.ts";
import { readVariations } from "../../../src/tree/variations-file.ts";
import { configsIn, GRID, prepareIn, RANDOM } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";

describe("writeAddition", () => {
  it(
    "adds nothing that is there",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      const before = treeText(storage);
      const { storages } = await prepareIn(project, GRID, { addToFolder: name });
      expect(storages[0]).to.include({ experiments: 6, existing: 6, new: 0, runs: 0 });
      expect(treeText(storage)).to.deep.equal(before);
      const list = readFileSync(join(project, "list_searches_a.txt"), "utf8");
      expect(list).to.equal(`${name}\n`);
    }),
  );

  it(
    "adds the values and the seeds that are new",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      const before = treeText(storage);
      const variations = { "optimizer.name": ["adam", "sgd"], lr: [0.5, 0.1] };
      const schedule = { ...GRID, seeds: [2, 3], variations };
      const { storages } = await prepareIn(project, schedule, { addToFolder: name });
      expect(storages[0]).to.include({ experiments: 4, existing: 2, new: 2, runs: 2 * 2 + 2 });
      const configs = configsIn(storage);
      expect(Object.keys(configs)).to.have.length(12 + 6);
      expect(configs["experiment1/seed3"]).to.deep.equal({
        ...configs["experiment1/seed1"],
        seed: 3,
      });
      expect(configs["experiment7/seed3"]).to.deep.include({ lr: 0.5, seed: 3, desc: "a" });
      expect(readSearchFacts(storage, testHost()).seeds).to.deep.equal([1, 2, 3]);
      expect(readVariations(storage, testHost())).to.have.deep.property("variations", {
        lr: [0.1, 0.01, 0.001, 0.5],
        "optimizer.name": ["sgd", "adam"],
      });
      for (const [path, text] of Object.entries(before)) {
        if (path.includes("experiment")) expect(treeText(storage)).to.have.property(path, text);
      }
    }),
  );

  it("continues the sampler's sequence: 3 and 4 experiments are the 7 of one go", () =>
    fc.assert(
      fc.asyncProperty(
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (samplerSeed, first, second, isSmall) => {
          await withTempDirectory(async (project) => {
            const space = isSmall ? { units: { kind: "integer", low: 1, high: 9 } } : RANDOM.space;
            const schedule = { ...RANDOM, space, samplerSeed };
            const one = await prepared(project, { ...schedule, nExperiments: first + second });
            const two = await prepared(project, { ...schedule, nExperiments: first });
            const more = { ...schedule, nExperiments: second };
            await prepareIn(project, more, { addToFolder: two.name });
            expect(configsIn(two.storage)).to.deep.equal(configsIn(one.storage));
            const variations = readVariations(two.storage, testHost());
            expect(variations).to.deep.equal(readVariations(one.storage, testHost()));
          })();
        },
      ),
      { numRuns: 10 },
    )).timeout(20_000);

  it(
    "refuses a schedule that is another search's",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      const before = treeText(storage);
      const others = [
        { ...GRID, algNames: ["cnn"] },
        { ...GRID, taskNames: ["wine"] },
        { ...GRID, defaults: { ...GRID.defaults, units: 9 } },
        { ...GRID, defaults: { ...GRID.defaults, more: 1 } },
        { ...GRID, program: { command: ["false"] } },
        RANDOM,
      ];
      for (const schedule of others) {
        const refusal = await prepareIn(project, schedule, { addToFolder: name }).catch(
          (error: unknown) => error,
        );
        expect(refusal, JSON.stringify(schedule)).to.have.property("code", "refused");
      }
      expect(treeText(storage)).to.deep.equal(before);
    }),
  );

  it(
    "shares neither a number nor an experiment with others who add at the same time",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      // Each begins with another value, so that each is the first somewhere.
      const orders = [
        [1, 2, 3, 4],
        [2, 3, 4, 1],
        [3, 4, 1, 2],
        [4, 1, 2, 3],
      ];
      const add = (lr: readonly number[]) => {
        const variations = { lr, "optimizer.name": ["sgd", "adam"] };
        const load = () => Promise.resolve({ default: { ...GRID, variations } });
        return prepareIn(project, GRID, { addToFolder: name }, { modules: { load } });
      };
      const reports = await Promise.all(orders.map(add));
      const added = reports.flatMap(({ storages }) => storages.map((one) => one.new));
      expect(added.reduce((sum, one) => sum + one, 0)).to.equal(8);
      expect(added.filter((one) => one > 0)).to.have.length.above(1);
      expectAllDifferent(storage, 6 + 8);
    }),
  ).timeout(20_000);

  it(
    "gives each of those who draw at the same time their own new experiments",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, RANDOM);
      const add = () => prepareIn(project, RANDOM, { addToFolder: name });
      await Promise.all(Array.from({ length: 4 }, add));
      expectAllDifferent(storage, 5 + 4 * 5);
      const variations = readVariations(storage, testHost());
      expect(variations).to.have.property("experiments").with.length(25);
      await add();
      expectAllDifferent(storage, 30);
    }),
  ).timeout(20_000);

  it(
    "leaves an experiment to somebody else who has just added it",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      let isFirst = true;
      const rename = (from: string, to: string) => {
        if (basename(to) === "experiment7" && isFirst) {
          isFirst = false;
          cpSync(from, to, { recursive: true });
        }
        diskFiles.rename(from, to);
      };
      const schedule = { ...GRID, variations: { lr: [5, 6] } };
      const files = { ...diskFiles, rename };
      const { storages } = await prepareIn(project, schedule, { addToFolder: name }, { files });
      expect(storages[0]).to.include({ new: 1 });
      expectAllDifferent(storage, 8);
      expect(readVariations(storage, testHost())).to.have.nested.property("variations.lr[4]", 6);
    }),
  );

  it(
    "removes its staging folder when it fails, and a second try adds the rest",
    withTempDirectory(async (project) => {
      const { name, storage } = await prepared(project, GRID);
      let writes = 0;
      const write = (path: string, text: string) => {
        if ((writes += 1) > 8) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        diskFiles.write(path, text);
      };
      const schedule = { ...GRID, variations: { lr: [5, 6] } };
      const files = { ...diskFiles, write };
      const failing = prepareIn(project, schedule, { addToFolder: name }, { files });
      expect(await failing.catch((error: unknown) => error)).to.have.property("code", "ENOSPC");
      expect(readdirSync(storage).filter((one) => one.startsWith("."))).to.deep.equal([]);
      const { storages } = await prepareIn(project, schedule, { addToFolder: name });
      expect(storages[0]).to.include({ new: 1, existing: 1 });
      expectAllDifferent(storage, 8);
      expect(readVariations(storage, testHost())).to.have.nested.property("variations.lr[4]", 6);
    }),
  );

  it(
    "keeps a list that a person has written in",
    withTempDirectory(async (project) => {
      const { name } = await prepared(project, GRID);
      const list = join(project, "list_searches_a.txt");
      writeFileSync(list, `# mine\n${name} # the first`);
      await prepareIn(project, GRID, { addToFolder: name });
      expect(readFileSync(list, "utf8")).to.equal(`# mine\n${name} # the first`);
      const { storages } = await prepareIn(project, GRID, { desc: "b" });
      expect(readFileSync(list, "utf8")).to.equal(
        `# mine\n${name} # the first\n${storages[0]?.name ?? ""}\n`,
      );
    }),
  );
});

async function prepared(project: string, schedule: object) {
  const { storages } = await prepareIn(project, schedule);
  const name = storages[0]?.name ?? "";
  return { name, storage: join(project, "storage", name) };
}

/** Numbers without a gap, whole run folders, and no experiment twice. */
function expectAllDifferent(storage: string, count: number): void {
  const configs = configsIn(storage);
  const firsts = Object.entries(configs).filter(([run]) => run.endsWith("/seed1"));
  expect(firsts.map(([run]) => run)).to.deep.equal(
    Array.from({ length: count }, (_, index) => `experiment${index + 1}/seed1`),
  );
  expect(Object.keys(configs)).to.have.length(2 * count);
  expect(new Set(firsts.map(([, config]) => configIdentity(config)))).to.have.property(
    "size",
    count,
  );
}
