import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { prepare, type PrepareOptions, type PrepareReport } from "../../../src/commands/prepare.ts";
import type { Config } from "../../../src/core/config/config.ts";
import { configsIn, DEFAULT_OPTIONS } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const HEAD = `algNames: [net]
taskNames: [jets]
repeats: 1
program: { command: ["true"] }
`;
const SCRIPT_HEAD = `algNames: ["net"], taskNames: ["jets"], program: { command: ["true"] },`;

describe("alprep, of the manager's configurations", () => {
  it(
    "makes a configuration for each entry of a named grid",
    withTempDirectory(async (folder) => {
      const report = await prepareIt(folder, {
        "s.ts": `import { createGrid, defineGridSchedule } from "hatchery";
export default defineGridSchedule({ ${SCRIPT_HEAD} repeats: 1, defaults: { DATA_SEED: 9, N: 50 },
  overrides: createGrid(({ DATA_SEED }) => "DATA_SEED=" + DATA_SEED, { DATA_SEED: [0, 1, 2, 3, 4] }) });`,
      });
      const configs = configsOf(folder, report);
      expect(configs.map((config) => config["DATA_SEED"])).to.deep.equal([0, 1, 2, 3, 4]);
    }),
  );

  it(
    "names the data after N, in each configuration of a grid over N",
    withTempDirectory(async (folder) => {
      const report = await prepareIt(folder, {
        "s.yaml": `${HEAD}defaults: { N: 50, data_file: "data-N$<|N|>.h5" }\nvariations: { N: [50, 100, 200] }\n`,
      });
      expect(configsOf(folder, report).map((config) => config["data_file"])).to.deep.equal([
        "data-N50.h5",
        "data-N100.h5",
        "data-N200.h5",
      ]);
    }),
  );

  it(
    "repeats one configuration with other seeds only",
    withTempDirectory(async (folder) => {
      const text = `${HEAD}kind: grid\ndefaults: { N: 50 }\n`.replace("repeats: 1", "repeats: 3");
      const configs = configsOf(folder, await prepareIt(folder, { "s.yaml": text }));
      expect(configs.map(({ seed }) => seed)).to.deep.equal([0, 1, 2]);
      expect(
        new Set(configs.map((config) => JSON.stringify({ ...config, seed: 0 }))).size,
      ).to.equal(1);
    }),
  );

  it(
    "appends the configuration of the model, whose late values see the main one",
    withTempDirectory(async (folder) => {
      const files = {
        "s.yaml": `${HEAD}kind: grid
configs: models
extraConfigs: EXTRA_CONFIGS
defaults:
  MODEL: simple
  N: 50
  EXTRA_CONFIGS: [$<|"config_simple" if MODEL == "simple" else "config_complex"|>]
`,
        "models/config_simple.yaml": "HIDDEN: $<|N * 2|>\n",
        "models/config_complex.yaml": "LAYERS: 8\nNAME: $<|lower(MODEL) + str(N)|>\n",
      };
      const [simple] = configsOf(folder, await prepareIt(folder, files));
      expect(simple).to.include({ HIDDEN: 100 }).and.not.have.any.keys("LAYERS", "NAME");
      const report = await prepareIt(folder, files, ["MODEL=complex", "N=7"]);
      expect(configsOf(folder, report)[0])
        .to.include({ LAYERS: 8, NAME: "complex7" })
        .and.not.have.property("HIDDEN");
    }),
  );
});

describe("alprep, of the original's schedules", () => {
  it(
    "multiplies algorithms, tasks, variations and seeds",
    withTempDirectory(async (folder) => {
      const report = await prepareIt(folder, {
        "s.js": `export default { kind: "grid", algNames: ["ppo", "sac"], taskNames: ["pole", "hill"], seeds: [1, 2, 3],
  program: { command: ["true"] }, defaults: { lr: 0.1, optimizer: "adam" },
  variations: { lr: [0.1, 0.01], optimizer: ["adam", "sgd"] } };`,
      });
      expect(report.storages.map(({ experiments, runs }) => [experiments, runs])).to.deep.equal(
        Array.from({ length: 4 }, () => [4, 12]),
      );
    }),
  );

  it(
    "samples so many experiments, the same again with the same seed",
    withTempDirectory(async (folder) => {
      const files = {
        "s.json": JSON.stringify({
          algNames: ["ppo"],
          taskNames: ["pole"],
          seeds: [1],
          program: { command: ["true"] },
          defaults: { lr: 0.1, sizes: [64] },
          nExperiments: 7,
          samplerSeed: 3,
          space: {
            lr: { kind: "logUniform", low: 1e-5, high: 1e-1 },
            sizes: { kind: "choice", values: [[64], [64, 64]] },
          },
        }),
      };
      const draw = async () => {
        const configs = configsOf(folder, await prepareIt(folder, files));
        return configs.map(({ lr, sizes }) => [lr, sizes]);
      };
      const first = await draw();
      expect(first).to.have.length(7);
      expect(await draw()).to.deep.equal(first);
    }),
  );
});

describe("alprep, of the options of a script that launches itself", () => {
  it(
    "makes the product of the values on the command line",
    withTempDirectory(async (folder) => {
      const files = {
        "s.yaml": `${HEAD}kind: grid\ndefaults: { seedless: null, model: { num_layers: 4 }, optimizer: { lr: 1e-2 }, num_epoch: 10 }\n`,
      };
      const args = ["+optimizer.lr=1e-3,1e-2,1e-1", "+seed=1,2,3,4", "num_epoch=5"];
      const report = await prepareIt(folder, files, args);
      expect(report.storages[0]).to.include({ experiments: 3, runs: 12 });
      const configs = configsOf(folder, report);
      const pairs = configs.map(({ optimizer, seed }) => JSON.stringify([optimizer, seed]));
      expect(new Set(pairs).size).to.equal(12);
      expect(configs.every((config) => config["num_epoch"] === 5)).to.equal(true);
    }),
  );
});

/** The trainer's registry, with experts of their own. */
const REGISTRY = `export default {
  base: { version: 0.2, learning_rate: 1e-3, batch_size: 2048, epochs: 10, act: "relu",
    experts: [0, 1, 2, 3, 4], compare_to: null },
  reweight_normal: { extends: "base", compare_to: "baseline_v2/version_4", act: "tanh/2", epochs: 1000,
    dist: { n_buckets: 11, inf_bounds: false, norm: { mean: 0, std: 0.4 } },
    expert_3: { batch_size: 128, epochs: 2000 }, expert_4: { batch_size: 16, epochs: 4000 } },
  reweight_uniform: { extends: "reweight_normal", filter: "DuplicateEventsFilter()",
    "=dist": { n_buckets: 11, uniform: { lower: -1, upper: 1 } } },
};`;

describe("alprep, of the trainer's registry", () => {
  const schedule = `${HEAD}configs: configs.ts
extends: reweight_uniform
members: { list: experts, prefix: expert_, as: expert }
`;

  it(
    "inherits recursively, and gives each expert its own values",
    withTempDirectory(async (folder) => {
      const files = { "s.yaml": schedule, "configs.ts": REGISTRY };
      const configs = configsOf(folder, await prepareIt(folder, files));
      const own = configs.map(({ expert, epochs, batch_size }) => [expert, epochs, batch_size]);
      expect(own).to.deep.equal([
        [0, 1000, 2048],
        [1, 1000, 2048],
        [2, 1000, 2048],
        [3, 2000, 128],
        [4, 4000, 16],
      ]);
      expect(configs[4]).to.deep.include({
        version: 0.2,
        act: "tanh/2",
        compare_to: "baseline_v2/version_4",
        dist: { n_buckets: 11, uniform: { lower: -1, upper: 1 } },
        filter: "DuplicateEventsFilter()",
      });
      expect(configs[4]).to.not.have.any.keys("expert_3", "expert_4", "extends");
    }),
  );

  it(
    "trains one expert for a look at it, and another configuration by its name",
    withTempDirectory(async (folder) => {
      const files = { "s.yaml": schedule, "configs.ts": REGISTRY };
      const debug = configsOf(folder, await prepareIt(folder, files, ["experts=[3]", "epochs=1"]));
      expect(debug.map(({ expert, epochs }) => [expert, epochs])).to.deep.equal([[3, 1]]);
      const base = { ...files, "s.yaml": schedule.replace("reweight_uniform", "base") };
      const configs = configsOf(folder, await prepareIt(folder, base));
      expect(configs.map(({ epochs }) => epochs)).to.deep.equal([10, 10, 10, 10, 10]);
    }),
  );
});

describe("alprep, of defaults with a file of the machine", () => {
  const files = {
    "s.yaml": `${HEAD}kind: grid\ndefaults: { user_message: Hello world!, user_number: 42, slurm: false, workers: 1 }\n`,
    "hatchery.machine.json": '{ "slurm": true }',
    "other/machine.ts": 'export default { user_message: "from another file" };',
  };

  it(
    "updates the defaults by the machine's file, and both by what is asked for",
    withTempDirectory(async (folder) => {
      const [plain] = configsOf(folder, await prepareIt(folder, files));
      expect(plain).to.include({ user_message: "Hello world!", user_number: 42, slurm: true });
      const args = ["user_message=Goodbye world!", "workers=2"];
      const [asked] = configsOf(folder, await prepareIt(folder, files, args));
      expect(asked).to.include({ user_message: "Goodbye world!", workers: 2, slurm: true });
    }),
  );

  it(
    "takes another file for it, or none",
    withTempDirectory(async (folder) => {
      const withFile = async (machineFile: string) =>
        configsOf(folder, await prepareIt(folder, files, [], { machineFile }))[0];
      expect(await withFile("other/machine.ts")).to.include({
        user_message: "from another file",
        slurm: false,
      });
      expect(await withFile("none")).to.include({ slurm: false });
      const refusal = await withFile("no.yaml").catch(String);
      expect(refusal).to.include("no.yaml, the file of this machine.");
    }),
  );

  it(
    "knows every key, so that a misspelt one is found",
    withTempDirectory(async (folder) => {
      const wrong = { ...files, "hatchery.machine.json": '{\n  "user_mesage": "x"\n}' };
      const refusal = await prepareIt(folder, wrong).catch(String);
      expect(refusal).to.include(
        '  - user_mesage (hatchery.machine.json:2): is not a key of the configuration.\n      Did you mean "user_message"? To add a key, write "+user_mesage".',
      );
    }),
  );
});

/** Writes files, of which the schedule is called `s`, and prepares it. */
async function prepareIt(
  folder: string,
  files: Readonly<Record<string, string>>,
  overrides: readonly string[] = [],
  options: Partial<PrepareOptions> = {},
): Promise<PrepareReport> {
  const all = { "package.json": '{ "type": "module" }', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const scheduleFile = Object.keys(files).find((name) => name.startsWith("s.")) ?? "";
  const { signal } = new AbortController();
  const flags = { ...DEFAULT_OPTIONS, scheduleFile, overrides, ...options };
  return prepare.run(flags, testHost({ workingFolder: folder }), signal, signal);
}

/** The configurations of the first storage's runs. */
function configsOf(folder: string, { storages }: PrepareReport): readonly Config[] {
  return Object.values(configsIn(join(folder, "storage", storages[0]?.name ?? "")));
}
