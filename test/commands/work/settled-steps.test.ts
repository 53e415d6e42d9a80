import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { finishSearch } from "../../../src/commands/work/settled-search.ts";
import { SETTLED_STEPS } from "../../../src/commands/work/settled-steps.ts";
import { SETTLED_TASKS } from "../../../src/core/task-state.ts";
import type { Host } from "../../../src/host.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { type SmallSearch, writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const RUNS = [
  { experiment: 1, seed: 1, flag: "COMPLETED", recorded: ['{"accuracy":0.5}'] },
  { experiment: 2, seed: 1, flag: "CRASH" },
];

describe("SETTLED_STEPS", () => {
  it("holds a step for each task, in the same order", () => {
    expect(SETTLED_STEPS.map(({ task }) => task)).to.deep.equal(SETTLED_TASKS);
  });

  it(
    "draws the learning curves of a settled search and summarises it",
    withTempDirectory(async (root) => {
      const { storage, reports } = await finish(root, {});
      expect(reports).to.deep.equal(["plot arrays completed", "summary completed"]);
      const arrays = readdirSync(join(storage, "plot_arrays"));
      expect(arrays).to.include.members(["PLOT_ARRAYS_COMPLETED", "accuracy.csv", "accuracy.png"]);
      const summary = readdirSync(join(storage, "summary"));
      expect(summary).to.include.members(["SUMMARY_COMPLETED", "scores.csv"]);
    }),
  );

  it(
    "summarises while another worker draws",
    withTempDirectory(async (root) => {
      const flag = `PLOT_ARRAYS_ONGOING.far.12.${"b".repeat(32)}`;
      const { storage, reports } = await finish(root, {
        before: (path) => {
          mkdirSync(join(path, ".workers"));
          mkdirSync(join(path, "plot_arrays"));
          writeFileSync(join(path, "plot_arrays", flag), "\n");
        },
      });
      expect(reports).to.deep.equal(["summary completed"]);
      expect(readdirSync(join(storage, "plot_arrays"))).to.deep.equal([flag]);
    }),
  );

  it(
    "leaves the reason when the curves cannot be drawn, and still summarises",
    withTempDirectory(async (root) => {
      let drawn = 0;
      const render = () =>
        // The first figure is that of the curves.
        ++drawn === 1 ? Promise.reject(new Error("out of paint")) : Promise.resolve(PICTURE);
      const { storage, reports } = await finish(root, { images: { render } });
      expect(reports).to.deep.equal(["plot arrays failed", "summary completed"]);
      const words = readFileSync(join(storage, "plot_arrays", "PLOT_ARRAYS_FAILED"), "utf8");
      expect(words).to.include("out of paint");
    }),
  );

  it(
    "calls things as the visuals file beside the schedule says, in curves and summary",
    withTempDirectory(async (root) => {
      const labels = { labels_dict: { mlp: "Perceptron" } };
      writeFileSync(join(root, `visuals_${basename(root)}.json`), JSON.stringify(labels));
      const { storage } = await finish(root, {});
      for (const figure of ["plot_arrays/accuracy", "summary/compare_searches"]) {
        expect(readFileSync(join(storage, `${figure}.vl.json`), "utf8")).to.include("Perceptron");
      }
    }),
  );

  it(
    "does without a visuals file that cannot be used, and notes it",
    withTempDirectory(async (root) => {
      writeFileSync(join(root, `visuals_${basename(root)}.json`), "{");
      const { storage, reports } = await finish(root, {});
      expect(reports).to.deep.equal(["plot arrays completed", "summary completed"]);
      for (const file of ["plot_arrays/accuracy.sources.json", "summary/scores.json"]) {
        expect(readFileSync(join(storage, file), "utf8")).to.include(
          "Drawn without the visuals_file",
        );
      }
    }),
  );

  it(
    "makes nothing of a search without a metric",
    withTempDirectory(async (root) => {
      const { storage, reports } = await finish(root, { search: { metric: null } });
      expect(reports).to.deep.equal([]);
      expect(readdirSync(storage)).not.to.include("plot_arrays");
    }),
  );
});

const PICTURE = new Uint8Array([1]);

type Scene = {
  readonly search?: Partial<SmallSearch>;
  readonly before?: (storage: string) => void;
  readonly images?: Host["images"];
};

/** What one worker makes of a search whose runs are settled. */
async function finish(
  root: string,
  { search, before, images = { render: () => Promise.resolve(PICTURE) } }: Scene,
) {
  const storage = join(root, await writeSmallStorage(root, { id: "ab1", runs: RUNS, ...search }));
  before?.(storage);
  const host = testHost({ workingFolder: root, images });
  const reports: string[] = [];
  const context = {
    identity: createWorkerIdentity(15_000, host),
    pulse: { hold: () => undefined, letGo: () => undefined, stop: () => undefined },
    report: (one: { kind: string }) => {
      if ("end" in one && "task" in one) reports.push(`${String(one.task)} ${String(one.end)}`);
    },
    signal: new AbortController().signal,
  };
  await finishSearch(storage, SETTLED_STEPS, context, host);
  return { storage, reports };
}
