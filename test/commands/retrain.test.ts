import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { retrain, type RetrainOptions, type RetrainReport } from "../../src/commands/retrain.ts";
import type { Config } from "../../src/core/config/config.ts";
import { UserError } from "../../src/errors.ts";
import type { Host } from "../../src/host.ts";
import { readSearchFacts, writeSearchFacts } from "../../src/tree/search-file.ts";
import { readVariations } from "../../src/tree/variations-file.ts";
import { configsIn } from "../support/prepare-in.ts";
import { type SmallRun, writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";
import { treeText } from "../support/tree-text.ts";

const never = new AbortController().signal;

const DEFAULTS: RetrainOptions = {
  fromFile: "list_searches_digits.txt",
  storageNames: [],
  rootDir: undefined,
  skipMissing: false,
  performanceMetric: undefined,
  performanceAggregation: undefined,
  performanceDirection: undefined,
  nEvalRuns: 1,
  reRunIfExists: false,
  nProcesses: 1,
  mapping: undefined,
  topK: 1,
  nRetrainSeeds: 3,
  trainTimeFactor: 2,
  trainTimeKey: undefined,
  crashPolicy: "nan",
  allowUnfinished: false,
  dryRun: false,
  yes: false,
};

/** A completed run that scored `accuracy`. */
const done = (experiment: number, seed: number, accuracy: number): SmallRun => ({
  experiment,
  seed,
  flag: "COMPLETED",
  varied: { max_steps: 100 * experiment, lr: 0.1 * experiment },
  recorded: [JSON.stringify({ accuracy })],
});
const flagged = (flag: string, run: SmallRun): SmallRun => ({ ...run, flag });

/** Experiment 2 of 3 is the best. */
const RUNS = [
  ...[done(1, 1, 0.5), done(1, 2, 0.6)],
  ...[done(2, 1, 0.8), done(2, 2, 0.9)],
  ...[done(3, 1, 0.1), done(3, 2, 0.2)],
];

/** Writes a project with a search `ab1` of `runs`, and its list. @returns the search's name */
async function writeProject(project: string, runs: readonly SmallRun[] = RUNS): Promise<string> {
  writeFileSync(join(project, "package.json"), "{}");
  mkdirSync(join(project, "storage"));
  const name = await writeSmallStorage(join(project, "storage"), { id: "ab1", runs });
  // As storages lie below their project.
  const path = join(project, "storage", name, "search.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"project":".."', '"project":"../.."'));
  writeFileSync(join(project, "list_searches_digits.txt"), `${name}\n`);
  return name;
}

function run(
  project: string,
  options: Partial<RetrainOptions> = {},
  overrides: Partial<Host> = {},
): Promise<RetrainReport> {
  const host = testHost({ workingFolder: project, ...overrides });
  return retrain.run({ ...DEFAULTS, ...options }, host, never, never);
}

/** The refusal that comes instead of a report. */
async function refusal(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("Expected a UserError, nothing was thrown");
}

const factsIn = (project: string, name: string) =>
  readSearchFacts(join(project, "storage", name), testHost());

describe("alretrain", () => {
  it(
    "prepares the best experiment with fresh seeds, twice as long, and lists it",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const report = await run(project);
      const name = "ju1_nogit_mlp_digits_retrain_a_retrainBestab1";
      expect(report.retrainings[0]).to.deep.include({
        name,
        search,
        existing: false,
        candidates: 3,
        seeds: [3, 4, 5],
        runs: 3,
      });
      expect(report.lists).to.deep.equal(["list_retrains_digits.txt"]);
      const list = readFileSync(join(project, "list_retrains_digits.txt"), "utf8");
      expect(list).to.equal(`${name}\n`);
      const expected = { rate: 1, max_steps: 400, lr: 0.2, desc: "a_retrainBestab1" };
      expect(configsIn(join(project, "storage", name))).to.deep.equal({
        "experiment1/seed3": { ...expected, seed: 3 },
        "experiment1/seed4": { ...expected, seed: 4 },
        "experiment1/seed5": { ...expected, seed: 5 },
      });
      expect(readVariations(join(project, "storage", name), testHost())).to.have.deep.property(
        "variations",
        { max_steps: [400], lr: [0.2] },
      );
      expect(retrain.render(report)).to.match(/experiment2: 0\.85 .*max_steps 200 → 400/);
      expect(retrain.ids(report)).to.deep.equal([name]);
    }),
  );

  it(
    "computes late values anew that follow the training time, and says what does not",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const facts = factsIn(project, search);
      const defaults = { rate: "$<|max_steps / 200|>" };
      const host = testHost();
      writeSearchFacts(
        join(project, "storage", search),
        { ...facts, defaults, derived: ["f"] },
        host,
      );
      const { retrainings } = await run(project);
      const { name = "", notes } = retrainings[0] ?? {};
      const [config] = Object.values(configsIn(join(project, "storage", name)));
      expect(config).to.include({ max_steps: 400, rate: 2 });
      expect(notes).to.include("rate: computed anew from what changes.");
      expect(notes).to.include("f: computed by functions of the schedule, and kept as they were.");
      expect(factsIn(project, name)).to.deep.include({ derived: ["f"], defaults });
    }),
  );

  it(
    "writes the page and the figure that every storage has, and a line for seeds that it adds",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const images = { render: () => Promise.resolve(new TextEncoder().encode("figure")) };
      const { retrainings } = await run(project, {}, { images });
      const storage = join(project, "storage", retrainings[0]?.name ?? "");
      expect(readFileSync(join(storage, "variations1.png"), "utf8")).to.equal("figure");
      const page = readFileSync(join(storage, "README.md"), "utf8");
      for (const part of [
        "A retrain search of hatchery, written by alretrain.",
        `| retrained from | \`${search}\` |`,
        "| chosen | the best of the 3 experiments that had a score |",
        "| numbers | experiment1 was experiment2 |",
        "| trains for | `max_steps` times 2 |",
        "| sampler seed | none |",
        "| `lr` | `0.2` | always |",
        "albench --benchmark_type compare_models --root_dir storage",
        `\`alretrain --storage_name ${search} --top_k 1 --crash_policy nan --n_retrain_seeds 3 --train_time_factor 2 --root_dir storage\``,
      ]) {
        expect(page).to.include(part);
      }
      await run(project, { nRetrainSeeds: 5 }, { images });
      const longer = readFileSync(join(storage, "README.md"), "utf8");
      expect(longer.startsWith(page)).to.equal(true);
      expect(longer.slice(page.length)).to.match(/^\| .*--n_retrain_seeds 5 .* \| 0 \| 2 \|\n$/);
    }),
  );

  it(
    "says on the page which experiments a person named, in the project's paths",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      writeFileSync(join(project, "best.json"), JSON.stringify({ [search]: [3, 1] }));
      const { retrainings } = await run(project, { mapping: "best.json", fromFile: undefined });
      const storage = join(project, "storage", retrainings[0]?.name ?? "");
      const page = readFileSync(join(storage, "README.md"), "utf8");
      expect(page).to.include("| chosen | 2 experiments, named by a person |");
      expect(page).to.include("experiment1 was experiment3, experiment2 was experiment1");
      expect(page).to.include("`alretrain --best_experiments_mapping best.json ");
    }),
  );

  it(
    "remembers in search.json what it was made of",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const { retrainings } = await run(project);
      const facts = factsIn(project, retrainings[0]?.name ?? "");
      expect(facts).to.deep.include({ seeds: [3, 4, 5], project: "../..", samplerSeed: null });
      expect(facts.retrained).to.deep.include({
        search,
        searchId: "ab1",
        chosenBy: "score",
        candidates: 3,
        trainTime: { key: "max_steps", factor: 2 },
        experiments: [{ experiment: 1, from: 2, scores: [0.8, 0.9] }],
        usedSeeds: [1, 2],
      });
    }),
  );

  it(
    "makes nothing again that exists, and adds the seeds that it lacks",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const first = await run(project);
      const before = treeText(join(project, "storage"));
      const second = await run(project);
      expect(second.retrainings[0]).to.include({ existing: true, runs: 0 });
      expect(second.retrainings[0]?.name).to.equal(first.retrainings[0]?.name);
      expect(treeText(join(project, "storage"))).to.deep.equal(before);
      const third = await run(project, { nRetrainSeeds: 5 });
      expect(third.retrainings[0]).to.deep.include({ existing: true, runs: 2 });
      const name = first.retrainings[0]?.name ?? "";
      const configs = configsIn(join(project, "storage", name));
      expect(Object.keys(configs)).to.have.lengthOf(5);
      expect(configs["experiment1/seed7"]).to.deep.equal({
        ...configs["experiment1/seed3"],
        seed: 7,
      });
      expect(factsIn(project, name).seeds).to.deep.equal([3, 4, 5, 6, 7]);
      const list = readFileSync(join(project, "list_retrains_digits.txt"), "utf8");
      expect(list).to.equal(`${name}\n`);
    }),
  );

  it(
    "makes another one where other experiments, or another training time, are wanted",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const names = [];
      for (const options of [{}, { topK: 2 }, { trainTimeFactor: 3 }, { trainTimeKey: "rate" }]) {
        const { retrainings } = await run(project, options);
        expect(retrainings[0]).to.include({ existing: false });
        names.push(retrainings[0]?.name);
      }
      expect(new Set(names)).to.have.lengthOf(4);
    }),
  );

  it(
    "retrains the best few in the order of their scores",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const { retrainings } = await run(project, { topK: 2, nRetrainSeeds: 1 });
      const configs = configsIn(join(project, "storage", retrainings[0]?.name ?? ""));
      const steps = Object.values(configs).map((config: Config) => config["max_steps"]);
      expect(steps).to.deep.equal([400, 200]);
      const more = await run(project, { topK: 7, dryRun: true });
      expect(more.retrainings[0]?.notes.join()).to.include("only 3 have a score");
    }),
  );

  it(
    "takes the lowest where low values are good, by the metric of its flags",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const { retrainings } = await run(project, {
        performanceMetric: "accuracy",
        performanceAggregation: "min",
        performanceDirection: "minimise",
      });
      expect(retrainings[0]?.experiments[0]).to.include({ from: 3 });
    }),
  );

  it(
    "takes what a mapping names, finished or not",
    withTempDirectory(async (project) => {
      const search = await writeProject(project, [...RUNS, flagged("UNHATCHED", done(4, 1, 0))]);
      writeFileSync(join(project, "best.json"), JSON.stringify({ [search]: ["experiment4", 1] }));
      for (const fromFile of [DEFAULTS.fromFile, undefined]) {
        const { retrainings } = await run(project, { fromFile, mapping: "best.json" });
        expect(retrainings[0]?.experiments.map(({ from, score }) => [from, score])).to.deep.equal([
          [4, null],
          [1, 0.55],
        ]);
        expect(retrainings[0]).to.include({
          chosenBy: "mapping",
          existing: fromFile === undefined,
        });
      }
    }),
  );

  it(
    "refuses a mapping that names what is not there, and writes nothing",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const before = treeText(project);
      const cases = [
        [{ [search]: 31 }, "not-found", "has no experiment31: it has 3 experiments, from 1 to 3"],
        [{ [search]: "best" }, "config-invalid", '"experiment12"'],
        [{ [search]: [] }, "config-invalid", search],
        [{ [search.replace("mlp", "mpl")]: 1 }, "config-invalid", "Did you mean"],
        [{ [search]: 1, other: 2 }, "config-invalid", '"other"'],
        [[1], "config-invalid", "storage → experiment"],
      ] as const;
      for (const [mapping, code, words] of cases) {
        writeFileSync(join(project, "best.json"), JSON.stringify(mapping));
        const error = await refusal(run(project, { mapping: "best.json" }));
        expect(error).to.have.property("code", code);
        expect(error).to.have.property("message").that.includes(words);
      }
      expect(await refusal(run(project, { mapping: "none.json" }))).to.have.property(
        "code",
        "not-found",
      );
      rmSync(join(project, "best.json"));
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "waits for the end of a search, unless it is told not to",
    withTempDirectory(async (project) => {
      await writeProject(project, [...RUNS, flagged("UNHATCHED", done(4, 1, 0))]);
      const error = await refusal(run(project));
      expect(error).to.have.property("code", "refused");
      expect(error).to.have.property("message").that.includes("1 of 7 runs");
      const { retrainings } = await run(project, { allowUnfinished: true });
      expect(retrainings[0]?.experiments[0]).to.include({ from: 2 });
    }),
  );

  it(
    "passes over what crashed or diverged, and says so",
    withTempDirectory(async (project) => {
      const crash = flagged("CRASH", { ...done(2, 3, 0) });
      const nan = { ...done(3, 3, 0), recorded: ['{"accuracy":"NaN"}'] };
      await writeProject(project, [...RUNS, crash, nan]);
      const { retrainings } = await run(project, { dryRun: true });
      expect(retrainings[0]?.experiments[0]).to.include({ from: 1 });
      expect(retrainings[0]?.notes.join()).to.match(/passed over: experiment2/);
      const dropped = await run(project, { dryRun: true, crashPolicy: "drop" });
      expect(dropped.retrainings[0]?.experiments[0]).to.include({ from: 2 });
    }),
  );

  it(
    "says what to do where every experiment has a run that failed",
    withTempDirectory(async (project) => {
      await writeProject(project, [done(1, 1, 0.5), flagged("CRASH", done(1, 2, 0))]);
      const error = await refusal(run(project));
      expect(error).to.have.property("hint").that.includes("--crash_policy drop");
    }),
  );

  it(
    "names ties",
    withTempDirectory(async (project) => {
      await writeProject(project, [done(1, 1, 0.5), done(2, 1, 0.7), done(3, 1, 0.7)]);
      const report = await run(project, { dryRun: true });
      expect(report.retrainings[0]?.experiments[0]).to.include({ from: 2 });
      expect(report.retrainings[0]?.ties).to.deep.equal([{ experiment: 3, kind: "equal" }]);
      expect(retrain.render(report)).to.match(/a tie: experiment3 .* lowest number/);
    }),
  );

  it(
    "gives retrainings of retrainings other seeds, and a list of their own",
    withTempDirectory(async (project) => {
      const search = await writeProject(project);
      const first = (await run(project)).retrainings[0]?.name ?? "";
      const mapping = "best.json";
      writeFileSync(join(project, mapping), JSON.stringify({ [first]: 1 }));
      const { retrainings, lists } = await run(project, {
        mapping,
        fromFile: "list_retrains_digits.txt",
      });
      expect(retrainings[0]).to.deep.include({ seeds: [6, 7, 8] });
      expect(factsIn(project, retrainings[0]?.name ?? "").retrained?.usedSeeds).to.deep.equal([
        1, 2, 3, 4, 5,
      ]);
      expect(lists).to.deep.equal(["list_retrains_digits_again.txt"]);
      expect(search).not.to.equal(first);
    }),
  );

  it(
    "says without a trace what it would do",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const before = treeText(project);
      const report = await run(project, { dryRun: true });
      expect(treeText(project)).to.deep.equal(before);
      expect(retrain.render(report)).to.match(/Would prepare 3 runs[^]*Nothing was written/);
      expect(retrain.toJson(report)).to.include({ schemaVersion: 1, dryRun: true });
    }),
  );

  it(
    "writes nothing when a person says no",
    withTempDirectory(async (project) => {
      await writeProject(project);
      const before = treeText(project);
      const terminal = { ...testHost().terminal, confirm: () => Promise.resolve(false) };
      expect(await refusal(run(project, {}, { terminal }))).to.have.property("code", "refused");
      expect(treeText(project)).to.deep.equal(before);
    }),
  );
});
