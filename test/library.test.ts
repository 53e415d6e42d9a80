import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import {
  createRecorder,
  launchSearches,
  openRecording,
  openSearch,
  openTree,
  prepareSearch,
} from "../src/library.ts";
import { writeSmallStorage } from "./support/small-storage.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

const SCHEDULE = {
  kind: "grid",
  algNames: ["a"],
  taskNames: ["t"],
  seeds: [1, 2],
  program: { module: "main.js" },
  metric: { name: "accuracy", aggregation: "last" },
  defaults: { x: 0 },
  variations: { x: [1, 2, 3] },
};
const MAIN = `
export const main = ({ config, recorder }) => {
  recorder.record({ accuracy: config.x / 10 });
  recorder.record({ accuracy: config.x });
};
`;
const RECORDED = ['{"accuracy":0.5}', '{"accuracy":0.75}'];

describe("docs/library.md", () => {
  it(
    "has an example that runs as written",
    withTempDirectory(async (folder) => {
      const page = await readFile("docs/library.md", "utf8");
      const [, example = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
      await mkdir(join(folder, "node_modules"));
      await symlink(resolve("."), join(folder, "node_modules/hatchery"));
      await writeFile(join(folder, "package.json"), '{"type":"module"}');
      await writeFile(join(folder, "grid_schedule_small.json"), JSON.stringify(SCHEDULE));
      await writeFile(join(folder, "main.js"), MAIN);
      await writeFile(join(folder, "example.js"), example);
      const { stdout } = await run(process.execPath, ["example.js"], { cwd: folder });
      expect(stdout).to.match(/^6 completed, 0 crashed\n/);
      expect(stdout).to.match(/experiment3\/seed2 completed .*x: 3.*\[ 0\.3, 3 \]/);
      expect(await readFile(join(folder, "scores.svg"), "utf8")).to.match(/^<svg/);
    }),
  ).timeout(120_000);
});

describe("openSearch", () => {
  it(
    "reads facts, runs, states, configurations, series and scores",
    withTempDirectory(async (root) => {
      const runs = [
        { experiment: 1, seed: 1, flag: "COMPLETED", varied: { rate: 2 }, recorded: RECORDED },
        { experiment: 1, seed: 2, flag: "UNHATCHED", varied: { rate: 2 } },
      ];
      const name = await writeSmallStorage(root, { id: "ju1", runs });
      expect(openTree(root).storages()).to.deep.equal([name]);
      const search = openSearch(join(root, name));
      expect(search.facts.name.algName).to.equal("mlp");
      const [first, second] = search.runs();
      expect(second?.state()).to.deep.equal({ kind: "pending" });
      expect(first?.config()).to.deep.equal({ rate: 2, seed: 1 });
      expect(first?.varied()).to.deep.equal({ rate: 2 });
      expect(first?.keys("train")).to.deep.equal(["accuracy"]);
      const column = first?.readSeries("train", ["accuracy"]).columns.get("accuracy");
      expect([...(column?.values ?? [])]).to.deep.equal([0.5, 0.75]);
      const [experiment] = await search.scores();
      expect(experiment?.seeds).to.deep.equal([{ seed: 1, score: 0.75 }]);
    }),
  );

  it(
    "refuses to score a search without a metric, unless it is given one",
    withTempDirectory(async (root) => {
      const runs = [{ experiment: 1, seed: 1, flag: "COMPLETED", recorded: RECORDED }];
      const search = openTree(root).openSearch(
        await writeSmallStorage(root, { id: "ju1", metric: null, runs }),
      );
      const error = await search.scores().catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "usage");
      const metric = { name: "accuracy", series: "train", direction: "maximise" } as const;
      const [experiment] = await search.scores({ ...metric, aggregation: "min" });
      expect(experiment?.seeds).to.deep.equal([{ seed: 1, score: 0.5 }]);
    }),
  );
});

describe("createRecorder", () => {
  it(
    "records into any folder, and goes on behind what is there",
    withTempDirectory(async (folder) => {
      for (const loss of [1, 0.5]) {
        const recorder = createRecorder(folder);
        recorder.record({ loss }, "test");
        recorder.close();
      }
      expect(await readdir(join(folder, "recorders"))).to.deep.equal(["test_recorder.jsonl"]);
      const { columns } = openRecording(folder).readSeries("test", ["loss"]);
      expect([...(columns.get("loss")?.values ?? [])]).to.deep.equal([1, 0.5]);
    }),
  );

  it(
    "refuses the folder of a run",
    withTempDirectory(async (folder) => {
      await writeFile(join(folder, "UNHATCHED"), "\n");
      expect(() => createRecorder(folder)).to.throw(/is the folder of a run/);
    }),
  );
});

describe("launchSearches and prepareSearch", () => {
  it("answer wrong options as the commands do", async () => {
    const wrong = [
      [
        () => launchSearches({ storageName: "a", nProcesses: 2.5 }),
        /--n_processes: expected a whole/,
      ],
      [() => launchSearches({}), /No storage is named/],
      [() => prepareSearch({ scheduleFile: "" }), /scheduleFile: expected a text/],
      [() => prepareSearch({ scheduleFile: "missing.json" }), /missing\.json/],
    ] as const;
    for (const [attempt, message] of wrong) {
      const error = await attempt().catch((reason: unknown) => reason);
      expect(error).to.have.property("name", "UserError");
      expect(error).to.have.property("message").that.matches(message);
    }
  });
});
