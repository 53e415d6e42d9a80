import { expect } from "chai";

import type { Config } from "../../../src/core/config/config.ts";
import { composer, draftComposer, finisher } from "../../../src/core/config/layers/composition.ts";
import { memberDrafts } from "../../../src/core/config/layers/members.ts";
import { parseLayerText, parseRegistryText } from "../../../src/core/config/layers/parse-layer.ts";
import { chainOf } from "../../../src/core/config/layers/registry.ts";
import { commandLine } from "../../../src/core/config/overrides/override-layer.ts";
import { parseOverrides } from "../../../src/core/config/overrides/parse-override.ts";

/** The trainer with a registry of configurations and experts. */
const TRAINER = `base:
  version: 0.2
  description: Base version to inherit from
  learning_rate: 1e-3
  batch_size: 2048
  epochs: 10
  act: relu
  experts: [0, 1, 2, 3, 4]
  compare_to: null
reweight_normal:
  extends: base
  compare_to: baseline_v2/version_4
  description: Normal reweighting
  +dist: { n_buckets: 11, inf_bounds: false, norm: { mean: 0, std: 0.4 } }
  act: tanh/2
  epochs: 1000
  expert_3: { batch_size: 128, epochs: 2000 }
  expert_4: { batch_size: 16, epochs: 4000 }
reweight_uniform:
  extends: reweight_normal
  description: Uniform reweighting
  =dist: { n_buckets: 11, uniform: { lower: -1, upper: 1 } }
  filter: dataset_filters.DuplicateEventsFilter()
`;

/** The manager, whose main configuration picks that of its model. */
const MANAGER = `main:
  MODEL: simple
  N: 50
  SEED: 1
  EXTRA_CONFIGS: $<|["config_simple"] if MODEL == "simple" else ["config_complex"]|>
  data_file: data-N$<|N|>.h5
config_simple: { HIDDEN: $<|N * 2|> }
config_complex: { LAYERS: 8 }
`;

describe("the configurations of the described systems", () => {
  it("has a registry with extends, recursively, and values of single experts", () => {
    const { registry } = parseRegistryText(TRAINER, "configs.yaml");
    const draft = draftComposer({ below: chainOf(["reweight_uniform"], registry).layers })([]);
    const rule = { list: "experts", prefix: "expert_", as: "expert" };
    const { members, problems } = memberDrafts(draft, rule);
    expect(problems).to.deep.equal([]);
    const configs = members.map((member) => finisher()(member.draft).config);
    expect(configs.map((config) => config["epochs"])).to.deep.equal([1000, 1000, 1000, 2000, 4000]);
    expect(configs[4]).to.deep.equal({
      version: 0.2,
      description: "Uniform reweighting",
      learning_rate: 0.001,
      batch_size: 16,
      epochs: 4000,
      act: "tanh/2",
      experts: [0, 1, 2, 3, 4],
      compare_to: "baseline_v2/version_4",
      dist: { n_buckets: 11, uniform: { lower: -1, upper: 1 } },
      filter: "dataset_filters.DuplicateEventsFilter()",
      expert: 4,
    });
  });

  it("has late values that follow the grid, and extra configurations that the model picks", () => {
    const { registry } = parseRegistryText(MANAGER, "config.yaml");
    const compose = composer({
      below: chainOf(["main"], registry).layers,
      extras: { key: "EXTRA_CONFIGS", registry },
    });
    const grid = [{ N: 50 }, { N: 200 }, { MODEL: "complex", LAYERS: 4 }].map((values: Config) =>
      compose([{ name: "the grid", values, mayAdd: false }]),
    );
    expect(grid.flatMap(({ problems }) => problems)).to.deep.equal([]);
    expect(grid.map(({ config }) => config["data_file"])).to.deep.equal([
      "data-N50.h5",
      "data-N200.h5",
      "data-N50.h5",
    ]);
    expect(grid.map(({ config }) => config["HIDDEN"] ?? config["LAYERS"])).to.deep.equal([
      100, 400, 4,
    ]);
  });

  it("has overrides whose values make a product, with and without +", () => {
    const file = "seed: null\nmodel: { num_layers: 4 }\noptimizer: { lr: 1e-3 }\nnum_epoch: 2\n";
    const { values } = parseLayerText(file, "config.yaml");
    const args = ["+optimizer.lr=1e-3,1e-2,1e-1", "+seed=1,2,3,4", "num_epoch=5"];
    const { layer, variations } = commandLine(parseOverrides(args).overrides);
    expect(variations).to.deep.equal({ "optimizer.lr": [0.001, 0.01, 0.1], seed: [1, 2, 3, 4] });
    const { config, problems } = composer({
      below: [{ name: "config.yaml", values, mayAdd: true }],
    })([layer]);
    expect(problems).to.deep.equal([]);
    expect(config).to.deep.equal({
      seed: 1,
      model: { num_layers: 4 },
      optimizer: { lr: 0.001 },
      num_epoch: 5,
    });
  });

  it("has defaults, a file of the machine and updates, each of which knows its keys", () => {
    const defaults = { user_message: "Hello world!", user_number: 42, slurm: false };
    const compose = composer({
      below: [
        { name: "defaults", values: defaults, mayAdd: true },
        { name: "the machine", values: { slurm: true }, mayAdd: false, file: "config.ts" },
      ],
    });
    const update = {
      name: "the update",
      values: { user_message: "Goodbye world!" },
      mayAdd: false,
    };
    expect(compose([update]).config).to.deep.equal({
      user_message: "Goodbye world!",
      user_number: 42,
      slurm: true,
    });
    const [problem] = compose([{ ...update, values: { user_mesage: "x" } }]).problems;
    expect(problem).to.have.property(
      "remedy",
      'Did you mean "user_message"? To add a key, write "+user_mesage".',
    );
  });
});
