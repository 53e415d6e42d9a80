import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { benchmark } from "../../../src/commands/benchmark.ts";
import { createImages } from "../../../src/io/images.ts";
import { bench } from "../../support/bench-in.ts";
import type { SmallRun } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

/** Experiments whose score depends on the rate alone. */
function runs(experiments: number, scoreOf = (rate: number) => rate): readonly SmallRun[] {
  return Array.from({ length: experiments }, (_, index) => {
    const rate = ((index * 7) % experiments) / experiments;
    const varied = { rate, units: (index * 11) % 13, optimizer: index % 2 === 0 ? "sgd" : "adam" };
    const recorded = [`{"accuracy":${scoreOf(rate)}}`];
    return { experiment: index + 1, seed: 1, flag: "COMPLETED", varied, recorded };
  });
}

describe("albench --importance", () => {
  it(
    "finds the parameter that mattered, with intervals, marginals and parallel coordinates",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: runs(40) }];
      const host = { images: createImages() };
      const report = await bench(root, searches, { importance: true }, host);
      const [first, ...others] = report.importance?.[0]?.report?.parameters ?? [];
      expect(first?.name).to.equal("rate");
      expect(first?.interval.low).to.be.greaterThan(0.5);
      for (const { interval } of others) expect(interval.low).to.be.lessThan(0.1);
      expect(benchmark.render(report)).to.match(
        /digits: mlp: the forest predicts \d+ %[^]* rate +\d/,
      );
      const figures = report.files.flatMap((file) => /(\w+)\.png$/.exec(file)?.[1] ?? []);
      expect(figures.slice(3)).to.deep.equal([
        "importance",
        "marginals_ab1",
        "parallel_coordinates_ab1",
      ]);
      const path = report.files.find((file) => file.endsWith("parallel_coordinates_ab1.csv"));
      const csv = await readFile(join(root, path ?? ""), "utf8");
      expect(csv.split("\n")[0]).to.match(/^experiment,rate,.*accuracy$/);
      expect(csv.trim().split("\n")).to.have.length(41);
    }),
  ).timeout(30_000);

  it(
    "gives the same numbers for the same seed, and others for another",
    withTempDirectory(async (root) => {
      const by = async (seed: number) => {
        const { importance } = await bench(root, [{ id: "ab1", runs: runs(24) }], {
          importance: true,
          seed,
        });
        return JSON.stringify(importance);
      };
      expect(await by(1)).to.equal(await by(1));
      expect(await by(1)).not.to.equal(await by(2));
    }),
  ).timeout(10_000);

  it(
    "says why it cannot be said: too few experiments, equal scores, nothing understood",
    withTempDirectory(async (root) => {
      const noteOf = async (id: string, of: readonly SmallRun[]) => {
        const { notes } = await bench(root, [{ id, runs: of }], { importance: true });
        return notes.join();
      };
      expect(await noteOf("ab1", runs(8))).to.include(
        "it takes 20 experiments with a score, it has 8",
      );
      expect(
        await noteOf(
          "ab2",
          runs(20, () => 0.5),
        ),
      ).to.include("all scores are equal");
      let state = 1;
      const chance = () => {
        state = (state * 16_807) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      expect(await noteOf("ab3", runs(40, chance))).to.include("its importances mean nothing");
    }),
  ).timeout(10_000);
}).timeout(20_000);
