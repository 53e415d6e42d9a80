import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { benchmark } from "../../../src/commands/benchmark.ts";
import type { BenchmarkOptions } from "../../../src/commands/benchmark/options.ts";
import type { RetrainedFrom } from "../../../src/core/search/retraining/retrained-from.ts";
import { benchStored } from "../../support/bench-in.ts";
import { ACCURACY, type SmallRun, writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const done = (experiment: number, seed: number, accuracy: number): SmallRun => ({
  experiment,
  seed,
  flag: "COMPLETED",
  recorded: [JSON.stringify({ accuracy, loss: 2 * accuracy })],
});

/** Writes a search whose experiment 2 scored 0.8 and 0.9, and its retraining, which scored 0.6 and 0.7. */
async function writeBoth(root: string, changes: Partial<RetrainedFrom> = {}): Promise<string> {
  const search = await writeSmallStorage(root, {
    id: "ab1",
    runs: [done(1, 1, 0.1), done(2, 1, 0.8), done(2, 2, 0.9)],
  });
  const name = await writeSmallStorage(root, {
    id: "ab2",
    runs: [done(1, 3, 0.6), done(1, 4, 0.7)],
  });
  const retrained: RetrainedFrom = {
    search,
    searchId: "ab1",
    searchCreatedAt: "2026-01-01T00:00:00.000Z",
    metric: ACCURACY,
    chosenBy: "score",
    candidates: 2,
    trainTime: { key: "steps", factor: 2 },
    experiments: [{ experiment: 1, from: 2, scores: [0.8, 0.9] }],
    usedSeeds: [1, 2],
    ...changes,
  };
  const path = join(root, name, "search.json");
  const facts = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(path, JSON.stringify({ ...facts, retrained }));
  return name;
}

const bench = (root: string, storage: string, options: Partial<BenchmarkOptions> = {}) =>
  benchStored(root, [storage], options);

describe("optimismOf", () => {
  it(
    "holds what a search promised against what retraining kept, in the report and as CSV",
    withTempDirectory(async (root) => {
      const name = await writeBoth(root);
      const report = await bench(root, name);
      const [row] = report.optimism;
      expect(row).to.include({ search: name, experiment: 1, from: 2, bestOf: 2 });
      expect(row?.gap).to.be.closeTo(0.2, 1e-12);
      expect(row?.searched).to.include({ n: 2 });
      const text = benchmark.render(report);
      expect(text).to.match(/experiment2 +2 +0\.85 +0\.65 +0\.2 /);
      expect(text).to.include("2 times as long (steps)");
      const csv = report.files.find((file) => file.endsWith("optimism.csv")) ?? "";
      const [, line] = readFileSync(join(root, csv), "utf8").split("\n");
      expect(line).to.match(/^digits,ab2\S+,1,ab1/);
      expect(report.files.join()).to.include("optimism.csv").and.include("optimism.svg");
    }),
  );

  it(
    "reads the search again where another metric is asked for than that of the choice",
    withTempDirectory(async (root) => {
      const name = await writeBoth(root);
      const { optimism } = await bench(root, name, {
        performanceMetric: "loss",
        performanceDirection: "minimise",
      });
      expect(optimism[0]?.searched.mean).to.be.closeTo(1.7, 1e-12);
      expect(optimism[0]?.gap).to.be.closeTo(1.3 - 1.7, 1e-12);
    }),
  );

  it(
    "has no promise where the search is gone, and looks nowhere else for it",
    withTempDirectory(async (root) => {
      const elsewhere = await writeBoth(root, { search: "../ab1_f7b375e_mlp_digits_grid_a" });
      rmSync(join(root, "ab1_f7b375e_mlp_digits_grid_a"), { recursive: true });
      const options = { performanceMetric: "loss", performanceDirection: "minimise" } as const;
      const report = await bench(root, elsewhere, options);
      expect(report.optimism[0]).to.deep.include({ verdict: "unknown" });
      expect(benchmark.render(report)).to.match(/experiment2 +2 +no score +1\.3 +no score/);
    }),
  );

  it(
    "says nothing of searches that are no retrainings",
    withTempDirectory(async (root) => {
      await writeBoth(root);
      const report = await bench(root, "ab1_f7b375e_mlp_digits_grid_a");
      expect(report.optimism).to.deep.equal([]);
      expect(benchmark.render(report)).not.to.include("promised");
    }),
  );
});
