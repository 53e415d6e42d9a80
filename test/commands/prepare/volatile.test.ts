import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { PrepareOptions } from "../../../src/commands/prepare.ts";
import { readSearchFacts } from "../../../src/tree/search-file.ts";
import { configsIn, GRID, prepareIn } from "../../support/prepare-in.ts";
import { refusalOf } from "../../support/refusal-of.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const PLAIN = { ...GRID, variations: { lr: [0.1, 0.01, 0.001] } };
const DEFAULTS = { ...PLAIN.defaults, log: { level: "info" } };
const BEFORE = { ...PLAIN, defaults: DEFAULTS };
/** The same search, with another value of what has become volatile. */
const AFTER = {
  ...PLAIN,
  defaults: { ...DEFAULTS, log: { level: "debug" } },
  volatile: ["log.level"],
};

const nameOf = async (project: string, schedule: object, options: Partial<PrepareOptions> = {}) =>
  (await prepareIn(project, schedule, options)).storages[0]?.name ?? "";

describe("what is volatile", () => {
  it(
    "is recorded, with what the project's file says",
    withTempDirectory(async (project) => {
      const settings = { volatile: ["units"] };
      writeFileSync(join(project, "hatchery.config.json"), JSON.stringify(settings));
      const name = await nameOf(project, AFTER);
      const facts = readSearchFacts(join(project, "storage", name), testHost());
      expect(facts.volatile).to.deep.equal(["units", "log.level"]);
    }),
  );

  it(
    "makes no other experiment in a storage that was written before it was volatile",
    withTempDirectory(async (project) => {
      const name = await nameOf(project, BEFORE);
      const storage = join(project, "storage", name);
      const refused = await refusalOf(
        prepareIn(project, { ...AFTER, volatile: [] }, { addToFolder: name }),
      );
      expect(refused.message).to.include('its default of log is {"level":"info"}');
      const { storages } = await prepareIn(project, AFTER, { addToFolder: name });
      expect(storages[0]).to.include({ existing: 3, new: 0, runs: 0 });
      expect(readSearchFacts(storage, testHost()).volatile).to.deep.equal(["log.level"]);
      // From now on the storage says it itself.
      const silent = { ...AFTER, volatile: [] };
      const again = await prepareIn(project, silent, { addToFolder: name });
      expect(again.storages[0]).to.include({ existing: 3, new: 0, runs: 0 });
    }),
  );

  it(
    "has its new value in experiments that are added, also a name that the storage lacks",
    withTempDirectory(async (project) => {
      const name = await nameOf(project, PLAIN);
      const more = { ...AFTER, variations: { lr: [0.1, 0.5] } };
      const { storages } = await prepareIn(project, more, { addToFolder: name });
      expect(storages[0]).to.include({ existing: 1, new: 1 });
      const configs = configsIn(join(project, "storage", name));
      expect(configs["experiment4/seed1"]).to.deep.include({ lr: 0.5, log: { level: "debug" } });
      expect(configs["experiment1/seed1"]).to.not.have.property("log");
    }),
  );

  it(
    "cannot be varied",
    withTempDirectory(async (project) => {
      for (const volatile of [["lr"], ["log"], ["log.level.high"]]) {
        const variations = { lr: [1, 2], "log.level": ["a", "b"] };
        const load = () => Promise.resolve({ default: { ...BEFORE, variations } });
        writeFileSync(join(project, "hatchery.config.json"), "{}");
        const modules = {
          load: (path: string) =>
            path.endsWith("config.json") ? Promise.resolve({ default: { volatile } }) : load(),
        };
        const refusal = await refusalOf(prepareIn(project, BEFORE, {}, { modules }));
        expect(refusal.code).to.equal("schedule-invalid");
        expect(refusal.message).to.match(/is varied, and .*hatchery\.config\.json says/);
      }
    }),
  );

  it(
    "is refused, with the nearest name, if the schedule's defaults do not have it",
    withTempDirectory(async (project) => {
      const refusal = await refusalOf(prepareIn(project, { ...AFTER, volatile: ["log.levle"] }));
      expect(refusal.message).to.include('Did you mean "log.level"?');
    }),
  );

  it(
    "is said to be nearly a name of the defaults, where the project's file has it wrong",
    withTempDirectory(async (project) => {
      const settings = { volatile: ["log.levle", "elsewhere"] };
      writeFileSync(join(project, "hatchery.config.json"), JSON.stringify(settings));
      const notes: string[] = [];
      const terminal = { ...testHost().terminal, note: (line: string) => notes.push(line) };
      await prepareIn(project, BEFORE, {}, { terminal });
      const ours = notes.filter((line) => line.includes("volatile"));
      expect(ours).to.have.length(1);
      expect(ours[0]).to.match(/hatchery\.config\.json: volatile: .*Did you mean "log.level"\?/);
    }),
  );
});

describe("alprep, repeated", () => {
  it(
    "makes no search again that is there with all its experiments, and says so",
    withTempDirectory(async (project) => {
      const schedule = { ...GRID, taskNames: ["digits", "wine"] };
      const first = await prepareIn(project, schedule);
      const names = first.storages.map(({ name }) => name);
      const { storages } = await prepareIn(project, schedule);
      expect(storages.map(({ name }) => name)).to.deep.equal(names);
      for (const one of storages) {
        expect(one).to.include({ experiments: 6, existing: 6, new: 0, runs: 0 });
      }
      const list = readFileSync(join(project, "list_searches_a.txt"), "utf8");
      expect(list).to.equal(names.map((name) => `${name}\n`).join(""));
    }),
  );

  it(
    "makes what is missing: an algorithm, a value, a seed, another description or other code",
    withTempDirectory(async (project) => {
      await prepareIn(project, GRID);
      const both = await prepareIn(project, { ...GRID, algNames: ["mlp", "cnn"] });
      expect(both.storages.map((one) => one.existing)).to.deep.equal([6, 0]);
      const others = [
        { ...GRID, variations: { lr: [0.1, 0.01] } },
        { ...GRID, seeds: [1, 2, 3] },
        { ...GRID, defaults: { ...GRID.defaults, units: 9 } },
        { ...GRID, metric: { name: "loss" } },
      ];
      for (const schedule of others) {
        const { storages } = await prepareIn(project, schedule);
        expect(storages[0], JSON.stringify(schedule)).to.include({ existing: 0 });
      }
      const again = await prepareIn(project, GRID, { desc: "b" });
      expect(again.storages[0]).to.include({ existing: 0, runs: 12 });
      const state = (_: string, path: string) => ({ path, commit: null, diffHash: null });
      const repositories = { ...testHost().repositories, state };
      const changed = await prepareIn(project, GRID, {}, { repositories });
      expect(changed.storages[0]).to.include({ existing: 0, runs: 12 });
    }),
  );
});
