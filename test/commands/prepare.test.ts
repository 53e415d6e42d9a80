import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import yargs from "yargs";

import { prepare } from "../../src/commands/prepare.ts";
import { UserError } from "../../src/errors.ts";
import { readSearchFacts } from "../../src/tree/search-file.ts";
import { readVariations } from "../../src/tree/variations-file.ts";
import { configsIn, DEFAULT_OPTIONS, GRID, prepareIn, RANDOM } from "../support/prepare-in.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";
import { treeText } from "../support/tree-text.ts";

const NAME = "ju1_f7b375e_mlp_digits_grid_a";

describe("prepare", () => {
  it(
    "writes a storage for each algorithm and task, and lists them beside the schedule",
    withTempDirectory(async (project) => {
      const schedule = { ...GRID, algNames: ["mlp", "cnn"], taskNames: ["digits", "wine"] };
      const { storages } = await prepareIn(project, schedule, { desc: "first_try" });
      const names = storages.map(({ name }) => name);
      expect(names).to.deep.equal([
        "ju1_f7b375e_mlp_digits_grid_first_try",
        "ju2_f7b375e_mlp_wine_grid_first_try",
        "ju3_f7b375e_cnn_digits_grid_first_try",
        "ju4_f7b375e_cnn_wine_grid_first_try",
      ]);
      expect(readdirSync(join(project, "storage")).sort()).to.deep.equal([".ids", ...names]);
      const list = readFileSync(join(project, "list_searches_a.txt"), "utf8");
      expect(list).to.equal(names.map((name) => `${name}\n`).join(""));
      for (const { experiments, runs, new: added, existing } of storages) {
        expect([experiments, runs, added, existing]).to.deep.equal([6, 12, 6, 0]);
      }
    }),
  );

  it(
    "writes what a run needs, and nothing else",
    withTempDirectory(async (project) => {
      await prepareIn(project, GRID);
      const storage = join(project, "storage", NAME);
      const tree = treeText(storage);
      const paths = Object.keys(tree).filter((path) => path.includes("experiment"));
      expect(paths).to.have.length(6 + 12 * 4);
      const others = Object.keys(tree).filter((path) => !path.includes("experiment"));
      expect(others.sort()).to.deep.equal([
        "README.md",
        "plot_arrays",
        "plot_arrays/PLOT_ARRAYS_TODO",
        "search.json",
        "summary",
        "summary/SUMMARY_TODO",
        "variations.json",
      ]);
      const seeds = Object.values(configsIn(storage)).map((config) => config["seed"]);
      expect(seeds).to.deep.equal([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
      const run = join("experiment2", "seed2");
      expect(tree[join(run, "UNHATCHED")]).to.equal("\n");
      expect(JSON.parse(tree[join(run, "config.json")] ?? "")).to.deep.equal({
        ...GRID.defaults,
        optimizer: { name: "adam", momentum: 0 },
        algName: "mlp",
        taskName: "digits",
        desc: "a",
        seed: 2,
      });
      const unique = tree[join(run, "config_unique.json")] ?? "";
      expect(JSON.parse(unique)).to.deep.equal({ lr: 0.1, "optimizer.name": "adam" });
    }),
  );

  it(
    "records the search: program, metric, code, sampler, defaults",
    withTempDirectory(async (project) => {
      const { storages } = await prepareIn(project, RANDOM);
      const storage = join(project, "storage", storages[0]?.name ?? "");
      const facts = readSearchFacts(storage, testHost());
      expect(facts).to.deep.include({
        program: { command: ["true"] },
        project: "../..",
        schedule: "grid_schedule_a.json",
        samplerSeed: 42,
        seeds: [1, 2],
        defaults: RANDOM.defaults,
      });
      expect(facts.metric).to.have.property("aggregation", "mean_on_last_20_percents");
      const variations = readVariations(storage, testHost());
      if (variations.kind !== "random") throw new Error("expected a random search");
      expect(variations.nDrawn).to.equal(5);
      const configs = configsIn(storage);
      for (const { experiment, values } of variations.experiments) {
        expect(configs[`experiment${experiment}/seed1`]).to.deep.include(values);
      }
    }),
  );

  it(
    "samples the same again from the same seed, and the same for all algorithms",
    withTempDirectory(async (project) => {
      const schedule = { ...RANDOM, algNames: ["mlp", "cnn"], samplerSeed: undefined };
      const first = await prepareIn(project, schedule, {});
      const [seed] = first.storages.map(({ samplerSeed }) => samplerSeed ?? undefined);
      const again = await prepareIn(project, schedule, { samplerSeed: seed });
      const drawn = [...first.storages, ...again.storages].map(({ name }) =>
        drawnIn(join(project, "storage", name)),
      );
      expect(new Set(drawn)).to.have.property("size", 1);
    }),
  );

  it(
    "samples each algorithm and task apart with --resample",
    withTempDirectory(async (project) => {
      const schedule = { ...RANDOM, algNames: ["mlp", "cnn"], taskNames: ["digits", "wine"] };
      const first = await prepareIn(project, schedule, { resample: true });
      const again = await prepareIn(project, schedule, { resample: true, desc: "b" });
      const drawn = [first, again].map(({ storages }) =>
        storages.map(({ name }) => drawnIn(join(project, "storage", name))),
      );
      expect(new Set(drawn[0])).to.have.property("size", 4);
      expect(drawn[1]).to.deep.equal(drawn[0]);
    }),
  );

  it(
    "has no side effect at all with --dry_run",
    withTempDirectory(async (project) => {
      await prepareIn(project, GRID);
      const before = treeText(project);
      const { storages } = await prepareIn(project, GRID, { dryRun: true, desc: "b" });
      expect(storages[0]).to.include({ name: "ju2_f7b375e_mlp_digits_grid_b", runs: 12 });
      const more = { ...GRID, seeds: [1, 2, 3] };
      const options = { dryRun: true, addToFolder: NAME };
      await prepareIn(project, more, options);
      writeFileSync(join(project, "grid_schedule_a.json"), JSON.stringify(GRID));
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "refuses before anything is written",
    withTempDirectory(async (project) => {
      const wrong: readonly (readonly [object, object?])[] = [
        [{ ...GRID, variations: { lrr: [1] } }],
        [{ ...GRID, seeds: [1, 1] }],
        [{ ...GRID, algNames: ["my_alg"] }],
        [{ ...GRID, program: undefined }],
        [{ ...GRID, metric: { name: "accuracy", direction: "up" } }],
        [{ ...GRID, program: { module: "missing.ts" } }],
        [GRID, { desc: "a/b" }],
        [GRID, { desc: "a".repeat(300) }],
        [GRID, { resample: true }],
        [GRID, { samplerSeed: 3 }],
        [RANDOM, { samplerSeed: Number.NaN }],
        [GRID, { scheduleFile: "grid_schedule_b.json" }],
        [GRID, { addToFolder: "ju9_f7b375e_mlp_digits_grid_a" }],
        [GRID, { addToFolder: "../elsewhere" }],
        [GRID, { addToFolder: NAME, desc: "b" }],
        [{ ...RANDOM, nExperiments: 200, space: { units: RANDOM.space.units } }],
      ];
      for (const [schedule, options] of wrong) {
        const error = await failure(prepareIn(project, schedule, options));
        expect(error, JSON.stringify([schedule, options])).to.be.instanceOf(UserError);
        expect(readdirSync(project).sort()).to.deep.equal(["grid_schedule_a.json", "package.json"]);
      }
    }),
  );

  it(
    "names the parameter that was probably meant",
    withTempDirectory(async (project) => {
      const variations = { "optimizer.nmae": ["sgd"] };
      const error = await failure(prepareIn(project, { ...GRID, variations }));
      expect(error).to.have.property("code", "schedule-invalid");
      expect(error).to.have.property("message").that.includes('"optimizer.name"');
    }),
  );

  it(
    "passes on what a schedule throws as the author's to mend",
    withTempDirectory(async (project) => {
      writeFileSync(join(project, "broken.mjs"), "throw new TypeError('no such data');");
      const error = await failure(prepareIn(project, GRID, { scheduleFile: "broken.mjs" }));
      expect(error).to.have.property("code", "schedule-invalid");
      expect(error).to.have.property("message").that.includes("no such data");
    }),
  );

  it(
    "leaves nothing but its id when the disk is full",
    withTempDirectory(async (project) => {
      let writes = 0;
      const write = (path: string, text: string) => {
        if ((writes += 1) > 20) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        diskFiles.write(path, text);
      };
      const files = { ...diskFiles, write };
      expect(await failure(prepareIn(project, GRID, {}, { files }))).to.have.property(
        "code",
        "ENOSPC",
      );
      expect(readdirSync(join(project, "storage"))).to.deep.equal([]);
      expect(existsSync(join(project, "list_searches_a.txt"))).to.equal(false);
    }),
  );

  it(
    "lists the storages that were published when the next one cannot be",
    withTempDirectory(async (project) => {
      let renames = 0;
      const rename = (from: string, to: string) => {
        if ((renames += 1) === 2) throw Object.assign(new Error("io"), { code: "EIO" });
        diskFiles.rename(from, to);
      };
      const files = { ...diskFiles, rename };
      const schedule = { ...GRID, taskNames: ["digits", "wine"] };
      expect(await failure(prepareIn(project, schedule, {}, { files }))).to.have.property(
        "code",
        "EIO",
      );
      expect(readdirSync(join(project, "storage")).sort()).to.deep.equal([".ids", NAME]);
      expect(readFileSync(join(project, "list_searches_a.txt"), "utf8")).to.equal(`${NAME}\n`);
    }),
  );

  it(
    "asks on a terminal, unless it is told not to",
    withTempDirectory(async (project) => {
      const questions: string[] = [];
      const confirm = (question: string) => {
        questions.push(question);
        return Promise.resolve(false);
      };
      const terminal = { ...testHost().terminal, confirm };
      const error = await failure(prepareIn(project, GRID, {}, { terminal }));
      expect(error).to.have.property("code", "refused");
      expect(questions).to.have.length(1);
      expect(questions[0]).to.include(NAME).and.to.include("6 experiments, 12 runs");
      expect(existsSync(join(project, "storage"))).to.equal(false);
      await prepareIn(project, GRID, { yes: true }, { terminal });
      expect(questions).to.have.length(1);
    }),
  );

  it(
    "writes nothing more once it is stopped",
    withTempDirectory(async (project) => {
      await prepareIn(project, GRID, { dryRun: true });
      const host = testHost({ workingFolder: project });
      const stopped = AbortSignal.abort();
      const report = await prepare.run(DEFAULT_OPTIONS, host, stopped, stopped);
      expect(report).to.include({ stopped: true }).and.have.property("storages").that.is.empty;
      expect(prepare.render(report)).to.include("Nothing was written");
      expect(readdirSync(join(project, "storage"))).to.deep.equal([]);
    }),
  );

  it(
    "reports what was written, and what to do next",
    withTempDirectory(async (project) => {
      const report = await prepareIn(project, GRID, { rootDir: "my storage" });
      const text = prepare.render(report);
      expect(text).to.include(`${NAME}  6 experiments, 12 runs`);
      expect(text).to.include("allaunch --from_file list_searches_a.txt --root_dir 'my storage'");
      expect(prepare.ids(report)).to.deep.equal([NAME]);
      expect(prepare.toJson(report)).to.include({ schemaVersion: 1, dryRun: false });
      expect(readdirSync(join(project, "my storage"))).to.include(NAME);
    }),
  );

  it("reads its flags, with the defaults of the help", async () => {
    const words = "-f a.ts -d b -r c --sampler_seed 4 --resample --dry_run --yes".split(" ");
    expect(await prepare.parse(yargs(words).strict())).to.deep.equal({
      scheduleFile: "a.ts",
      overrides: [],
      machineFile: undefined,
      explainConfig: undefined,
      desc: "b",
      rootDir: "c",
      addToFolder: undefined,
      resample: true,
      samplerSeed: 4,
      dryRun: true,
      yes: true,
    });
    expect(await prepare.parse(yargs(["-f", "grid_schedule_a.json"]).strict())).to.deep.equal(
      DEFAULT_OPTIONS,
    );
  });

  it("takes the schedule and its overrides as words, too", async () => {
    const words = ["a.ts", "lr=1e-3,1e-2", "~gone", "+new=-3", "--dry_run"];
    expect(await prepare.parse(yargs(words).strictOptions())).to.include({ scheduleFile: "a.ts" });
    const late = yargs(["lr=1", "~b", "a.ts", "+c=2"]).strictOptions();
    expect(await prepare.parse(late)).to.deep.include({
      scheduleFile: "a.ts",
      overrides: ["lr=1", "~b", "+c=2"],
    });
    const { overrides } = await prepare.parse(
      yargs(["-f", "a.ts", ...words.slice(1)]).strictOptions(),
    );
    expect(overrides).to.deep.equal(["lr=1e-3,1e-2", "~gone", "+new=-3"]);
    const error = await failure(prepare.parse(yargs([]).strict()));
    expect(error).to.have.property("message", "No schedule was named.");
  });
});

/** The drawn values of a storage, experiment after experiment. */
function drawnIn(storage: string): string {
  const configs = Object.values(configsIn(storage));
  return JSON.stringify(configs.map(({ lr, units }) => [lr, units]));
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
