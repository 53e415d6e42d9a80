import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { configsIn, GRID } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const ALPREP = fileURLToPath(new URL("../../../bin/alprep.js", import.meta.url));
const PROCESSES = 8;

describe("simultaneous alprep", () => {
  it(
    "share neither an id nor a line of the list nor a number, as processes",
    withTempDirectory(async (project) => {
      const schedule = { ...GRID, algNames: ["a", "b", "c"] };
      writeFileSync(join(project, "package.json"), "{}");
      writeFileSync(join(project, "grid_schedule_a.json"), JSON.stringify(schedule));
      expect(await alprepAtOnce(project, [])).to.deep.equal(allZero);
      const root = join(project, "storage");
      const names = readdirSync(root).filter((name) => !name.startsWith("."));
      expect(names).to.have.length(3 * PROCESSES);
      expect(new Set(names.map((name) => name.split("_")[0]))).to.have.property(
        "size",
        names.length,
      );
      for (const name of names) expect(Object.keys(configsIn(join(root, name)))).to.have.length(12);
      const list = readFileSync(join(project, "list_searches_a.txt"), "utf8").trim().split("\n");
      expect(list.sort()).to.deep.equal(names.sort());

      const wider = { ...schedule, variations: { lr: [1, 2, 3, 4, 5], units: [1, 2, 3, 4] } };
      writeFileSync(join(project, "grid_schedule_a.json"), JSON.stringify(wider));
      const [name = ""] = names;
      expect(await alprepAtOnce(project, ["--add_to_folder", name])).to.deep.equal(allZero);
      expect(Object.keys(configsIn(join(root, name)))).to.have.length(2 * (6 + 20));
      const folders = readdirSync(join(root, name)).filter((one) => one.startsWith("experiment"));
      expect(folders).to.have.length(26);
      expect(readdirSync(root).filter((one) => one.startsWith("."))).to.deep.equal([".ids"]);
    }),
  ).timeout(60_000);
});

const allZero = Array.from({ length: PROCESSES }, () => 0);

async function alprepAtOnce(
  project: string,
  flags: readonly string[],
): Promise<readonly unknown[]> {
  const one = () =>
    new Promise((resolve) => {
      const words = [ALPREP, "-f", "grid_schedule_a.json", ...flags];
      spawn(process.execPath, words, { cwd: project, stdio: "ignore" }).on("close", resolve);
    });
  return Promise.all(Array.from({ length: PROCESSES }, one));
}
