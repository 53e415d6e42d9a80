import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import * as fc from "fast-check";
import type { Config, Experiment } from "hatchery";

import { CHECKPOINT_FILE } from "../../examples/digits/checkpoint.ts";
import { type Examples, readDigits } from "../../examples/digits/data.ts";
import { getRunArgs, main } from "../../examples/digits/main.ts";
import { createModel } from "../../examples/digits/model.ts";
import { createOptimizer, initialState, OPTIMIZERS } from "../../examples/digits/optimizer.ts";
import { createRandom, permutation } from "../../examples/digits/random.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const PROJECT = process.cwd();
const DATA = join(PROJECT, "examples", "data", "digits.csv.gz");
/** Quick to train; 7 epochs have one checkpoint among them. */
const SMALL: Config = { ...getRunArgs(), hiddenUnits: 8, epochs: 7 };

type Row = Readonly<Record<string, number>>;

/** What one attempt did. */
type Report = {
  readonly rows: readonly Row[];
  readonly resumes: readonly (readonly [string, number])[];
  readonly progress: readonly (readonly [number, number])[];
  readonly warnings: readonly string[];
  /** What `main` threw. */
  readonly error: unknown;
};

type Events = {
  readonly attempt?: number;
  /** The signal is aborted at the end of this epoch. */
  readonly stopAfter?: number;
  /** At the end of this epoch the attempt ends as if its process were gone. */
  readonly dieAfter?: number;
};

/** Runs one attempt. */
async function train(
  runFolder: string,
  config: Config,
  { attempt = 1, stopAfter, dieAfter }: Events = {},
): Promise<Report> {
  const rows: Row[] = [];
  const resumes: (readonly [string, number])[] = [];
  const progress: (readonly [number, number])[] = [];
  const warnings: string[] = [];
  const stop = new AbortController();
  const ignore = () => undefined;
  let error: unknown;
  try {
    await main({
      config,
      tree: { runFolder, storage: runFolder, project: PROJECT },
      recorder: {
        record: (values) => rows.push(values),
        resume: (key, from) => resumes.push([key, from]),
      },
      logger: { debug: ignore, info: ignore, warn: (text) => warnings.push(text), error: ignore },
      progress: (done, total) => {
        progress.push([done, total]);
        if (done === dieAfter) throw new Error("died");
        // As the message of a launcher would: not before the run lets messages in.
        if (done === stopAfter)
          setImmediate(() => {
            stop.abort(new Error("stopped"));
          });
      },
      signal: stop.signal,
      done: ignore,
      attempt: { number: attempt, resumed: attempt > 1 },
    });
  } catch (thrown) {
    error = thrown;
  }
  return { rows, resumes, progress, warnings, error };
}

describe("the digits example", () => {
  it("is an experiment whose defaults can be trained", () => {
    const experiment: Experiment = { getRunArgs, main };
    expect(experiment.getRunArgs()).to.include({ algName: "mlp", taskName: "digits", seed: 1 });
  });
});

describe("main", () => {
  it(
    "names more than 94 % of unseen digits with its defaults",
    withTempDirectory(async (folder) => {
      const { rows, progress, error } = await train(folder, getRunArgs());
      expect(error).to.equal(undefined);
      expect(rows).to.have.length(20);
      expect(rows[0]).to.have.all.keys("epoch", "loss", "trainAccuracy", "accuracy");
      expect(rows.at(-1)).to.include({ epoch: 20 });
      expect(rows.at(-1)?.["accuracy"]).to.be.above(0.94);
      expect(progress.at(-1)).to.deep.equal([20, 20]);
      expect(readdirSync(folder)).to.deep.equal([]);
    }),
  );

  it(
    "trains softmax regression too, and both optimizers",
    withTempDirectory(async (folder) => {
      const softmax = { ...getRunArgs(), algName: "softmax", learningRate: 0.02 };
      for (const config of [softmax, { ...softmax, optimizer: "sgd" }]) {
        const { rows } = await train(folder, config);
        expect(rows.at(-1)?.["accuracy"], config.optimizer).to.be.above(0.93);
      }
    }),
  );

  it(
    "records the same numbers for the same seed, others for another",
    withTempDirectory(async (folder) => {
      const first = await train(folder, SMALL);
      expect((await train(folder, SMALL)).rows).to.deep.equal(first.rows);
      const other = await train(folder, { ...SMALL, seed: 2 });
      expect(other.rows).to.have.length(7).and.not.deep.equal(first.rows);
    }),
  );

  for (const optimizer of OPTIMIZERS) {
    // 3: the checkpoint of the abort; 6: it replaces the periodic one.
    for (const stopAfter of [3, 6]) {
      it(
        `goes on after epoch ${stopAfter} as if it had not been stopped, with ${optimizer}`,
        withTempDirectory(async (folder) => {
          const config = { ...SMALL, optimizer };
          const whole = await train(folder, config);
          const stopped = await train(folder, config, { stopAfter });
          expect(stopped.error).to.have.property("message", "stopped");
          expect(readdirSync(folder)).to.deep.equal([CHECKPOINT_FILE]);

          const resumed = await train(folder, config, { attempt: 2 });
          expect(resumed.resumes).to.deep.equal([["epoch", stopAfter + 1]]);
          expect([...stopped.rows, ...resumed.rows]).to.deep.equal(whole.rows);
          expect(readdirSync(folder)).to.deep.equal([]);
        }),
      );
    }
  }

  it(
    "goes back to its last checkpoint after a sudden end",
    withTempDirectory(async (folder) => {
      const whole = await train(folder, SMALL);
      const killed = await train(folder, SMALL, { dieAfter: 6 });
      expect(killed.error).to.have.property("message", "died");
      const resumed = await train(folder, SMALL, { attempt: 2 });
      expect(resumed.resumes).to.deep.equal([["epoch", 6]]);
      expect(resumed.rows).to.deep.equal(whole.rows.slice(5));
    }),
  );

  it(
    "begins anew where the checkpoint is not whole, of another configuration, or not an earlier attempt's",
    withTempDirectory(async (folder) => {
      const path = join(folder, CHECKPOINT_FILE);
      const whole = await train(folder, SMALL);
      await train(folder, SMALL, { stopAfter: 3 });
      const text = readFileSync(path, "utf8");
      const cases = [
        { checkpoint: text.slice(0, text.length / 2), attempt: 2 },
        { checkpoint: text.replace('"epoch":3', '"epoch":4'), attempt: 2 },
        { checkpoint: text, attempt: 1 },
      ];
      for (const { checkpoint, attempt } of cases) {
        writeFileSync(path, checkpoint);
        const { rows, resumes } = await train(folder, SMALL, { attempt });
        expect(resumes).to.deep.equal([]);
        expect(rows).to.deep.equal(whole.rows);
      }
      writeFileSync(path, text);
      const other = await train(folder, { ...SMALL, learningRate: 0.1 }, { attempt: 2 });
      expect(other.resumes).to.deep.equal([]);
    }),
  );

  it(
    "removes the drafts of attempts that were killed",
    withTempDirectory(async (folder) => {
      writeFileSync(join(folder, `${CHECKPOINT_FILE}.1.draft`), "half of");
      await train(folder, SMALL, { attempt: 2 });
      expect(readdirSync(folder)).to.deep.equal([]);
    }),
  );

  it(
    "stops with a warning when the loss is not finite",
    withTempDirectory(async (folder) => {
      const config = { ...SMALL, optimizer: "sgd", learningRate: 1e200 };
      const { rows, warnings, error } = await train(folder, config);
      expect(error).to.equal(undefined);
      expect(rows).to.have.length(1);
      expect(warnings).to.have.length(1);
    }),
  );

  it(
    "refuses a configuration with everything that is wrong in it",
    withTempDirectory(async (folder) => {
      const config = { ...SMALL, optimizer: "adamw", learningRate: 0, batchSize: 1.5, desc: null };
      const { rows, error } = await train(folder, config);
      expect(rows).to.deep.equal([]);
      for (const part of ["optimizer", '"adamw"', "learningRate", "batchSize", "1.5", "desc"]) {
        expect(error).to.have.property("message").that.includes(part);
      }
      expect(error).to.have.property("message").that.does.not.include("epochs");
      expect((await train(folder, {})).error)
        .to.have.property("message")
        .that.includes("nothing");
    }),
  );
});

describe("readDigits", () => {
  it("gives pixels from 0 to 1, and a fifth of every class to test", () => {
    const { train: trained, test } = readDigits(DATA);
    const { labels, pixels } = trained;
    expect(labels.length + test.labels.length).to.equal(1797);
    expect(pixels.length).to.equal(64 * labels.length);
    expect(Math.min(...pixels.slice(0, 6400))).to.equal(0);
    expect(Math.max(...pixels.slice(0, 6400))).to.equal(1);
    for (let label = 0; label < 10; label++) {
      const tested = test.labels.filter((other) => other === label).length;
      const all = tested + labels.filter((other) => other === label).length;
      expect(tested / all).to.be.within(0.19, 0.21);
    }
  });
});

describe("createModel", () => {
  const INPUTS = 4;
  const CLASSES = 3;
  const ROWS = 6;
  const arbitraryExamples: fc.Arbitrary<Examples> = fc.record({
    pixels: fc
      .array(fc.integer({ min: 0, max: 16 }), {
        minLength: INPUTS * ROWS,
        maxLength: INPUTS * ROWS,
      })
      .map((pixels) => Float64Array.from(pixels, (pixel) => pixel / 16)),
    labels: fc
      .array(fc.nat(CLASSES - 1), { minLength: ROWS, maxLength: ROWS })
      .map((labels) => Uint8Array.from(labels)),
  });

  for (const [name, hidden] of [
    ["softmax regression", []],
    ["one hidden layer", [5]],
  ] as const) {
    it(`gives the gradient that finite differences give: ${name}`, () => {
      fc.assert(
        fc.property(
          arbitraryExamples,
          fc.integer(),
          fc.constantFrom(0, 0.01, 1),
          (examples, seed, weightDecay) => {
            const model = createModel([INPUTS, ...hidden, CLASSES], weightDecay);
            const random = createRandom(seed);
            // Not `initialise`: the biases' gradients are to be looked at away from zero too.
            const parameters = new Float64Array(model.parameterCount).map(
              () => 2 * random.uniform() - 1,
            );
            // Part of the rows, in an order of their own.
            const batch = { examples, rows: permutation(ROWS, random).subarray(0, 4) };
            const gradient = new Float64Array(model.parameterCount).fill(7);
            model.lossAndGradient(parameters, batch, gradient);
            const lossAt = (at: number, change: number) =>
              model.lossAndGradient(
                parameters.map((value, other) => (other === at ? value + change : value)),
                batch,
                new Float64Array(model.parameterCount),
              );
            for (const [at, slope] of gradient.entries()) {
              const difference = (lossAt(at, 1e-5) - lossAt(at, -1e-5)) / 2e-5;
              expect(slope).to.be.closeTo(difference, 1e-8);
            }
          },
        ),
      );
    });
  }

  it("keeps a finite loss with logits of a thousand", () => {
    const model = createModel([1, 2], 0);
    const examples = { pixels: Float64Array.of(1), labels: Uint8Array.of(1) };
    const gradient = new Float64Array(model.parameterCount);
    const batch = { examples, rows: Uint32Array.of(0) };
    expect(model.lossAndGradient(Float64Array.of(1000, 0, 0, 0), batch, gradient)).to.equal(1000);
  });
});

describe("createOptimizer", () => {
  const settings = { learningRate: 0.5, momentum: 0.5 };

  it("lets sgd roll on: steps grow by the momentum", () => {
    const sgd = createOptimizer(
      { ...settings, optimizer: "sgd" },
      initialState({ optimizer: "sgd" }, 1),
    );
    const parameters = Float64Array.of(10);
    sgd.step(parameters, Float64Array.of(2));
    expect(parameters[0]).to.equal(9);
    sgd.step(parameters, Float64Array.of(2));
    expect(parameters[0]).to.equal(7.5);
  });

  it("lets adam's first steps be as long as the learning rate, whatever the gradient", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (slope) => {
        const adam = createOptimizer(
          { ...settings, optimizer: "adam" },
          initialState({ optimizer: "adam" }, 2),
        );
        const parameters = Float64Array.of(1, 1);
        adam.step(parameters, Float64Array.of(slope, -slope));
        expect(parameters[0]).to.be.closeTo(0.5, 1e-4);
        adam.step(parameters, Float64Array.of(slope, -slope));
        expect(parameters[1]).to.be.closeTo(2, 1e-4);
      }),
    );
  });
});
