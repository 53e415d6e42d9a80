import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { copy, type CopyOptions, type CopyReport } from "../../src/commands/copy.ts";
import { parseParameter } from "../../src/core/search/copying/parameter.ts";
import type { RetrainedFrom } from "../../src/core/search/retraining/retrained-from.ts";
import type { Host } from "../../src/host.ts";
import { readSearchFacts, writeSearchFacts } from "../../src/tree/search-file.ts";
import { readVariations } from "../../src/tree/variations-file.ts";
import { dyingFiles, Killed } from "../support/dying-files.ts";
import { configsIn, GRID, prepareIn, RANDOM } from "../support/prepare-in.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";
import { treeText } from "../support/tree-text.ts";

const never = new AbortController().signal;

const DEFAULTS: CopyOptions = {
  fromFile: "list_searches_a.txt",
  storageNames: [],
  rootDir: undefined,
  skipMissing: false,
  newDesc: undefined,
  appendNewDesc: true,
  added: [],
  overridden: [],
  dryRun: false,
  yes: false,
};

const changed = (...texts: readonly string[]) => ({
  overridden: texts.map((text) => parseParameter(text, "override_param")),
});
const added = (...texts: readonly string[]) => ({
  added: texts.map((text) => parseParameter(text, "additional_param")),
});

function run(
  project: string,
  options: Partial<CopyOptions> = {},
  overrides: Partial<Host> = {},
): Promise<CopyReport> {
  const host = testHost({ workingFolder: project, ...overrides });
  return copy.run({ ...DEFAULTS, ...options }, host, never, never);
}

async function prepared(project: string, schedule: object = GRID): Promise<string> {
  const { storages } = await prepareIn(project, schedule);
  return storages[0]?.name ?? "";
}

const nameOf = ({ copies }: CopyReport) => copies[0]?.name ?? "";
const factsIn = (project: string, name: string) =>
  readSearchFacts(join(project, "storage", name), testHost());
const storagesIn = (project: string) =>
  readdirSync(join(project, "storage")).filter((name) => !name.startsWith("."));

describe("alcopy", () => {
  it(
    "copies the configurations to a storage of its own, unhatched, and lists it",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const report = await run(project, {
        newDesc: "longer",
        ...changed("units=16"),
        ...added("epochs=20"),
      });
      const name = "ju2_f7b375e_mlp_digits_grid_a_longer";
      expect(report.copies).to.deep.equal([
        {
          name,
          search,
          existing: false,
          experiments: 6,
          runs: 12,
          added: { epochs: 20 },
          overridden: { units: 16 },
          notes: [],
        },
      ]);
      const before = configsIn(join(project, "storage", search));
      const expected = Object.entries(before).map(([path, config]) => [
        path,
        { ...config, units: 16, epochs: 20, desc: "a_longer" },
      ]);
      expect(configsIn(join(project, "storage", name))).to.deep.equal(Object.fromEntries(expected));
      const seed = join(project, "storage", name, "experiment2", "seed1");
      expect(readdirSync(seed).sort()).to.deep.equal([
        "UNHATCHED",
        "config.json",
        "config_unique.json",
      ]);
      const unique = JSON.parse(readFileSync(join(seed, "config_unique.json"), "utf8")) as unknown;
      expect(unique).to.deep.equal({ lr: 0.1, "optimizer.name": "adam", units: 16, epochs: 20 });
      expect(report.lists).to.deep.equal(["list_searches_a_longer.txt"]);
      const list = readFileSync(join(project, "list_searches_a_longer.txt"), "utf8");
      expect(list).to.equal(`${name}\n`);
      expect(copy.render(report)).to.include("changed: units=16").and.include("new: epochs=20");
      expect(copy.ids(report)).to.deep.equal([name]);
    }),
  );

  it(
    "remembers in search.json where it came from, and is a search of its own otherwise",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const { createdAt } = factsIn(project, search);
      const name = nameOf(await run(project, changed("units=16")));
      const facts = factsIn(project, name);
      expect(facts.copied).to.deep.equal({
        search,
        searchId: "ju1",
        searchCreatedAt: createdAt,
        added: {},
        overridden: { units: 16 },
      });
      expect(facts.defaults).to.have.property("units", 16);
      expect(facts).to.deep.include({ seeds: [1, 2], project: "../..", samplerSeed: null });
      // More can be added to it, as to any search.
      const grown = { ...GRID, defaults: { ...GRID.defaults, units: 16 }, seeds: [1, 2, 3] };
      const { storages } = await prepareIn(project, grown, { addToFolder: name });
      expect(storages[0]).to.include({ existing: 6, new: 0, runs: 6 });
    }),
  );

  it(
    "copies nothing that was done: no results, checkpoints, flags, records or notes",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const storage = join(project, "storage", search);
      const seed = join(storage, "experiment1", "seed1");
      rmSync(join(seed, "UNHATCHED"));
      mkdirSync(join(seed, "recorders"));
      for (const file of [
        "COMPLETED",
        "run.json",
        "logger.out",
        "checkpoint.pt",
        "recorders/train_recorder.jsonl",
      ])
        writeFileSync(join(seed, file), "{}\n");
      for (const file of ["notes.md", "variations1.png"])
        writeFileSync(join(storage, file), "mine");
      mkdirSync(join(storage, "summary"), { recursive: true });
      writeFileSync(join(storage, "summary", "result.csv"), "1");
      const before = treeText(storage);
      const target = treeText(join(project, "storage", nameOf(await run(project))));
      expect(treeText(storage)).to.deep.equal(before);
      expect(
        Object.keys(target)
          .filter((path) => !path.startsWith("experiment"))
          .sort(),
      ).to.deep.equal([
        "README.md",
        "plot_arrays",
        "plot_arrays/PLOT_ARRAYS_TODO",
        "search.json",
        "summary",
        "summary/SUMMARY_TODO",
        "variations.json",
      ]);
      const files = Object.keys(target).filter((path) => path.startsWith("experiment1/seed1/"));
      expect(files.map((path) => path.slice(18)).sort()).to.deep.equal([
        "UNHATCHED",
        "config.json",
        "config_unique.json",
      ]);
    }),
  );

  it(
    "writes the page and the figure that every storage has, once drawn for all that have the same values",
    withTempDirectory(async (project) => {
      await prepareIn(project, { ...GRID, algNames: ["mlp", "cnn"] });
      const drawn: string[] = [];
      const render = (specification: object) => {
        drawn.push(JSON.stringify(specification));
        return Promise.resolve(new TextEncoder().encode("figure"));
      };
      const given = { newDesc: "longer", ...changed("units=16"), ...added("epochs=20") };
      const { copies } = await run(project, given, { images: { render } });
      for (const { name, search } of copies) {
        const storage = join(project, "storage", name);
        expect(readFileSync(join(storage, "variations1.png"), "utf8")).to.equal("figure");
        const page = readFileSync(join(storage, "README.md"), "utf8");
        for (const part of [
          "# a_longer: ",
          "A grid search of hatchery, written by alcopy.",
          `| copied from | \`${search}\` |`,
          "| changed | `units=16` |",
          "| new | `epochs=20` |",
          "| `lr` | `0.1, 0.01, 0.001` | always |",
          "| `units` | `16` | always |",
          `allaunch --n_processes 2 --root_dir storage --storage_name ${name}`,
          `\`alcopy --storage_name ${search} --new_desc longer --override_param units=16 --additional_param epochs=20 --root_dir storage\` | \`f7b375e\` | 6 | 12 |`,
        ]) {
          expect(page).to.include(part);
        }
      }
      expect(drawn).to.have.length(1);
      expect(drawn[0]).to.include("a_longer: the values of 6 experiments").and.include('"epochs"');
    }),
  );

  it(
    "says on the page in how many experiments a parameter exists, and what a space is",
    withTempDirectory(async (project) => {
      const momentum = { values: [0.5, 0.9], when: { "optimizer.name": "sgd" } };
      const grid = { ...GRID, variations: { ...GRID.variations, "optimizer.momentum": momentum } };
      await prepareIn(project, grid);
      const pageOf = async () => {
        const name = nameOf(await run(project));
        return readFileSync(join(project, "storage", name, "README.md"), "utf8");
      };
      expect(await pageOf()).to.include(
        "| `optimizer.momentum` | `0.5, 0.9` | `in 6 of 9 experiments` |",
      );
      rmSync(join(project, "list_searches_a.txt"));
      await prepareIn(project, RANDOM, { desc: "b" });
      expect(await pageOf()).to.include("| `lr` | `logUniform from 0.0001 to 1` | always |");
    }),
  );

  it(
    "copies a random search with the numbers and seeds that it has, and its sampler goes on",
    withTempDirectory(async (project) => {
      const search = await prepared(project, RANDOM);
      const storage = join(project, "storage", search);
      rmSync(join(storage, "experiment2"), { recursive: true });
      rmSync(join(storage, "experiment3", "seed2"), { recursive: true });
      const name = nameOf(await run(project, added("more=1")));
      const target = join(project, "storage", name);
      expect(Object.keys(configsIn(target))).to.deep.equal(Object.keys(configsIn(storage)));
      const variations = readVariations(target, testHost());
      expect(variations).to.include({ kind: "random", samplerSeed: 42, nDrawn: 5 });
      expect(variations).to.have.nested.property("space.more.kind", "fixed");
      expect(variations).to.have.nested.property("experiments").with.length(4);
      const grown = { ...RANDOM, defaults: { ...RANDOM.defaults, more: 1 }, nExperiments: 2 };
      const { storages } = await prepareIn(project, grown, { addToFolder: name });
      expect(storages[0]).to.include({ new: 2 });
    }),
  );

  it(
    "copies a retraining without the scores that it was chosen by, and to a list of retrainings",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const host = testHost();
      const storage = join(project, "storage", search);
      const { name, createdAt, ...facts } = factsIn(project, search);
      const retrained: RetrainedFrom = {
        search,
        searchId: "ju1",
        searchCreatedAt: createdAt,
        metric: null,
        chosenBy: "mapping",
        candidates: 1,
        trainTime: null,
        experiments: [{ experiment: 1, from: 1, scores: [0.5] }],
        usedSeeds: [1],
      };
      const kind = "retrain" as const;
      writeSearchFacts(storage, { ...facts, createdAt, name: { ...name, kind }, retrained }, host);
      const report = await run(project);
      expect(factsIn(project, nameOf(report))).to.not.have.property("retrained");
      expect(report.lists).to.deep.equal(["list_retrains_a_copy.txt"]);
    }),
  );

  it(
    "puts --new_desc in the place of the old one with --append_new_desc false",
    withTempDirectory(async (project) => {
      await prepared(project);
      const report = await run(project, { newDesc: "b", appendNewDesc: false });
      expect(nameOf(report)).to.equal("ju2_f7b375e_mlp_digits_grid_b");
      const refused = await refusalOf(run(project, { appendNewDesc: false }));
      expect(refused.code).to.equal("usage");
      expect((await refusalOf(run(project, { newDesc: "a/b" }))).message).to.include("--new_desc");
    }),
  );

  it(
    "copies to another task, whose name the storage gets",
    withTempDirectory(async (project) => {
      await prepared(project);
      const name = nameOf(await run(project, changed("taskName=wine")));
      expect(name).to.equal("ju2_f7b375e_mlp_wine_grid_a");
      const storage = join(project, "storage", name);
      expect(configsIn(storage)["experiment1/seed1"]).to.include({ taskName: "wine" });
      expect(factsIn(project, name).name).to.include({ taskName: "wine" });
      expect(readVariations(storage, testHost())).to.not.have.nested.property(
        "variations.taskName",
      );
    }),
  );

  it(
    "makes no copy again that is there, and another one when the search, the changes or the code differ",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const first = await run(project, changed("units=16"));
      const again = await run(project, changed("units=16"));
      expect(again.copies[0]).to.include({ name: nameOf(first), existing: true, runs: 0 });
      expect(copy.render(again)).to.include("6 of 6 exist");
      expect(nameOf(await run(project, changed("units=17")))).to.match(/^ju3_/);
      const state = (_: string, path: string) => ({ path, commit: null, diffHash: null });
      const repositories = { ...testHost().repositories, state };
      const newer = await run(project, changed("units=16"), { repositories });
      expect(nameOf(newer)).to.match(/^ju4_nogit_/);
      expect(newer.copies[0]?.notes.join()).to.include("the code of the project is not the one");
      await prepareIn(project, { ...GRID, seeds: [1, 2, 3] }, { addToFolder: search });
      expect(nameOf(await run(project, changed("units=16")))).to.match(/^ju5_/);
    }),
  );

  it(
    "refuses before anything is written, and says why",
    withTempDirectory(async (project) => {
      const search = await prepared(project);
      const before = treeText(project);
      const wrong: readonly (readonly [Partial<CopyOptions>, RegExp, string])[] = [
        [
          changed("unit=3"),
          /no experiment of ju1 has such a parameter. Did you mean "units"/,
          "config-invalid",
        ],
        [added("lr=3"), /ju1 has it already/, "config-invalid"],
        [changed("units=many"), /expected a number/, "config-invalid"],
        [
          changed("lr=0.1"),
          /experiment1 and experiment3 of ju1 would be the same.*lr \(0.1 and 0.01\)/,
          "refused",
        ],
        [added("a=1", "a=2"), /say the same thing twice/, "usage"],
        [{ fromFile: undefined }, /No storage is named/, "usage"],
        [{ fromFile: undefined, storageNames: ["ju9"] }, /There is no storage "ju9"/, "not-found"],
      ];
      for (const [options, message, code] of wrong) {
        const refusal = await refusalOf(run(project, options));
        expect(refusal.message).to.match(message);
        expect(refusal.code, refusal.message).to.equal(code);
      }
      const config = join(project, "storage", search, "experiment2", "seed2", "config.json");
      const text = readFileSync(config, "utf8");
      writeFileSync(config, text.replace("0.1", "0.2"));
      expect((await refusalOf(run(project))).message).to.include("runs of one experiment differ");
      writeFileSync(config, text.slice(0, 20));
      expect((await refusalOf(run(project))).message).to.include(`${config} is not valid JSON`);
      writeFileSync(config, text);
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "has no side effect with --dry_run, and none after a no",
    withTempDirectory(async (project) => {
      await prepared(project);
      const before = treeText(project);
      const report = await run(project, { dryRun: true });
      expect(report.copies[0]).to.include({ name: "ju2_f7b375e_mlp_digits_grid_a", runs: 12 });
      const terminal = { ...testHost().terminal, confirm: () => Promise.resolve(false) };
      expect((await refusalOf(run(project, {}, { terminal }))).code).to.equal("refused");
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "does not take for equal what was equal before, and says which experiments lack a parameter",
    withTempDirectory(async (project) => {
      const when = { when: { "optimizer.name": "sgd" }, values: [0, 0.9] };
      const variations = { "optimizer.name": ["sgd", "adam"], "optimizer.momentum": when };
      await prepared(project, { ...GRID, variations });
      const report = await run(project, {
        ...changed("optimizer.momentum=0.5"),
        dryRun: true,
      }).catch((error: unknown) => error);
      expect(report).to.have.property("code", "refused");
      const one = { ...when, values: [0.9] };
      await prepared(project, {
        ...GRID,
        variations: { ...variations, "optimizer.momentum": one },
      });
      const { copies } = await run(project, {
        ...changed("optimizer.momentum=0.5"),
        fromFile: undefined,
        storageNames: ["ju2_f7b375e_mlp_digits_grid_a"],
      });
      expect(copies[0]?.notes).to.deep.equal([
        "1 of 2 experiments have no optimizer.momentum, and get none.",
      ]);
    }),
  );

  it(
    "computes late values anew that follow what changes, and says which are copied as they were",
    withTempDirectory(async (project) => {
      const schedule = {
        ...GRID,
        kind: "grid",
        defaults: { N: 10, half: "$<|N / 2|>", out: "$<|desc|>-$<|half|>", data: "", own: 0 },
        variations: { data: ["d-$<|N|>", "none"], own: [1, 2] },
      };
      writeFileSync(
        join(project, "grid_schedule_a.mjs"),
        `export default { ...${JSON.stringify(schedule)}, derived: { f: (config) => config.N + 1 } };`,
      );
      const { storages } = await prepareIn(project, GRID, { scheduleFile: "grid_schedule_a.mjs" });
      const name = storages[0]?.name ?? "";
      expect(factsIn(project, name).derived).to.deep.equal(["f"]);
      const report = await run(project, { newDesc: "b", ...changed("N=20") });
      const [copied = {}] = Object.values(configsIn(join(project, "storage", nameOf(report))));
      expect(copied).to.include({ N: 20, half: 10, out: "a_b-10", data: "d-10", own: 1, f: 11 });
      const stays = "copied as they were: override what is to follow, too.";
      expect(report.copies[0]?.notes).to.deep.equal([
        "half, out: computed anew from what changes.",
        `data: axes with values that were computed from what changes, ${stays}`,
        `f: computed by functions of the schedule, ${stays}`,
      ]);
      // A copy of the copy goes by the same texts.
      const again = await run(project, {
        fromFile: "list_searches_a_b.txt",
        newDesc: "c",
        ...changed("half=1"),
      });
      const [second = {}] = Object.values(configsIn(join(project, "storage", nameOf(again))));
      expect(second).to.include({ N: 20, half: 1, out: "a_b_c-1" });
    }),
  );

  it(
    "refuses a change after which a late value cannot be computed",
    withTempDirectory(async (project) => {
      const defaults = { N: 10, half: "$<|N / 2|>", own: 0 };
      await prepared(project, { ...GRID, defaults, variations: { own: [1, 2] } });
      const before = treeText(project);
      const refused = await refusalOf(run(project, { newDesc: "b", ...changed("N=many,str") }));
      expect(refused).to.have.property("code", "config-invalid");
      expect(refused)
        .to.have.property("message")
        .that.includes("experiment1, with values computed anew, has a problem:\n  - half: ")
        .and.includes("$<|N / 2|>");
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "leaves whole copies or none, killed before any change, and a second call makes the rest",
    withTempDirectory(async (project) => {
      const small = {
        ...GRID,
        seeds: [1],
        taskNames: ["digits", "wine"],
        variations: { lr: [1, 2] },
      };
      await prepared(project, small);
      const whole = dyingFiles(Number.POSITIVE_INFINITY);
      await run(project, { newDesc: "all" }, { files: whole.files });
      expect(whole.changes()).to.be.greaterThan(20);
      for (let allowed = 0; allowed < whole.changes(); allowed++) {
        const newDesc = `cut${allowed}`;
        const { files } = dyingFiles(allowed);
        const error = await run(project, { newDesc }, { files }).catch((one: unknown) => one);
        expect(error, newDesc).to.be.instanceOf(Killed);
        const left = storagesIn(project).filter((name) => name.endsWith(newDesc));
        for (const name of left) expectWhole(project, name);
        const { copies } = await run(project, { newDesc });
        expect(copies.filter(({ existing }) => existing)).to.have.length(left.length);
        expect(storagesIn(project).filter((name) => name.endsWith(newDesc))).to.have.length(2);
        const list = readFileSync(join(project, `list_searches_a_${newDesc}.txt`), "utf8");
        expect(list.trim().split("\n").sort()).to.deep.equal(copies.map(({ name }) => name).sort());
      }
    }),
  ).timeout(30_000);

  it(
    "leaves nothing behind on a full disk, wherever it fills up",
    withTempDirectory((project) => {
      const full = () => Object.assign(new Error("no space left"), { code: "ENOSPC" });
      return fc.assert(
        fc.asyncProperty(fc.nat(20), async (allowed) => {
          rmSync(project, { recursive: true });
          mkdirSync(project);
          await prepared(project);
          const before = treeText(join(project, "storage"));
          let left = allowed;
          const write: typeof diskFiles.write = (...args) => {
            if (left-- <= 0) throw full();
            diskFiles.write(...args);
          };
          const error = await run(project, {}, { files: { ...diskFiles, write } }).catch(
            (one: unknown) => one,
          );
          expect(error).to.have.property("code", "ENOSPC");
          expect(treeText(join(project, "storage"))).to.deep.equal(before);
        }),
        { numRuns: 10 },
      );
    }),
  ).timeout(20_000);

  it(
    "gives numbers of their own to two at once",
    withTempDirectory(async (project) => {
      await prepared(project);
      const reports = await Promise.all(
        ["b", "c", "d"].map((newDesc) => run(project, { newDesc })),
      );
      const ids = reports.map((report) => nameOf(report).split("_")[0]);
      expect(new Set(ids)).to.have.property("size", 3);
      for (const report of reports) expectWhole(project, nameOf(report), 12);
    }),
  );

  it(
    "says that a root is read-only, and leaves nothing",
    withTempDirectory(async function (project) {
      await prepared(project);
      const root = join(project, "storage");
      const before = treeText(root);
      chmodSync(root, 0o500);
      try {
        const eacces = Object.assign(new Error("permission denied"), { code: "EACCES" });
        const makeFolders = (path: string) => {
          // A superuser may write everywhere.
          if (path.startsWith(root)) throw eacces;
          diskFiles.makeFolders(path);
        };
        const error = await run(project, {}, { files: { ...diskFiles, makeFolders } }).catch(
          (one: unknown) => one,
        );
        expect(error).to.have.property("code", "EACCES");
      } finally {
        chmodSync(root, 0o700);
      }
      expect(treeText(root)).to.deep.equal(before);
    }),
  );
});

function expectWhole(project: string, name: string, runs = 2): void {
  const storage = join(project, "storage", name);
  expect(factsIn(project, name).copied).to.be.an("object");
  expect(Object.keys(configsIn(storage))).to.have.length(runs);
  for (const run of Object.keys(configsIn(storage))) {
    expect(readdirSync(join(storage, run))).to.include.members(["UNHATCHED", "config_unique.json"]);
  }
}
