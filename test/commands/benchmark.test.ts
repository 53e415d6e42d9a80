import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { benchmark } from "../../src/commands/benchmark.ts";
import type { FigureLook } from "../../src/commands/figure-files.ts";
import { createImages } from "../../src/io/images.ts";
import { bench, done, failureOf as failure } from "../support/bench-in.ts";
import { ACCURACY, type SmallRun } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const realImages = createImages();

describe("albench", () => {
  it(
    "ranks experiments by the mean over seeds, best first, and writes tables and figures",
    withTempDirectory(async (root) => {
      const report = await bench(root, [
        { id: "ab1", runs: [done(1, 1, 0.5), done(1, 2, 0.7), done(2, 1, 0.9), done(2, 2, 0.8)] },
        { id: "ab2", algName: "softmax", runs: [done(1, 1, 0.7)] },
      ]);
      const [digits] = report.rankings;
      const rows = digits?.experiments.map(({ rank, search, experiment, summary }) => [
        rank,
        search.slice(0, 3),
        experiment,
        Number(summary.mean.toFixed(6)),
      ]);
      expect(rows).to.deep.equal([
        [1, "ab1", 2, 0.85],
        [2, "ab2", 1, 0.7],
        [3, "ab1", 1, 0.6],
      ]);
      const folder = join(
        root,
        "benchmark",
        "compare_searches_ab1_f7b375e_mlp_digits_grid_a_and_1_more",
      );
      const figures = ["best_of_n", "compare_searches", "distribution_functions"];
      expect((await readdir(folder)).sort()).to.deep.equal([
        ...figures.flatMap((name) =>
          ["csv", "png", "svg", "vl.json"].map((end) => `${name}.${end}`),
        ),
        "scores.csv",
        "scores.json",
        "sources.json",
      ]);
      const csv = await readFile(join(folder, "scores.csv"), "utf8");
      expect(csv.split("\n")[0]).to.equal(
        "task,rank,search,experiment,rate,score,sd,ci95_low,ci95_high,standing,n_seeds,seeds,n_crashed",
      );
      expect(csv.split("\n")).to.have.length(5);
      expect(benchmark.render(report)).to.match(/1 +ab1\S+ +2 +2 +0\.85/);
    }),
  );

  it(
    "draws in the formats and the style that are asked for, and removes those of an earlier time",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: [done(1, 1, 0.5), done(2, 1, 0.7)] }];
      const images = { images: realImages };
      const endings = async (formats: FigureLook["formats"], style: FigureLook["style"]) => {
        const { files } = await bench(root, searches, { look: { formats, style } }, images);
        const folder = join(root, dirname(files[0] ?? ""));
        const names = (await readdir(folder)).filter((name) => name.startsWith("best_of_n."));
        return names.map((name) => name.slice("best_of_n.".length)).sort();
      };
      expect(await endings(["pdf", "html"], "paper")).to.deep.equal([
        "csv",
        "html",
        "pdf",
        "vl.json",
      ]);
      expect(await endings(["svg"], "screen")).to.deep.equal(["csv", "svg", "vl.json"]);
    }),
  );

  it(
    "puts the lowest first where the metric is to be minimised",
    withTempDirectory(async (root) => {
      const metric = {
        name: "accuracy",
        series: "train",
        direction: "minimise",
        aggregation: "last",
      } as const;
      const { rankings } = await bench(root, [
        { id: "ab1", metric, runs: [done(1, 1, 0.5), done(2, 1, 0.2)] },
      ]);
      expect(rankings[0]?.experiments.map(({ experiment }) => experiment)).to.deep.equal([2, 1]);
    }),
  );

  it(
    "names crashed and unfinished runs, those without the metric, and seeds that differ",
    withTempDirectory(async (root) => {
      const runs = [
        done(1, 1, 0.5),
        done(1, 2, 0.6),
        done(2, 1, 0.7),
        { experiment: 2, seed: 2, flag: "CRASH" },
        { experiment: 3, seed: 1, flag: "UNHATCHED" },
        { experiment: 4, seed: 1, flag: "COMPLETED", recorded: ['{"loss":1}', '{"lo'] },
      ];
      const { notes, rankings } = await bench(root, [{ id: "ab1", runs }]);
      const text = notes.join("\n");
      expect(text).to.match(/1 of 6 runs crashed/);
      expect(text).to.match(/1 of 6 runs are not finished/);
      expect(text).to.match(
        /1 completed runs, such as \S+experiment4\/seed1, did not record the metric/,
      );
      expect(text).to.match(/1 recorded lines could not be read/);
      expect(text).to.match(/different numbers of seeds \(1, 2\)/);
      expect(rankings[0]?.experiments.filter(({ rank }) => rank === undefined)).to.have.length(2);
    }),
  );

  it(
    "ranks short times to a threshold first, and those that never reach it last",
    withTempDirectory(async (root) => {
      const run = (experiment: number, ...accuracies: readonly number[]): SmallRun => ({
        experiment,
        seed: 1,
        flag: "COMPLETED",
        recorded: accuracies.map((accuracy) => JSON.stringify({ accuracy })),
      });
      const report = await bench(
        root,
        [{ id: "ab1", runs: [run(1, 0.5, 0.6), run(2, 0.2, 0.8), run(3, 0.9, 0.1)] }],
        { performanceAggregation: "time_to_threshold=0.8" },
      );
      const [digits] = report.rankings;
      expect(digits?.experiments.map(({ experiment }) => experiment)).to.deep.equal([3, 2, 1]);
      const text = benchmark.render(report);
      expect(text)
        .to.match(/shortest time first/)
        .and.match(/not reached/);
      expect(text).to.match(/1 experiment did not reach the threshold/);
    }),
  );

  it(
    "ranks diverged experiments last and says so",
    withTempDirectory(async (root) => {
      const nan = { experiment: 1, seed: 1, flag: "COMPLETED", recorded: ['{"accuracy":NaN}'] };
      const report = await bench(root, [{ id: "ab1", runs: [nan, done(2, 1, 0.1)] }]);
      expect(report.rankings[0]?.experiments.map(({ experiment }) => experiment)).to.deep.equal([
        2, 1,
      ]);
      expect(benchmark.render(report)).to.match(/diverged/);
      expect(report.notes.join()).to.match(/1 experiment diverged.*grid_a\/experiment1\/seed1;/);
    }),
  );

  it(
    "draws searches whose scores are all equal, and panels for several tasks",
    withTempDirectory(async (root) => {
      const report = await bench(root, [
        { id: "ab1", runs: [done(1, 1, 0.5), done(2, 1, 0.5)] },
        { id: "ab2", taskName: "wine", runs: [done(1, 1, 0.5)] },
      ]);
      expect(report.rankings.map(({ task }) => task)).to.deep.equal(["digits", "wine"]);
      expect(report.rankings[0]?.experiments.map(({ rank }) => rank)).to.deep.equal([1, 1]);
      expect(report.files.filter((file) => file.endsWith(".png"))).to.have.length(3);
    }),
  );

  it(
    "refuses a metric that no run has, with what was recorded and the nearest name",
    withTempDirectory(async (root) => {
      const error = await failure(
        bench(root, [{ id: "ab1", runs: [done(1, 1, 0.5)] }], { performanceMetric: "acuracy" }),
      );
      expect(error.code).to.equal("not-found");
      expect(error.message).to.include('Did you mean "accuracy"?');
    }),
  );

  it(
    "says how many runs are in which state when none has completed",
    withTempDirectory(async (root) => {
      const runs = [
        { experiment: 1, seed: 1, flag: "CRASH" },
        { experiment: 1, seed: 2, flag: "UNHATCHED" },
      ];
      const error = await failure(bench(root, [{ id: "ab1", runs }]));
      expect(error.message).to.include("of 2, 1 are CRASH and 1 are not finished");
    }),
  );

  it(
    "asks for a metric when searches were prepared with none, or with different ones",
    withTempDirectory(async (root) => {
      const runs = [done(1, 1, 0.5)];
      expect((await failure(bench(root, [{ id: "ab1", metric: null, runs }]))).code).to.equal(
        "usage",
      );
      const given = await bench(root, [{ id: "ab2", metric: null, runs }], {
        performanceMetric: "accuracy",
        performanceDirection: "maximise",
      });
      expect(given.rankings[0]?.experiments).to.have.length(1);
    }),
  );

  it(
    "ranks another metric than the searches' own only if it is known which values are good",
    withTempDirectory(async (root) => {
      const recorded = (loss: number) => [`{"accuracy":1,"loss":9}`, `{"loss":${loss}}`];
      const runs = [1, 2].map((experiment) => {
        return { experiment, seed: 1, flag: "COMPLETED", recorded: recorded(experiment / 4) };
      });
      const performanceMetric = "loss";
      const error = await failure(bench(root, [{ id: "ab1", runs }], { performanceMetric }));
      expect(error.code).to.equal("usage");
      expect(error.hint).to.include("--performance_direction");
      for (const options of [
        { performanceDirection: "minimise" },
        { performanceAggregation: "min" },
      ] as const) {
        const report = await bench(root, [{ id: "ab1", runs }], { performanceMetric, ...options });
        expect(report.metric.direction).to.equal("minimise");
        expect(report.rankings[0]?.experiments.map(({ experiment }) => experiment)).to.deep.equal([
          1, 2,
        ]);
      }
    }),
  );

  it(
    "takes what is before a dot for a series only if there is one of this name",
    withTempDirectory(async (root) => {
      const recorded = ['{"accuracy":1,"test.accuracy":0.25}'];
      const runs = [{ experiment: 1, seed: 1, flag: "COMPLETED", recorded }];
      const better = { performanceDirection: "maximise" } as const;
      const scoreOf = async (performanceMetric: string) => {
        const report = await bench(root, [{ id: "ab1", runs }], { performanceMetric, ...better });
        return report.rankings[0]?.experiments[0]?.summary.mean;
      };
      expect(await scoreOf("test.accuracy")).to.equal(0.25);
      expect(await scoreOf("train.accuracy")).to.equal(1);
    }),
  );

  it(
    "refuses to compare searches that were prepared with different metrics",
    withTempDirectory(async (root) => {
      const runs = [done(1, 1, 0.5)];
      const other = { ...ACCURACY, name: "loss", direction: "minimise" } as const;
      const error = await failure(
        bench(root, [
          { id: "ab1", runs },
          { id: "ab2", metric: other, runs },
        ]),
      );
      expect(error.message).to.include("different metrics");
    }),
  );

  it(
    "writes nothing when it is stopped while it reads",
    withTempDirectory(async (root) => {
      const runs = Array.from({ length: 200 }, (_, index) => done(index + 1, 1, 0.5));
      const stop = new AbortController();
      const clock = {
        ...testHost().clock,
        sleep: () => {
          stop.abort();
          return Promise.resolve();
        },
      };
      const report = await bench(root, [{ id: "ab1", runs }], {}, { clock }, stop.signal);
      expect(report.files).to.deep.equal([]);
      expect(benchmark.render(report)).to.include("nothing was written");
      expect(await readdir(root)).to.have.length(1);
    }),
  );

  it(
    "says in sources.json what the figure was made of, by relative paths",
    withTempDirectory(async (root) => {
      const { files } = await bench(root, [{ id: "ab1", runs: [done(1, 1, 0.5)] }]);
      const path = files.find((file) => file.endsWith("sources.json")) ?? "";
      const text = await readFile(join(root, path), "utf8");
      expect(text).to.include('"path": "../../ab1_').and.to.not.include(root);
    }),
  );

  it(
    "writes elsewhere when its folder is there but can no longer be written",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: [done(1, 1, 0.5)] }];
      await bench(root, searches);
      const { files } = testHost();
      const replace = (path: string, content: string | Uint8Array) => {
        if (!path.startsWith(join(root, "benchmark"))) {
          files.replace(path, content);
          return;
        }
        throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
      };
      const host = { files: { ...files, replace }, workingFolder: join(root, "elsewhere") };
      const report = await bench(root, searches, {}, host);
      expect(report.files[0]).to.match(/^hatchery_benchmark\//);
    }),
  );

  it(
    "writes elsewhere, and says where, when the root is read-only",
    withTempDirectory(async (root) => {
      const notes: string[] = [];
      const files = testHost().files;
      const readOnly = (path: string) => {
        if (!path.startsWith(join(root, "benchmark"))) return;
        throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
      };
      const host = {
        workingFolder: join(root, "elsewhere"),
        files: {
          ...files,
          makeFolders: (path: string) => {
            readOnly(path);
            files.makeFolders(path);
          },
        },
        terminal: { ...testHost().terminal, note: (line: string) => notes.push(line) },
      };
      const report = await bench(root, [{ id: "ab1", runs: [done(1, 1, 0.5)] }], {}, host);
      expect(report.files[0]).to.match(/^hatchery_benchmark\//);
      expect(notes.join()).to.include("elsewhere/hatchery_benchmark");
    }),
  );

  it(
    "makes the same figure of the same runs, byte for byte",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: [done(1, 1, 0.5), done(2, 1, 0.9)] }];
      const read = async () => {
        const { files } = await bench(root, searches, {}, { images: realImages });
        const kept = files.filter((file) => !file.endsWith("sources.json"));
        return Promise.all(kept.map((file) => readFile(join(root, file), "base64")));
      };
      expect(await read()).to.deep.equal(await read());
    }),
  ).timeout(20_000);
}).timeout(20_000);
