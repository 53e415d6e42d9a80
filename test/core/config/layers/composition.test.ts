import { expect } from "chai";

import type { Config } from "../../../../src/core/config/config.ts";
import {
  composer,
  draftComposer,
  finisher,
} from "../../../../src/core/config/layers/composition.ts";
import { explain, formatExplanations } from "../../../../src/core/config/layers/explain.ts";
import type { Layer } from "../../../../src/core/config/layers/layer.ts";
import { memberDrafts } from "../../../../src/core/config/layers/members.ts";
import { parseRegistryText } from "../../../../src/core/config/layers/parse-layer.ts";
import { chainOf } from "../../../../src/core/config/layers/registry.ts";
import { commandLine } from "../../../../src/core/config/overrides/override-layer.ts";
import { parseOverrides } from "../../../../src/core/config/overrides/parse-override.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";

const FILE = `base:
  N: 50
  learningRate: 1e-3
  model: simple
  extra_configs: ["model_$<|model|>"]
  dataFile: data-N$<|N|>.h5
  decay: $<|learningRate / 10|>
  dist: { n_buckets: 11, norm: { mean: 0, std: 0.4 } }
  layers: [64]
uniform:
  extends: base
  =dist: { n_buckets: 11, uniform: { lower: -1 } }
  layers+: [32]
model_simple: { hidden: $<|N * 2|> }
model_complex: { blocks: 4 }
`;

const grid = (values: Config): Layer => ({
  name: 'the grid entry "plain"',
  file: "grid.yaml",
  values,
  mayAdd: false,
  placeOf: () => ({ line: 9 }),
});

function compose(name: string, args: readonly string[], above: readonly Layer[] = [], text = FILE) {
  const { registry, problems } = parseRegistryText(text, "configs.yaml");
  const chain = chainOf([name], registry);
  const { overrides, problems: wrong } = parseOverrides(args);
  expect([...problems, ...chain.problems, ...wrong]).to.deep.equal([]);
  const extras = { key: "extra_configs", registry };
  return composer({ below: chain.layers, extras })([...above, commandLine(overrides).layer]);
}

const report = (...of: Parameters<typeof compose>) =>
  formatProblems("configs.yaml", compose(...of).problems);

describe("composer", () => {
  it("puts base, extensions, extra configurations and the command line together", () => {
    const { config, problems } = compose("uniform", ["N=100", "layers+=16"]);
    expect(problems).to.deep.equal([]);
    expect(config).to.deep.equal({
      N: 100,
      learningRate: 0.001,
      model: "simple",
      extra_configs: ["model_simple"],
      dataFile: "data-N100.h5",
      decay: 0.0001,
      dist: { n_buckets: 11, uniform: { lower: -1 } },
      layers: [64, 32, 16],
      hidden: 200,
    });
  });

  it("lets what is above choose the extra configurations, and change them", () => {
    const { config, problems } = compose("base", ["model=complex", "blocks=8"]);
    expect(problems).to.deep.equal([]);
    expect(config).to.include({ model: "complex", blocks: 8 }).and.not.have.property("hidden");
  });

  it("names a misspelt key, with the nearest and the way to add one", () => {
    expect(report("base", ["learning_rate=0.1", "dist.norm.sdt=1", "~gone", "N.x=1"])).to.equal(
      [
        "configs.yaml has 4 problems:",
        "  - learning_rate (the command line): is not a key of the configuration.",
        "      learning_rate=0.1",
        "      ^^^^^^^^^^^^^",
        '      Did you mean "learningRate"? To add a key, write "+learning_rate".',
        "  - dist.norm.sdt (the command line): is not a key of the configuration.",
        "      dist.norm.sdt=1",
        "      ^^^^^^^^^^^^^",
        '      Did you mean "dist.norm.std"? To add a key, write "+dist.norm.sdt".',
        "  - gone (the command line): is not a key of the configuration, so nothing can remove it.",
        "      ~gone",
        "       ^^^^",
        "  - N (the command line): has no keys: it is 50.",
        "      N.x=1",
        "      ^^^",
        "      Set N itself.",
      ].join("\n"),
    );
    expect(compose("base", ["+learning_rate=0.1", "+N=3"]).config).to.include({
      learning_rate: 0.1,
      N: 3,
    });
  });

  it("names who removed the key that a late value needs", () => {
    expect(report("base", [], [grid({ "~N": null })])).to.equal(
      [
        "configs.yaml has 2 problems:",
        '  - dataFile (configs.yaml:6): needs "N", which the grid entry "plain" (grid.yaml:9) removed.',
        "      data-N$<|N|>.h5",
        "               ^",
        '      Set N there, remove dataFile there too ("~dataFile"), or ask first: $<|N if has(N) else …|>.',
        '  - hidden (configs.yaml:14): needs "N", which the grid entry "plain" (grid.yaml:9) removed.',
        "      $<|N * 2|>",
        "         ^",
        '      Set N there, remove hidden there too ("~hidden"), or ask first: $<|N if has(N) else …|>.',
      ].join("\n"),
    );
  });

  it("says what is wrong with the choice of extra configurations", () => {
    expect(report("base", ["model=other"])).to.equal(
      [
        "configs.yaml has a problem:",
        '  - extra_configs (configs.yaml:5): there is no configuration "model_other".',
        '      Did you mean "model_complex"?',
      ].join("\n"),
    );
    expect(report("base", ["extra_configs=3"])).to.include(
      "expected a list of names of configurations, got 3.",
    );
    const swing = "a: { b: 1, extra_configs: \"$<|['x'] if b == 1 else []|>\" }\nx: { b: 2 }\n";
    expect(report("a", [], [], swing)).to.include("never settles");
  });

  it("refuses keys that belong to JavaScript, keys set twice, and appending to what is no list", () => {
    const values: unknown = JSON.parse(
      '{"__proto__": {"polluted": 1}, "a": {"constructor": 1}, "l": [{"prototype": 1}], "o": {"x": 1}, "o.x": 2, "N+": 1, "M+": 1, "~N": 3}',
    );
    const layer = {
      name: "the machine",
      file: "machine.json",
      values: values as Config,
      mayAdd: true,
    };
    const { problems } = composer({
      below: [{ name: "defaults", values: { N: 1 }, mayAdd: true }],
    })([layer]);
    expect(formatProblems("machine.json", problems)).to.equal(
      [
        "machine.json has 7 problems:",
        '  - __proto__ (machine.json): the key "__proto__" belongs to JavaScript and cannot be the name of a value.',
        '  - a.constructor (machine.json): the key "constructor" belongs to JavaScript and cannot be the name of a value.',
        '  - l (machine.json): the key "prototype" belongs to JavaScript and cannot be the name of a value.',
        '  - ["o.x"] (machine.json): is set twice by the same layer.',
        '  - ["~N"] (machine.json): expected null behind "~", got 3.',
        '  - ["~N"] (machine.json): is set twice by the same layer.',
        "  - M (machine.json): is not a key of the configuration, so nothing can append to it.",
      ].join("\n"),
    );
    expect({}).to.not.have.property("polluted");
  });
});

describe("chainOf", () => {
  const registry = (text: string) => parseRegistryText(text, "configs.yaml").registry;

  it("applies what is extended from left to right, each once", () => {
    const found = chainOf(
      ["d"],
      registry("a: {}\nb: {extends: a}\nc: {extends: a}\nd: {extends: [b, c]}\n"),
    );
    expect(found.layers.map(({ name }) => name)).to.deep.equal(
      ["a", "b", "c", "d"].map((name) => `configuration "${name}"`),
    );
  });

  it("names a circle as a whole, and the nearest of unknown names", () => {
    const text =
      "a: { extends: b }\nb: { extends: [c] }\nc: { extends: a }\nd: { extends: [basse, 3] }\nbase: {}\n";
    const { problems } = chainOf(["a", "d"], registry(text));
    expect(formatProblems("configs.yaml", problems)).to.equal(
      [
        "configs.yaml has 3 problems:",
        "  - extends (configs.yaml:3): goes round in a circle: a extends b extends c extends a.",
        "  - extends (configs.yaml:4): expected a name or a list of names, got a list of 2.",
        '  - extends (configs.yaml:4): there is no configuration "basse".',
        '      Did you mean "base"?',
      ].join("\n"),
    );
  });
});

describe("memberDrafts", () => {
  const rule = { list: "experts", prefix: "expert_", as: "expert" };
  const text = `base: { experts: [0, 3], epochs: 10, weights: "w$<|expert|>.json", lr: 1 }
train:
  extends: base
  expert_3: { epochs: 20 }
  expert_4: { epochs: 40 }
typo:
  extends: base
  expert_3: { epocs: 20 }
`;
  const members = (name: string) => {
    const { registry } = parseRegistryText(text, "configs.yaml");
    return memberDrafts(draftComposer({ below: chainOf([name], registry).layers })([]), rule);
  };

  it("gives each member the common values with its own on top", () => {
    const configs = members("train").members.map(({ draft }) => finisher()(draft).config);
    expect(configs).to.deep.equal([
      { experts: [0, 3], epochs: 10, weights: "w0.json", lr: 1, expert: 0 },
      { experts: [0, 3], epochs: 20, weights: "w3.json", lr: 1, expert: 3 },
    ]);
  });

  it("refuses what no member has", () => {
    expect(formatProblems("configs.yaml", members("typo").problems)).to.equal(
      [
        "configs.yaml has a problem:",
        "  - expert_3.epocs (configs.yaml:8): is not a key of the configuration.",
        '      Did you mean "epochs"? To add a key, write "+epocs".',
      ].join("\n"),
    );
  });
});

describe("explain", () => {
  it("says where a value comes from and what it overrode", () => {
    const composition = compose("uniform", ["learningRate=1e-2", "layers+=16"]);
    const text = (path: string) =>
      formatExplanations(path, explain(composition, path), composition);
    expect(text("learningRate")).to.equal(
      "learningRate = 0.01\n  0.01   the command line\n  0.001  configs.yaml:3, overridden",
    );
    expect(text("layers")).to.equal(
      "layers = [64,32,16]\n  + [16]  the command line\n  + [32]  configs.yaml:13\n  [64]    configs.yaml:9",
    );
    expect(text("dist.norm")).to.equal(
      'dist.norm is removed\n  removed               configs.yaml:12\n  {"mean":0,"std":0.4}  configs.yaml:8, overridden',
    );
    expect(text("dataFile")).to.equal(
      'dataFile = data-N50.h5\n  "data-N$<|N|>.h5"  configs.yaml:6, a late value',
    );
    expect(text("learnigRate")).to.equal(
      'learnigRate is not a key of the configuration. Did you mean "learningRate"?',
    );
  });
});
