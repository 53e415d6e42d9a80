import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { withTempProcesses } from "../support/processes.ts";

describe("alinit", function () {
  this.timeout(120_000);

  for (const [language, schedule] of [
    ["python", "schedules/first/random_schedule_first.yaml"],
    ["typescript", "schedules/first/random_schedule_first.ts"],
  ] as const) {
    it(
      `writes a project in ${language} whose search runs at once and can be compared`,
      withTempProcesses(async (folder) => {
        const done = await runCommand("alinit", ["--language", language], folder);
        expect(done.code, done.stderr).to.equal(0);
        const lines = done.stdout.split("\n").map((line) => line.trim());
        const steps = lines.slice(lines.indexOf("Next:") + 1).filter((line) => line !== "");
        expect(steps[0]).to.equal(`alprep --schedule_file ${schedule}`);
        for (const step of steps) {
          const [name = "", ...args] = step.split(" ");
          const { code, stderr } = await runCommand(name, args, folder);
          expect(code, `${step}\n${stderr}`).to.equal(0);
        }
        const [name = ""] = readdirSync(join(folder, "storage/benchmark"));
        const path = join(folder, "storage/benchmark", name, "scores.json");
        const scores = JSON.parse(readFileSync(path, "utf8")) as object;
        expect(JSON.stringify(scores)).to.match(/"score":\s*0\.0/);
      }),
    );
  }

  it(
    "overwrites nothing, and writes nothing with --dry_run",
    withTempProcesses(async (folder) => {
      const dry = await runCommand("alinit", ["--folder", "new", "--dry_run"], folder);
      expect(dry.stdout).to.include("new/train.ts");
      expect(readdirSync(folder)).to.deep.equal([]);
      writeFileSync(join(folder, "train.py"), "mine");
      const { code, stderr } = await runCommand("alinit", ["-l", "python"], folder);
      expect([code, readdirSync(folder)]).to.deep.equal([4, ["train.py"]]);
      expect(stderr).to.include("holds train.py already");
    }),
  );
});
