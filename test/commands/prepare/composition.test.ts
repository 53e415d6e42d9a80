import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";
import { parse } from "yaml";

import { prepare, type PrepareOptions, type PrepareReport } from "../../../src/commands/prepare.ts";
import type { Config } from "../../../src/core/config/config.ts";
import { UserError } from "../../../src/errors.ts";
import { readSearchFacts } from "../../../src/tree/search-file.ts";
import { configsIn, DEFAULT_OPTIONS } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";

const HEAD = `algNames: [mlp]
taskNames: [digits]
seeds: [1]
program: { command: ["true"] }
`;
const CONFIGS = `base:
  lr: 0.001
  epochs: 10
  layers: [64, 32]
  optimizer: { name: adam, betas: [0.9, 0.999] }
  N: 50
  dataFile: data-N$<|N|>.h5
long:
  extends: base
  epochs: 1000
  layers+: [16]
  optimizer: { name: sgd }
round: { extends: about }
about: { extends: round }
`;
const LONG = `${HEAD}configs: configs.yaml
extends: long
variations:
  N: [50, 100]
`;

describe("prepare, of composed configurations", () => {
  it(
    "puts defaults, what is extended, the machine's file, axes and the command line together",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": LONG });
      write(folder, { "hatchery.machine.yaml": "lr: 0.5\nepochs: 7\n" });
      const configs = await prepared(folder, ["epochs=5", "optimizer.betas=[0,1]", "+new=x"]);
      expect(configs).to.have.length(2);
      expect(configs[1]).to.deep.equal({
        lr: 0.5,
        epochs: 5,
        layers: [64, 32, 16],
        optimizer: { name: "sgd", betas: [0, 1] },
        N: 100,
        dataFile: "data-N100.h5",
        new: "x",
        algName: "mlp",
        taskName: "digits",
        desc: "a",
        seed: 1,
      });
    }),
  );

  it(
    "lets the command line take the place of axes, add others, and change the lists of the schedule",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": LONG });
      const args = [
        "N=20",
        "lr=1e-3,1e-2",
        "epochs=1..3",
        "seed=4,5",
        "taskName=mnist",
        "~dataFile",
      ];
      const { storages, search } = await prepareIt(folder, args, { dryRun: true });
      expect(search.experiments).to.equal(6);
      expect(storages[0]).to.include({ experiments: 6, runs: 12 });
      const configs = await prepared(folder, args);
      expect(configs.map(({ N, taskName }) => [N, taskName])).to.deep.equal(
        Array.from({ length: 12 }, () => [20, "mnist"]),
      );
      expect(configs[11]).to.include({ lr: 0.01, epochs: 3, seed: 5 }).and.not.have.key("dataFile");
      const [name = ""] = readdirSync(join(folder, "storage")).filter((one) =>
        one.includes("mnist"),
      );
      const host = testHost();
      const storage = join(folder, "storage", name);
      expect(readSearchFacts(storage, host).overrides).to.deep.equal(args);
      expect(host.files.read(join(storage, "README.md"))).to.include(" epochs=1..3 'seed=4,5'");
    }),
  );

  it(
    "remembers the file of the machine, and that of another one from which experiments are added",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": `volatile: [lr]\n${LONG}` });
      write(folder, { "hatchery.machine.yaml": "lr: 0.5\n", "machines/b.yaml": "lr: 0.6\n" });
      const { storages } = await prepareIn("none");
      const [plain = ""] = storages.map(({ name }) => name);
      expect(factsOf(plain)).to.not.have.property("machineFiles");
      const own = await prepareIn(undefined, { desc: "own" });
      const [name = ""] = own.storages.map((one) => one.name);
      expect(factsOf(name).machineFiles).to.deep.equal(["hatchery.machine.yaml"]);
      const page = testHost().files.read(join(folder, "storage", name, "README.md"));
      expect(page).to.include("| file of the machine | `hatchery.machine.yaml` |");
      await prepareIn("machines/b.yaml", { addToFolder: name });
      expect(factsOf(name).machineFiles).to.deep.equal(["hatchery.machine.yaml"]);
      const more = { addToFolder: name, overrides: ["N=50,60"] };
      await prepareIn("machines/b.yaml", more);
      expect(factsOf(name).machineFiles).to.deep.equal([
        "hatchery.machine.yaml",
        "machines/b.yaml",
      ]);

      function prepareIn(machineFile: string | undefined, options: Partial<PrepareOptions> = {}) {
        return prepareIt(folder, options.overrides ?? [], { ...options, machineFile });
      }
      function factsOf(storage: string) {
        return readSearchFacts(join(folder, "storage", storage), testHost());
      }
    }),
  );

  it(
    "leaves the seed of the defaults out of its plan, and gives each run its own",
    withTempDirectory(async (folder) => {
      const defaults = `defaults: { seed: 7, a: 1, b: "$<|a|>" }\nvariations: { a: [1] }\n`;
      write(folder, { "a.yaml": `${HEAD}${defaults}` });
      const { plan } = await prepareIt(folder, [], { dryRun: true });
      expect(plan?.()[0]?.experiments?.[0]?.config).to.not.have.property("seed");
      const [config] = await prepared(folder, []);
      expect(config).to.include({ seed: 1, a: 1, b: 1 });
    }),
  );

  it(
    "finds the experiments again when it is asked for the same with overrides",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": LONG });
      const { storages } = await prepareIt(folder, []);
      const name = storages[0]?.name;
      const more = await prepareIt(folder, ["N=50,100,200"], { addToFolder: name });
      expect(more.storages[0]).to.include({ experiments: 3, existing: 2, new: 1 });
      const refusal = await failure(prepareIt(folder, ["lr=1"], { addToFolder: name }));
      expect(refusal.message).to.include("its default of lr is 0.001");
    }),
  );

  it(
    "computes values by functions, which see late values, and excludes by them",
    withTempDirectory(async (folder) => {
      write(folder, {
        "a.mjs": `export default {
  kind: "grid", algNames: ["mlp"], taskNames: ["digits"], repeats: 1, program: { command: ["true"] },
  defaults: { N: 1, twice: "$<|N * 2|>", nested: { label: "" } },
  derived: { "nested.label": (c) => c.taskName + c.twice, more: (c) => c.nested.label.length },
  variations: { N: [1, 2, 30, 40] },
  exclude: [(config) => config.twice === 4],
};`,
      });
      const configs = await prepared(folder, [], { scheduleFile: "a.mjs" });
      expect(configs.map(({ twice, nested, more }) => [twice, nested, more])).to.deep.equal([
        [2, { label: "digits2" }, 7],
        [60, { label: "digits60" }, 8],
        [80, { label: "digits80" }, 8],
      ]);
    }),
  );

  it(
    "trains members side by side, each with its own values, the axes on top",
    withTempDirectory(async (folder) => {
      write(folder, {
        "a.yaml": `${HEAD}defaults:
  epochs: 10
  batch: 64
  experts: [0, 1, 2]
  expert_1: { epochs: 99 }
members: { list: experts, prefix: expert_, as: expert }
variations: { batch: [64, 128] }
`,
      });
      const configs = await prepared(folder, []);
      expect(configs.map(({ batch, expert, epochs }) => [batch, expert, epochs])).to.deep.equal([
        [64, 0, 10],
        [64, 1, 99],
        [64, 2, 10],
        [128, 0, 10],
        [128, 1, 99],
        [128, 2, 10],
      ]);
      expect(configs[1]).to.not.have.property("expert_1");
      const debug = await prepared(folder, ["experts=[1]", "batch=8", "expert_1.epochs=5"]);
      expect(debug.map(({ expert, epochs }) => [expert, epochs])).to.deep.equal([[1, 5]]);
    }),
  );

  it(
    "lays over it the configurations that it chooses, and varies what only some of them have",
    withTempDirectory(async (folder) => {
      write(folder, {
        "a.yaml": `${HEAD}configs: models
extraConfigs: extra
defaults: { model: simple, N: 50, extra: ["$<|model|>"] }
variations: { model: [simple, complex] }
overrides: [{ name: usual }, { name: deep, layers: 9, N: 7 }]
`,
        "models/simple.yaml": "hidden: $<|N * 2|>\n",
        "models/complex.json": '{ "layers": 8 }',
      });
      const configs = await prepared(folder, []);
      expect(configs.map(({ hidden, layers }) => hidden ?? layers)).to.deep.equal([100, 14, 8, 9]);
      expect(configs[1]).to.not.have.property("layers");
      expect(configs[3]).to.not.have.property("hidden");
    }),
  );

  it(
    "says where a value comes from, and of an unknown one which is meant",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": LONG });
      write(folder, { "hatchery.machine.yaml": "lr: 0.5\n" });
      const explainIt = async (explainConfig: string, ...args: readonly string[]) =>
        prepare.render(await prepareIt(folder, args, { explainConfig }));
      expect(await explainIt("lr", "lr=1")).to.include(
        "lr = 1\n  1      the command line\n  0.5    hatchery.machine.yaml:1, overridden\n  0.001  configs.yaml:2, overridden",
      );
      expect(await explainIt("dataFile")).to.include(
        'dataFile = data-N50.h5\n  "data-N$<|N|>.h5"  configs.yaml:7, a late value',
      );
      expect(await explainIt("N")).to.include(
        "N = 50\n  50  a.yaml:8\n  50  configs.yaml:6, overridden",
      );
      expect(await explainIt("seed", "seed=1..12")).to.include(
        "seed is the schedule's: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …; each run",
      );
      const refusal = await failure(explainIt("learning"));
      expect(refusal.message).to.include("learning is not a key of the configuration.");
      expect(treeText(folder)).to.not.have.property("storage");
    }),
  );
});

describe("prepare, of a schema", () => {
  const script = (lr: string) => `const validate = ({ lr, ...others }) => {
  if (Object.keys(others).join() !== "epochs,name") return { issues: [{ message: "others " + Object.keys(others) }] };
  return lr <= 1 ? { value: 0 } : { issues: [{ message: "too large", path: ["lr"] }, { message: "no!", path: [{ key: "epochs" }, 0] }] };
};
export default {
  kind: "grid", algNames: ["mlp"], taskNames: ["digits"], seeds: [1], program: { command: ["true"] },
  schema: { "~standard": { version: 1, vendor: "own", validate: async (value) => validate(value) } },
  defaults: { lr: 0.1, epochs: "auto", name: 1 },
  config: { name: "of another type" },
  variations: { lr: ${lr} },
};`;

  it(
    "asks it instead of the defaults, about every configuration, before anything is written",
    withTempDirectory(async (folder) => {
      write(folder, { "a.mjs": script("[0.1, 2, 3]") });
      const { message } = await failure(prepareIt(folder, [], { scheduleFile: "a.mjs" }));
      expect(message).to.include("  - lr: too large. In 2 experiments of 3, first in lr=2.");
      expect(message).to.include("  - epochs[0]: no! In 2 experiments of 3, first in lr=2.");
      expect(treeText(folder)).to.not.have.property("storage");
      write(folder, { "b.mjs": script("[0.1, 1]") });
      const { storages } = await prepareIt(folder, [], { scheduleFile: "b.mjs" });
      expect(storages[0]).to.include({ experiments: 2 });
      write(folder, { "c.mjs": script("[0.1, 1, 5]") });
      const more = { scheduleFile: "c.mjs", addToFolder: storages[0]?.name };
      const refused = await failure(prepareIt(folder, [], more));
      expect(refused.message).to.include("  - lr: too large.");
    }),
  );

  it(
    "is refused if it is no schema",
    withTempDirectory(async (folder) => {
      write(folder, {
        "a.mjs": "export default { schema: { lr: 1 }, kind: 'grid', defaults: {} };",
      });
      const { message } = await failure(prepareIt(folder, [], { scheduleFile: "a.mjs" }));
      expect(message).to.include("  - schema (a.mjs:1): expected a schema with `~standard`");
      expect(message).to.include("  - algNames");
    }),
  );
});

describe("prepare, of a JSON Schema", () => {
  const schema = `type: object
  required: [lr]
  additionalProperties: false
  properties:
    lr: { type: number, exclusiveMinimum: 0, maximum: 1 }
    optimizer: { enum: [sgd, adam] }
    layers: { type: array, items: { type: integer } }`;
  const schedule = (own: string, values = "[0.1, 2]") => `kind: grid
algNames: [mlp]
taskNames: [digits]
seeds: [1]
program: { command: ["true"] }
${own}
defaults: { lr: 0.1, optimizer: sgd, layers: [8] }
variations: { lr: ${values} }
`;

  it(
    "asks it about every configuration, be it in the schedule or in a file, in JSON or YAML",
    withTempDirectory(async (folder) => {
      write(folder, {
        "a.yaml": schedule(`schema:\n  ${schema}`),
        "b.yaml": schedule("schema: shapes/config.json"),
        "shapes/config.json": JSON.stringify(parse(schema.replaceAll("\n  ", "\n"))),
        "c.yaml": schedule(`schema:\n  ${schema}`, "[0.1, 1]"),
      });
      for (const scheduleFile of ["a.yaml", "b.yaml"]) {
        const { message } = await failure(prepareIt(folder, [], { scheduleFile }));
        expect(message).to.include("  - lr: must be <= 1, got 2. In 1 experiment of 2");
        expect(treeText(folder)).to.not.have.property("storage");
      }
      const words = ["+optimiser=adam", "layers=[1,x]", "optimizer=lion"];
      const { message } = await failure(prepareIt(folder, words, { scheduleFile: "c.yaml" }));
      expect(message).to.include(`optimiser: is not in the schema. Did you mean "optimizer"?`);
      expect(message).to.include(`layers[1]: must be integer, got "x".`);
      expect(message).to.include(`optimizer: must be one of "sgd", "adam", got "lion".`);
      const { storages } = await prepareIt(folder, [], { scheduleFile: "c.yaml" });
      expect(storages[0]).to.include({ experiments: 2 });
    }),
  );

  it(
    "says that formats are not looked at, and takes no names or values for them",
    withTempDirectory(async (folder) => {
      const notes: string[] = [];
      const terminal = { ...testHost().terminal, note: (text: string) => notes.push(text) };
      const host = testHost({ workingFolder: folder, terminal });
      const { signal } = new AbortController();
      for (const [own, expected] of [
        ["properties: { format: { enum: [{ format: uri }], default: { format: date } } }", ""],
        [
          "anyOf: [{ properties: { optimizer: { format: email } } }, { items: { format: uri } }]",
          '("email", "uri")',
        ],
      ] as const) {
        write(folder, { "a.yaml": schedule("schema: s.yaml"), "s.yaml": `type: object\n${own}\n` });
        const options = { ...DEFAULT_OPTIONS, scheduleFile: "a.yaml", dryRun: true };
        await prepare.run(options, host, signal, signal);
        if (expected === "") expect(notes).to.deep.equal([]);
        else expect(notes.join()).to.include(`schema: format is not looked at ${expected}`);
      }
    }),
  );

  it(
    "is refused if it is not there or not sound",
    withTempDirectory(async (folder) => {
      for (const [own, said] of [
        ["schema: gone.json", "there is no"],
        ["schema: { type: objekt }", "no JSON Schema"],
        ["schema: { type: object, propertys: {} }", 'unknown keyword: "propertys"'],
        ["schema: text.json", "expected an object"],
        ["schema: { $ref: '#/$defs/gone' }", "no JSON Schema"],
      ] as const) {
        write(folder, { "a.yaml": schedule(own), "text.json": '"x"' });
        const { message } = await failure(prepareIt(folder, [], { scheduleFile: "a.yaml" }));
        expect(message, own).to.include("schema: ").and.include(said);
      }
    }),
  );
});

describe("prepare, of configurations that cannot be", () => {
  const refusals: readonly (readonly [
    what: string,
    files: Readonly<Record<string, string>>,
    args: readonly string[],
    message: string,
  ])[] = [
    [
      "names a misspelt key, its line and the nearest name",
      { "a.yaml": `${LONG}config:\n  optimiser.name: sgd\n` },
      [],
      '  - optimiser.name (a.yaml:10): is not a key of the configuration.\n      Did you mean "optimizer.name"?',
    ],
    [
      "names a misspelt axis, its line and the nearest name",
      { "a.yaml": `${LONG}  epoch: [1, 2]\n` },
      [],
      '  - variations.epoch (a.yaml:9): is not a parameter of the defaults. Did you mean "epochs"?',
    ],
    [
      "names a late value that needs a key that a grid entry removed",
      {
        "a.yaml": `${HEAD}defaults:\n  opt: sgd\n  beta: 0.9\n  tag: run-$<|beta|>\nvariations:\n  opt: [sgd, adam]\n  beta: { when: { opt: sgd }, values: [0, 0.9] }\n`,
      },
      [],
      `  - tag (a.yaml:8): needs "beta", which the schedule's axes (a.yaml:11) removed. In 1 experiment of 3, first in opt=adam.\n      run-$<|beta|>\n             ^^^^\n      Set beta there`,
    ],
    [
      "names two axes that set the same key",
      { "a.yaml": `${LONG}zip:\n  N: [1, 2]\n` },
      [],
      '  - zip.N (a.yaml:10): sets "N", as variations.N does. Keep one of them, or put them into different blocks.',
    ],
    [
      "names an axis that the command line cannot take the place of",
      { "a.yaml": `${HEAD}defaults: { a: 1, b: 1 }\nzip:\n  a: [1, 2]\n  b: [1, 2]\n` },
      ["a=3"],
      "  - a: is set by the command line and by zip.a: two axes cannot set the same key.\n      a=3\n      ^\n      Leave it out of the command line, or take it out of zip.a.",
    ],
    [
      "names a circle of configurations",
      { "a.yaml": LONG.replace("long", "round") },
      [],
      "goes round in a circle: round extends about extends round.",
    ],
    [
      "names a configuration that there is not",
      { "a.yaml": LONG.replace("long", "lnog") },
      [],
      '  - extends (a.yaml:6): there is no configuration "lnog".\n      Did you mean "long"?',
    ],
    [
      "names a circle of late values",
      { "a.yaml": `${HEAD}defaults:\n  a: $<|b|>\n  b: $<|a|>\nvariations: { a: ["$<|b|>"] }\n` },
      [],
      "needs itself: a needs b needs a.",
    ],
    [
      "names a value of another type, wherever it comes from",
      { "a.yaml": LONG, "hatchery.machine.yaml": "epochs: many\n" },
      ["layers=3"],
      '  - epochs (hatchery.machine.yaml:1): expected a number like 10, got "many".',
    ],
    [
      "names an axis of another type",
      { "a.yaml": `${LONG}  lr: ["1e-3", "1e-2"]\n` },
      [],
      '  - variations.lr (a.yaml:9): expected a number like 0.001, the default, got "1e-3", "1e-2".',
    ],
    [
      "names two experiments that come to the same, as a key does not exist in one of them",
      {
        "a.yaml": `${HEAD}configs: { simple: {}, complex: { layers: 8 } }\nextraConfigs: extra\ndefaults: { model: simple, extra: ["$<|model|>"] }\nvariations: { model: [simple, complex], layers: [8, 9] }\n`,
      },
      [],
      'two experiments come to the same configuration: {"model":"simple","layers":8} and {"model":"simple","layers":9}. In 1 experiment of 4',
    ],
    [
      "names a late value that follows the seed, even if the program's defaults have one",
      {
        "a.yaml": `${HEAD}defaults: { seed: 7, a: 1, out: "runs/$<|seed|>" }\nvariations: { a: [1] }\n`,
      },
      [],
      '  - out (a.yaml:5): needs "seed", which differs from run to run, and a configuration is that of all runs of an experiment.',
    ],
    [
      "names a function that follows the seed",
      {
        "a.mjs": `export default { kind: "grid", algNames: ["a"], taskNames: ["t"], seeds: [1], defaults: { seed: 7, a: 1, b: 1 },
  program: { command: ["true"] }, variations: { a: [1, 2] }, derived: { b: (c) => c.seed + 1 } };`,
      },
      [],
      '  - b (a.mjs:2): its function reads "seed", which differs from run to run',
    ],
    [
      "names a function that fails, and the experiments in which it does",
      {
        "a.mjs": `export default { kind: "grid", algNames: ["a"], taskNames: ["t"], seeds: [1], defaults: { a: 1, b: 1 },
  program: { command: ["true"] }, variations: { a: [1, 2] }, derived: { b: (c) => { if (c.a > 1) throw Error("no"); return 1; } } };`,
      },
      [],
      "  - b (a.mjs:2): its function failed: no. In 1 experiment of 2, first in a=2.",
    ],
  ];

  for (const [what, files, args, message] of refusals) {
    it(
      what,
      withTempDirectory(async (folder) => {
        write(folder, { "configs.yaml": CONFIGS, ...files });
        const scheduleFile = "a.mjs" in files ? "a.mjs" : "a.yaml";
        const before = treeText(folder);
        const refusal = await failure(prepareIt(folder, args, { scheduleFile }));
        expect(refusal.code).to.equal("schedule-invalid");
        expect(refusal.message).to.include(message);
        expect(treeText(folder)).to.deep.equal(before);
      }),
    );
  }

  it(
    "names everything at once",
    withTempDirectory(async (folder) => {
      write(folder, { "configs.yaml": CONFIGS, "a.yaml": `${LONG}  epoch: [1, 2]\n` });
      const { message } = await failure(prepareIt(folder, ["layers=3", "leyers=[1]", "a.b"]));
      expect(message).to.match(/a\.yaml has 4 problems:/);
      for (const part of [
        'Expected "="',
        "variations.epoch",
        "leyers",
        "layers (the command line): expected a list",
      ])
        expect(message).to.include(part);
    }),
  );
});

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries({ "package.json": "{}", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

async function prepareIt(
  folder: string,
  overrides: readonly string[],
  options: Partial<PrepareOptions> = {},
): Promise<PrepareReport> {
  const host = testHost({ workingFolder: folder });
  const { signal } = new AbortController();
  const all = { ...DEFAULT_OPTIONS, scheduleFile: "a.yaml", overrides, ...options };
  return prepare.run(all, host, signal, signal);
}

/** The configurations that were written, run by run. */
async function prepared(
  folder: string,
  overrides: readonly string[],
  options: Partial<PrepareOptions> = {},
): Promise<readonly Config[]> {
  const { storages } = await prepareIt(folder, overrides, options);
  return Object.values(configsIn(join(folder, "storage", storages[0]?.name ?? "")));
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}
