import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import * as fc from "fast-check";

import { benchmark } from "../../../src/commands/benchmark.ts";
import { parseHorizontalLine } from "../../../src/commands/benchmark/options.ts";
import { UserError } from "../../../src/errors.ts";
import type { BenchmarkReport } from "../../../src/commands/benchmark/report.ts";
import { bench, done, failureOf } from "../../support/bench-in.ts";
import type { SmallRun } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const crash = (experiment: number, seed: number): SmallRun => {
  return { experiment, seed, flag: "CRASH", varied: { rate: experiment } };
};

/** Three seeds around a score. */
const three = (experiment: number, score: number) =>
  [-0.01, 0, 0.01].map((shift, index) => done(experiment, index + 1, score + shift));

async function readOutput(root: string, { files }: BenchmarkReport, end: string): Promise<string> {
  return readFile(join(root, files.find((file) => file.endsWith(end)) ?? ""), "utf8");
}

describe("albench --benchmark_type compare_searches", () => {
  it(
    "says which experiments cannot be told from the best, and which are worse",
    withTempDirectory(async (root) => {
      const runs = [...three(1, 0.9), ...three(2, 0.895), ...three(3, 0.5)];
      const report = await bench(root, [{ id: "ab1", runs }]);
      const rows = benchmark.render(report).split("\n").slice(2, 5);
      expect(rows[0]).to.match(/ best /);
      expect(rows[1]).to.match(/ tied with it /);
      expect(rows[2]).to.match(/ worse /);
      expect(report.method.join()).to.match(/Standing: tied where .* \(up to 3 of a task\)/);
      expect(report.notes.join()).to.match(/cannot be told from 1 others .*experiment2\./);
      expect(await readOutput(root, report, "scores.csv")).to.match(/,tied,3,/);
    }),
  );

  it(
    "says that nothing is sure with one seed",
    withTempDirectory(async (root) => {
      const report = await bench(root, [{ id: "ab1", runs: [done(1, 1, 0.5), done(2, 1, 0.9)] }]);
      expect(report.notes.join()).to.include("it takes 3 seeds of each");
      expect(benchmark.render(report)).to.match(/0\.5 +\? +1/);
    }),
  );

  it(
    "treats crashed runs as --crash_policy says, and says so",
    withTempDirectory(async (root) => {
      const runs = [done(1, 1, 0.9), crash(1, 2), done(2, 1, 0.8), done(2, 2, 0.6)];
      const meansBy = async (crashPolicy?: "drop" | "worst" | "nan") => {
        const report = await bench(root, [{ id: "ab1", runs }], { crashPolicy });
        const { rankings, method, notes } = report;
        const means = rankings[0]?.experiments.map((one) => [one.experiment, one.summary.mean]);
        return {
          means,
          method: method.join(),
          notes: notes.join(),
          text: benchmark.render(report),
        };
      };
      expect((await meansBy()).means).to.deep.equal([
        [1, 0.9],
        [2, 0.7],
      ]);
      expect((await meansBy("drop")).means?.[0]).to.deep.equal([1, 0.9]);
      const worst = await meansBy("worst");
      expect(worst.means).to.deep.equal([
        [1, 0.75],
        [2, 0.7],
      ]);
      expect(worst.method).to.include(
        "(1 run crashed): runs that crashed or diverged count as the worst",
      );
      const nan = await meansBy("nan");
      expect(nan.means).to.deep.equal([
        [2, 0.7],
        [1, Number.NaN],
      ]);
      expect(nan.notes).to.match(
        /1 experiment crashed with some seed, .*experiment1\/seed2; ranked/,
      );
      expect(nan.notes + nan.text).not.to.match(/\d experiments? diverged/);
    }),
  );

  it(
    "draws what a random search is expected to find, and what others did find",
    withTempDirectory(async (root) => {
      const runs = [0.25, 1, 0.25].map((score, index) => done(index + 1, 1, score));
      const bestOf = async (kind: "grid" | "random", design?: "sobol") => {
        const report = await bench(root, [{ id: `${kind}${design ?? ""}`, kind, design, runs }]);
        const rows = (await readOutput(root, report, "best_of_n.csv")).trim().split("\n").slice(1);
        return rows.map((row) =>
          row
            .replaceAll('"', "")
            .split(",")
            .slice(1, 5)
            .join(",")
            .replace(/,([^,]+),([^,]+)$/, " $1 $2"),
        );
      };
      const soFar = ["1 0.25", "2 1", "3 1"].map(
        (of) => `mlp (best so far, of 3 experiments) ${of}`,
      );
      expect(await bestOf("grid")).to.deep.equal(soFar);
      expect(await bestOf("random", "sobol")).to.deep.equal(soFar);
      // Of the three pairs two hold the 1. Beyond one experiment, half of them, the curve is thin.
      expect(await bestOf("random")).to.deep.equal(
        ["1 0.5", "1 0.5", "2 0.75", "3 1"].map((of) => `mlp (expected, of 3 experiments) ${of}`),
      );
    }),
  );

  it(
    "warns of searches that tried different numbers of experiments",
    withTempDirectory(async (root) => {
      const { notes } = await bench(root, [
        { id: "ab1", runs: [done(1, 1, 0.5)] },
        { id: "ab2", algName: "softmax", runs: [done(1, 1, 0.5), done(2, 1, 0.6)] },
      ]);
      expect(notes.join()).to.match(/different numbers of experiments \(ab1\S+ 1, ab2\S+ 2\)/);
    }),
  );

  it(
    "draws horizontal lines, and keeps control characters out of the figure",
    withTempDirectory(async (root) => {
      const horizontalLines = [parseHorizontalLine("digits:a\u001b[31m=b=0.25")];
      const report = await bench(root, [{ id: "ab1", runs: [done(1, 1, 0.5)] }], {
        horizontalLines,
      });
      const text = await readOutput(root, report, "compare_searches.vl.json");
      expect(text).to.include('"value": 0.25').and.to.include("a\\\\u001b[31m=b");
    }),
  );

  it(
    "measures scores along --x_metric, leaves out runs without it and names them",
    withTempDirectory(async (root) => {
      const recorded = [
        '{"epoch":0,"accuracy":1}',
        '{"epoch":1,"accuracy":0}',
        '{"epoch":9,"accuracy":0}',
      ];
      const runs = [{ experiment: 1, seed: 1, flag: "COMPLETED", recorded }, done(1, 2, 0.5)];
      const asked = { xMetric: "epoch", performanceAggregation: "auc" } as const;
      const report = await bench(root, [{ id: "ab1", runs }], asked);
      expect(report.rankings[0]?.experiments[0]?.seeds).to.deep.equal([
        { seed: 1, score: 0.5 / 9 },
      ]);
      expect(report.notes.join()).to.match(/1 completed runs, such as \S+seed2, did not record x/);
      expect(report.method[0]).to.include("of accuracy over epoch;");
      const error = await failureOf(bench(root, [{ id: "ab1", runs }], { xMetric: "epcoh" }));
      expect(error.message).to.match(/No run recorded "epcoh"; .* Did you mean "epoch"\?/);
    }),
  );
}).timeout(20_000);

function outcomeOf<Result>(body: () => Result): Result | UserError {
  try {
    return body();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe("parseHorizontalLine", () => {
  it("reads a name and a score, and the task before them", () => {
    expect(parseHorizontalLine("chance=0.1")).to.deep.equal({
      task: undefined,
      label: "chance",
      value: 0.1,
    });
    expect(parseHorizontalLine("digits:k = 3=-1e-3")).to.deep.equal({
      task: "digits",
      label: "k = 3",
      value: -0.001,
    });
  });

  it("reads back what it is written from, and refuses anything else with words", () => {
    const task = fc.string({ minLength: 1 }).filter((text) => !/[:=]/.test(text));
    const label = fc.string({ minLength: 1 }).filter((text) => !text.includes(":"));
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(task, label, value, (of, name, score) => {
        expect(parseHorizontalLine(`${of}:${name}=${score}`)).to.deep.equal({
          task: of,
          label: name,
          value: Number(String(score)),
        });
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const line = outcomeOf(() => parseHorizontalLine(text));
        expect(line instanceof UserError || Number.isFinite(line.value)).to.equal(true);
      }),
    );
  });

  it("refuses what has no name or no finite score", () => {
    for (const text of ["0.1", "=0.1", "a=", "a= ", "a=b", "a=Infinity", ""]) {
      expect(() => parseHorizontalLine(text), text).to.throw("--horizontal_line");
    }
  });
}).timeout(20_000);
