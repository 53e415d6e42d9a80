import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { benchmark } from "../../../src/commands/benchmark.ts";
import type { BenchmarkOptions } from "../../../src/commands/benchmark/options.ts";
import type { BenchmarkReport } from "../../../src/commands/benchmark/report.ts";
import { createImages } from "../../../src/io/images.ts";
import { bench, failureOf } from "../../support/bench-in.ts";
import { ACCURACY, type SmallRun, type SmallSearch } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

type Rows = readonly (readonly [x: number, y: number])[];

/** A completed run that recorded these places of a curve. */
function curve(seed: number, rows: Rows, { experiment = 1, x = "epoch" } = {}): SmallRun {
  const recorded = rows.map(([at, y]) => `{"${x}":${at},"accuracy":${y}}`);
  return { experiment, seed, flag: "COMPLETED", varied: { rate: experiment }, recorded };
}

/** Seeds that end with these scores. */
const seeds = (...scores: readonly number[]) =>
  scores.map((score, index) =>
    curve(index + 1, [
      [0, 0],
      [1, score],
    ]),
  );

function models(
  root: string,
  searches: readonly SmallSearch[],
  options: Partial<BenchmarkOptions> = {},
): Promise<BenchmarkReport> {
  return bench(root, searches, { benchmarkType: "compare_models", ...options });
}

async function readOutput(root: string, { files }: BenchmarkReport, end: string): Promise<string> {
  const file = files.find((one) => one.endsWith(end));
  return file === undefined ? "" : readFile(join(root, file), "utf8");
}

/** The lines of a CSV without its head, some columns of each. */
async function readRows(
  root: string,
  report: BenchmarkReport,
  file: string,
  columns: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const [head = "", ...rows] = (await readOutput(root, report, file)).trim().split("\n");
  const places = columns.map((column) => head.split(",").indexOf(column));
  return rows.map((row) => places.map((place) => row.split(",")[place] ?? ""));
}

const figuresOf = ({ files }: BenchmarkReport) =>
  files.flatMap((file) => /([a-z_]+)\.vl\.json$/.exec(file)?.[1] ?? []);

const TWO = (scoresA: readonly number[], scoresB: readonly number[]): readonly SmallSearch[] => [
  { id: "ab1", runs: seeds(...scoresA) },
  { id: "ab2", algName: "softmax", runs: seeds(...scoresB) },
];

describe("albench --benchmark_type compare_models", () => {
  it(
    "says which model is better, by how much, and how sure that is",
    withTempDirectory(async (root) => {
      const report = await models(root, TWO([0.5, 0.52, 0.54], [0.9, 0.91, 0.92]));
      const [digits] = report.models?.tasks ?? [];
      expect(digits?.models.map(({ label }) => label)).to.deep.equal(["softmax", "mlp"]);
      const behind = digits?.models[1]?.versusBest;
      expect(behind?.difference).to.be.closeTo(0.39, 1e-12);
      // scipy.stats.ttest_ind([.9, .91, .92], [.5, .52, .54], equal_var=False)
      expect(behind?.test?.p).to.be.closeTo(9.234389714073774e-5, 1e-15);
      const text = benchmark.render(report);
      expect(text).to.match(/softmax +0\.91 +0\.0248\d* +3 +\n/);
      expect(text).to.match(/mlp +0\.52 +0\.0496\d* +3 +0\.39 \[0\.34\d*, 0\.43\d*\] +< 0\.001/);
      // Whatever is beside a number is said of each: kind, level, seeds, resamples.
      expect(text)
        .to.include("mean over its completed seeds (3 each)")
        .and.include("Student's t over the seeds of an experiment, 95 %")
        .and.include("Welch's 95 % interval")
        .and.match(/Welch's t test of it, two-sided, adjusted for one comparison .*\(Holm\)/)
        .and.match(
          /Probability .*: 3 runs of each model\. .*percentile .*10,000 resamples, seed 0/,
        );
      const figure = await readOutput(root, report, "probability_of_improvement.vl.json");
      expect(figure).to.include("On digits, 3 runs of each model.").and.include("10,000 resamples");
      const curves = await readOutput(root, report, "learning_curves.vl.json");
      expect(curves).to.include("Bands are pointwise").and.include("n, in the legend: how many");
      expect(figuresOf(report)).to.deep.equal([
        "learning_curves",
        "model_scores",
        "probability_of_improvement",
      ]);
    }),
  );

  it(
    "brings seeds of different lengths and steps on one axis, with their number at each x",
    withTempDirectory(async (root) => {
      const runs = [
        curve(1, [
          [0, 0],
          [2, 2],
          [4, 4],
        ]),
        curve(2, [
          [1, 3],
          [2, 4],
        ]),
      ];
      const report = await models(root, [{ id: "ab1", runs }]);
      const rows = await readRows(root, report, "learning_curves.csv", ["x", "y", "n"]);
      expect(rows).to.deep.equal([
        ["0", "0", "1"],
        ["1", "2", "2"],
        ["2", "3", "2"],
        ["4", "4", "1"],
      ]);
      const figure = await readOutput(root, report, "learning_curves.vl.json");
      expect(figure)
        .to.include("mlp (n = 1 to 2)")
        .and.to.include("Seeds do not reach equally far");
    }),
  );

  it(
    "draws the band that is asked for and says which one it is",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: seeds(1, 2, 6) }];
      const said = async (band: BenchmarkOptions["band"], resamples?: number) => {
        const report = await models(root, searches, { band, resamples });
        const rows = await readRows(root, report, "learning_curves.csv", ["low", "high"]);
        const figure = await readOutput(root, report, "learning_curves.vl.json");
        const [, caption = ""] = /Line and band: ([^"]*)\."/.exec(figure) ?? [];
        return {
          caption,
          ends: rows[1]?.map((end) => (end === "" ? "" : Number(Number(end).toFixed(3)))),
        };
      };
      // scipy.stats.t.interval(.95, 2, 3, scipy.stats.sem([1, 2, 6]))
      const t = { caption: "mean, 95 % t interval", ends: [-3.572, 9.572] };
      expect(await said(undefined)).to.deep.equal(t);
      expect(await said("t")).to.deep.equal(t);
      expect(await said("bootstrap")).to.deep.equal({
        caption:
          "mean, 95 % percentile bootstrap interval (all 10 resamples), too narrow for so few",
        ends: [1, 6],
      });
      expect(await said("bootstrap", 5)).to.have.property(
        "caption",
        "mean, 95 % percentile bootstrap interval (5 resamples, seed 0), too narrow for so few",
      );
      // Standard error: sqrt(7 / 3).
      expect(await said("stderr")).to.deep.equal({
        caption: "mean ± 1 standard error",
        ends: [1.472, 4.528],
      });
      expect(await said("quantiles")).to.deep.equal({
        caption: "mean, 10 % to 90 % quantiles of the seeds",
        ends: [1.2, 5.2],
      });
      expect(await said("none")).to.deep.equal({ caption: "mean and all seeds", ends: ["", ""] });
    }),
  );

  it(
    "compares over several tasks on normalised scores, with the statement of how",
    withTempDirectory(async (root) => {
      const report = await models(root, [
        ...TWO([0.2, 0.4, 0.6], [0.6, 0.8, 1]),
        { id: "ab3", taskName: "wine", runs: seeds(10, 20, 30) },
        { id: "ab4", algName: "softmax", taskName: "wine", runs: seeds(40, 50, 50) },
      ]);
      expect(figuresOf(report)).to.deep.equal([
        "learning_curves",
        "model_scores",
        "aggregates",
        "performance_profiles",
        "sample_efficiency",
        "probability_of_improvement",
      ]);
      const means = report.models?.overTasks?.aggregates.map(({ label, aggregates }) => [
        label,
        Number(aggregates.mean.estimate.toFixed(9)),
      ]);
      // Of softmax: (0.4 + 0.6 + 0.8 - 0.6 + 0.5 …) / 0.8 on digits is 0.75, and (30 + 40 + 40) / 40 / 3 on wine.
      expect(means).to.deep.equal([
        ["softmax", Number(((0.75 + 110 / 120) / 2).toFixed(9))],
        ["mlp", 0.25],
      ]);
      expect(report.method.join()).to.include(
        "Over 2 tasks (digits, wine), 3 runs of each model on each.",
      );
      expect(report.method.join()).to.include("the worst run of all models counts as 0");
      const [pair] = report.models?.improvements ?? [];
      // On digits 8.5 of 9 pairs, on wine all.
      expect(pair?.estimate).to.be.closeTo((8.5 / 9 + 1) / 2, 1e-12);
      expect(pair).to.include({ better: "softmax", other: "mlp" });
    }),
  );

  it(
    "normalises by reference values of a file, and refuses one that does not fit",
    withTempDirectory(async (root) => {
      const searches = [
        { id: "ab1", runs: seeds(0.5, 0.5, 0.5) },
        { id: "ab2", taskName: "wine", runs: seeds(10, 10, 10) },
      ];
      const normalise = "references.json";
      const by = async (text: string) => {
        await writeFile(join(root, normalise), text);
        return models(root, searches, { normalise });
      };
      const report = await by('{"digits":{"zero":0,"one":1},"wine":{"zero":20,"one":0}}');
      expect(report.models?.overTasks?.aggregates[0]?.aggregates.iqm.estimate).to.equal(0.5);
      expect(report.method.join()).to.include("on digits 0 and 1; on wine 20 and 0");
      for (const [text, expected] of [
        ['{"digits":{"zero":0,"one":1}}', "wine"],
        ['{"digits":{"zero":0,"one":0},"wine":{"zero":20,"one":0}}', "another number"],
        ['{"digits":{"zero":0,"one":"1"},"wine":{"zero":20,"one":0}}', "digits.one"],
        ['{"digits":{"zero":0,"one":1,"on":1},"wine":{"zero":20,"one":0}}', "on"],
        ["[]", "one JSON object"],
        ["{", "references.json"],
      ] as const) {
        expect((await failureOf(by(text))).message, text).to.include(expected);
      }
      for (const some of [searches, searches.slice(0, 1)]) {
        const missing = failureOf(models(root, some, { normalise: "nowhere.json" }));
        expect((await missing).code).to.equal("not-found");
      }
    }),
  );

  it(
    "turns scores around where less is better, and times where the score is one",
    withTempDirectory(async (root) => {
      const metric = { ...ACCURACY, direction: "minimise" } as const;
      const searches = TWO([0.5, 0.52, 0.54], [0.9, 0.91, 0.92]).map((one) => ({ ...one, metric }));
      const report = await models(root, searches);
      expect(report.models?.tasks[0]?.models.map(({ label }) => label)).to.deep.equal([
        "mlp",
        "softmax",
      ]);
      expect(report.models?.improvements[0]).to.include({ better: "mlp", estimate: 1 });
      const slow = await models(root, TWO([0.5, 0.52, 0.54], [0.9, 0.91, 0.92]), {
        performanceAggregation: "time_to_threshold=0.9",
        xMetric: "epoch",
      });
      expect(slow.models?.tasks[0]?.models.map(({ label }) => label)).to.deep.equal([
        "softmax",
        "mlp",
      ]);
      expect(benchmark.render(slow)).to.match(/mlp +not reached/);
    }),
  );

  it(
    "takes every experiment for a model, or of each search its best, which it warns of",
    withTempDirectory(async (root) => {
      const runs = [0.5, 0.9].flatMap((score, index) =>
        [1, 2, 3].map((seed) => curve(seed, [[0, score + seed / 100]], { experiment: index + 1 })),
      );
      const labelsBy = async (experiments: "all" | "best") => {
        const { models: found, notes } = await models(root, [{ id: "ab1", runs }], { experiments });
        return { labels: found?.tasks[0]?.models.map(({ label }) => label), notes: notes.join() };
      };
      expect((await labelsBy("all")).labels).to.deep.equal(["mlp experiment2", "mlp experiment1"]);
      const best = await labelsBy("best");
      expect(best.labels).to.deep.equal(["mlp"]);
      expect(best.notes).to.include(
        "the best of 2 experiments, chosen by the scores that are shown",
      );
    }),
  );

  it(
    "gives the same files for the same runs, byte for byte, and other draws for another seed",
    withTempDirectory(async (root) => {
      const searches = [
        ...TWO([0.2, 0.4, 0.6], [0.55, 0.8, 1]),
        { id: "ab3", taskName: "wine", runs: seeds(10, 20, 30) },
        { id: "ab4", algName: "softmax", taskName: "wine", runs: seeds(25, 50, 50) },
      ];
      const read = async (seed: number, runs = searches) => {
        const report = await models(root, runs, { seed, resamples: 200, band: "bootstrap" });
        const names = report.files.filter((file) => !/sources|vl\.json|svg|png/.test(file));
        return Promise.all(names.map((name) => readFile(join(root, name), "utf8")));
      };
      const first = await read(1);
      expect(await read(1)).to.deep.equal(first);
      expect(await read(2)).not.to.deep.equal(first);
      const sources = await readFile(
        join(
          root,
          "benchmark/compare_models_ab1_f7b375e_mlp_digits_grid_a_and_3_more/sources.json",
        ),
        "utf8",
      );
      expect(JSON.parse(sources)).to.have.deep.nested.property("settings.seed", 2);
      expect(JSON.parse(sources)).to.have.deep.nested.property("settings.resamples", 200);
    }),
  );

  it(
    "draws real figures of all of it",
    withTempDirectory(async (root) => {
      const searches = [
        ...TWO([0.2, 0.4, 0.6], [0.6, 0.8, 1]),
        { id: "ab3", taskName: "wine", runs: seeds(10, 20, 30) },
        { id: "ab4", algName: "softmax", taskName: "wine", runs: seeds(40, 50, 50) },
      ];
      const host = { images: createImages() };
      const report = await bench(root, searches, { benchmarkType: "compare_models" }, host);
      expect(report.files.filter((file) => file.endsWith(".png"))).to.have.length(6);
    }),
  ).timeout(30_000);
}).timeout(20_000);

describe("albench --benchmark_type compare_models, of bad input", () => {
  it(
    "refuses runs that count their steps by different keys, until one is named",
    withTempDirectory(async (root) => {
      const searches = [
        { id: "ab1", runs: seeds(0.5, 0.6, 0.7) },
        { id: "ab2", algName: "softmax", runs: [curve(1, [[1, 0.5]], { x: "step" })] },
      ];
      const error = await failureOf(models(root, searches));
      expect(error.message).to.match(/different x axes: ab1\S+ has "epoch", ab2\S+ recorded step/);
      expect(error.hint).to.include("--x_metric");
      const byEpoch = await models(root, searches, { xMetric: "epoch" });
      expect(byEpoch.models?.tasks[0]?.models.map(({ label }) => label)).to.deep.equal(["mlp"]);
      expect(byEpoch.notes.join()).to.match(/1 completed runs, such as ab2\S+, did not record x/);
      const byRow = await models(root, searches, { xMetric: "row" });
      expect(byRow.models?.tasks[0]?.models).to.have.length(2);
    }),
  );

  it(
    "has no interval and no band for one seed, and draws it",
    withTempDirectory(async (root) => {
      const report = await models(root, TWO([0.5], [0.9]));
      const rows = await readRows(root, report, "learning_curves.csv", ["low", "high"]);
      expect(new Set(rows.flat())).to.deep.equal(new Set([""]));
      const figure = await readOutput(root, report, "learning_curves.vl.json");
      expect(figure).to.include("Models of one or two seeds have no band");
      expect(report.models?.tasks[0]?.models[1]?.versusBest).to.include({ test: undefined });
      expect(report.models?.improvements[0]).to.deep.include({ estimate: 1, interval: undefined });
    }),
  );

  it(
    "has no line where a seed diverged, and leaves its model out of what is said over all runs",
    withTempDirectory(async (root) => {
      const bad = curve(3, [[0, 0]]);
      const diverged = {
        ...bad,
        recorded: ['{"epoch":0,"accuracy":0.5}', '{"epoch":1,"accuracy":NaN}'],
      };
      const mlp = seeds(0.5, 0.6).concat(diverged);
      const searches = [{ id: "ab1", runs: mlp }, ...TWO([0.1], [0.7, 0.8, 0.9]).slice(1)];
      const report = await models(root, searches);
      const rows = await readRows(root, report, "learning_curves.csv", [
        "series",
        "x",
        "y",
        "diverged",
      ]);
      expect(rows).to.deep.include(["mlp", "1", "", "1"]);
      expect(report.models?.improvements).to.deep.equal([]);
      expect(report.notes.join()).to.match(/mlp diverged on digits with 1 of 3 seeds .*left out/);
      const dropped = await models(root, searches, { crashPolicy: "drop" });
      expect(dropped.models?.improvements).to.have.length(1);
    }),
  );

  it(
    "says nothing over tasks that not all models have",
    withTempDirectory(async (root) => {
      const report = await models(root, [
        ...TWO([0.2, 0.4, 0.6], [0.6, 0.8, 1]),
        { id: "ab3", taskName: "wine", runs: seeds(10, 20, 30) },
      ]);
      expect(report.notes.join()).to.include("softmax has no score on wine; it is left out");
      expect(report.models?.overTasks?.aggregates.map(({ label }) => label)).to.deep.equal(["mlp"]);
      const apart = await models(root, [
        { id: "ab1", runs: seeds(0.5) },
        { id: "ab2", algName: "softmax", taskName: "wine", runs: seeds(5) },
      ]);
      expect(apart.models?.overTasks).to.equal(undefined);
      expect(figuresOf(apart)).to.deep.equal(["learning_curves", "model_scores"]);
    }),
  );

  it(
    "leaves out a task on which all scores are equal, which has no scale",
    withTempDirectory(async (root) => {
      const report = await models(root, [
        ...TWO([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
        { id: "ab3", taskName: "wine", runs: seeds(10, 20, 30) },
        { id: "ab4", algName: "softmax", taskName: "wine", runs: seeds(40, 50, 50) },
      ]);
      expect(report.notes.join()).to.include("digits: all scores are equal");
      expect(report.models?.overTasks?.tasks).to.deep.equal(["wine"]);
      const all = await models(root, TWO([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]));
      expect(all.models?.improvements[0]?.estimate).to.equal(0.5);
    }),
  );

  it(
    "refuses a metric that no run has, one that no run of a search has, and runs that are not done",
    withTempDirectory(async (root) => {
      const searches = TWO([0.5], [0.9]);
      const missing = await failureOf(models(root, searches, { performanceMetric: "acuracy" }));
      expect(missing.message).to.include('Did you mean "accuracy"?');
      const none = [{ id: "ab9", runs: [{ experiment: 1, seed: 1, flag: "CRASH" }] }];
      expect((await failureOf(models(root, none))).message).to.include(
        "No run is COMPLETED: of 1, 1 are CRASH",
      );
      const other = { ...curve(1, []), recorded: ['{"epoch":0,"loss":1}'] };
      const some = await models(root, [...searches, { id: "ab3", algName: "svm", runs: [other] }]);
      expect(some.models?.tasks[0]?.models.map(({ label }) => label)).to.deep.equal([
        "softmax",
        "mlp",
      ]);
      expect(some.notes.join()).to.match(
        /ab3\S+: 1 completed runs, such as \S+, did not record the metric/,
      );
    }),
  );

  it(
    "draws values that are infinite as gaps, on finite axes",
    withTempDirectory(async (root) => {
      const recorded = [
        '{"epoch":0,"accuracy":1}',
        '{"epoch":1,"accuracy":Infinity}',
        '{"epoch":2,"accuracy":2}',
      ];
      const runs = [1, 2, 3].map((seed) => ({ ...curve(seed, []), recorded }));
      const report = await models(root, [{ id: "ab1", runs }]);
      const figure = await readOutput(root, report, "learning_curves.vl.json");
      const plain = JSON.stringify(JSON.parse(figure));
      expect(plain)
        .to.include('"x":1,"y":null')
        .and.not.to.match(/"domain":\[[^\]]*null/);
      expect(await readRows(root, report, "learning_curves.csv", ["y"])).to.deep.equal([
        ["1"],
        [""],
        ["2"],
      ]);
    }),
  );

  it(
    "removes the figures of an earlier comparison that it does not draw, and nothing else",
    withTempDirectory(async (root) => {
      const outDir = join(root, "out");
      const both = [...TWO([0.5, 0.6, 0.7], [0.9, 0.8, 0.7])];
      const first = await models(root, both, { outDir });
      expect(figuresOf(first)).to.include("probability_of_improvement");
      await writeFile(join(outDir, "mine.csv"), "mine");
      const sources = join(outDir, "sources.json");
      const said = JSON.parse(await readFile(sources, "utf8")) as { readonly files: string[] };
      await writeFile(join(root, "outside.csv"), "outside");
      await writeFile(sources, JSON.stringify({ files: [...said.files, "../outside.csv", 3] }));
      await models(root, both.slice(0, 1), { outDir });
      const left = await readdir(outDir);
      expect(left).to.include("mine.csv").and.to.include("learning_curves.png");
      expect(left.filter((name) => name.startsWith("probability"))).to.deep.equal([]);
      expect(await readdir(root)).to.include("outside.csv");
      await writeFile(sources, "{");
      expect((await models(root, both, { outDir })).files).not.to.be.empty;
    }),
  );

  it(
    "refuses more experiments than anybody can compare",
    withTempDirectory(async (root) => {
      const runs = Array.from({ length: 201 }, (_, index) =>
        curve(1, [[0, index]], { experiment: index + 1 }),
      );
      const error = await failureOf(models(root, [{ id: "ab1", runs }]));
      expect(error.message).to.include("201 experiments to compare as models; at most 200");
      expect((await models(root, [{ id: "ab1", runs }], { experiments: "best" })).files).not.to.be
        .empty;
    }),
  );
}).timeout(20_000);
