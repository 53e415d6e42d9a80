import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { expect } from "chai";

import { makeTempProject } from "./support/temp-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

describe("docs/typical-usage.md", () => {
  it(
    "has six steps that run as written: from the schedule to retrainings and their figures",
    withTempDirectory(async (folder) => {
      const path = await makeTempProject(folder);
      makeSmall(join(folder, "schedules/digitsRandom/random_schedule_digitsRandom.ts"));
      const printed: string[] = [];
      for (const command of await stepsOf("docs/typical-usage.md")) {
        const options = { cwd: folder, env: { ...process.env, PATH: path } };
        const { stdout } = await run("sh", ["-c", command], options);
        printed.push(stdout);
      }
      expect(printed).to.have.lengthOf(6);
      expect(printed[2]).to.match(/Prepared 8 runs to retrain the best of 2 searches/);
      expect(printed[2]).to.match(/epochs 2 → 4/);
      expect(printed[3]).to.match(/8 completed, 0 crashed/);
      expect(printed[5]).to.match(/What the searches promised, and what retraining kept/);
      const storages = readdirSync(join(folder, "storage")).filter(
        (name) => !/^\.|^benchmark$/.test(name),
      );
      expect(storages).to.have.lengthOf(4);
      for (const name of storages) {
        // The last worker has summarised each search, and each retraining.
        const summary = readdirSync(join(folder, "storage", name, "summary"));
        expect(summary, name).to.include.members(["SUMMARY_COMPLETED", "scores.csv"]);
        expect(summary.filter((one) => one.startsWith("SUMMARY"))).to.have.lengthOf(1);
        const arrays = readdirSync(join(folder, "storage", name, "plot_arrays"));
        expect(arrays, name).to.include.members(["PLOT_ARRAYS_COMPLETED", "accuracy.png"]);
      }
      const results = readdirSync(join(folder, "storage/benchmark"));
      expect(results).to.have.lengthOf(2);
    }),
  ).timeout(180_000);
});

/** The lines of a page's `sh` blocks. */
async function stepsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(page, "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );
}

/** Few, short runs. */
function makeSmall(schedule: string): void {
  const text = readFileSync(schedule, "utf8")
    .replace("nExperiments: 10", "nExperiments: 2")
    .replace("defaults: getRunArgs()", "defaults: { ...getRunArgs(), epochs: 2 }");
  writeFileSync(schedule, text);
}
