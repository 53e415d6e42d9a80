import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

/** Six logs: three learning rates, two seeds. */
function putLogs(folder: string): void {
  for (let id = 1; id <= 6; id += 1) {
    const lr = [0.1, 0.01, 0.001][id % 3] ?? 0;
    const run = join(folder, "logs", String(id));
    mkdirSync(join(run, "metadata"), { recursive: true });
    mkdirSync(join(run, "metrics"));
    writeFileSync(join(run, "metadata/config.yaml"), `seed: ${id}\noptimizer: {lr: ${lr}}\n`);
    writeFileSync(join(run, "metadata/info.yaml"), `log_id: ${id}\nstatus: COMPLETE\n`);
    writeFileSync(join(run, "metrics/train.json"), `{"loss":${lr + id}}\n{"loss":${lr}}\n`);
  }
}

describe("alquery", () => {
  it(
    "shows what was found, a line for each run or each group",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const found = await runCommand(
        "alquery",
        [
          "logs",
          "config.optimizer.lr <= 1e-2",
          "--columns",
          "info.run, last(train.loss),train.loss",
        ],
        folder,
      );
      expect(found.stderr).to.equal("");
      expect(found.stdout).to.match(/^4 of 6 runs in .*logs with config.optimizer.lr <= 1e-2\n/);
      expect(found.stdout).to.match(/\n +info\.run +last\(train\.loss\) +train\.loss/);
      expect(found.stdout).to.match(/\n *1 +0\.01 +\[1\.01,0\.01\]/);
      const groups = await runCommand(
        "alquery",
        [
          ...["logs", "--group_by", "config.optimizer.lr", "--columns", "first(train.loss)"],
          ...["--agg", "mean,count", "--sort", "mean(first(train.loss))", "--descending", "--json"],
        ],
        folder,
      );
      const { rows, schemaVersion } = JSON.parse(groups.stdout) as {
        readonly rows: readonly Readonly<Record<string, unknown>>[];
        readonly schemaVersion: number;
      };
      expect(schemaVersion).to.equal(1);
      expect(rows).to.deep.equal([
        row(0.1, (3.1 + 6.1) / 2),
        row(0.001, (2.001 + 5.001) / 2),
        row(0.01, (1.01 + 4.01) / 2),
      ]);
    }),
  ).timeout(60_000);

  it(
    "writes CSV, lists fields, prints names, and refuses with the place",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const end = async (...args: readonly string[]) => runCommand("alquery", args, folder);
      const csv = await end("logs", "--csv", "out.csv", "--sort", "config.seed", "--limit", "1");
      expect(csv.code, csv.stderr).to.equal(0);
      expect(readFileSync(join(folder, "out.csv"), "utf8")).to.equal(
        "info.run,info.status,config.seed,config.optimizer.lr\n1,COMPLETE,1,0.01\n",
      );
      expect((await end("logs", "config.seed > 4", "--quiet")).stdout).to.equal("5\n6\n");
      expect((await end("logs", "--fields")).stdout).to.match(/train\.loss +metric/);
      const wrong = await end("logs", "config.sed > 4");
      expect(wrong.code).to.equal(2);
      expect(wrong.stderr).to.include("    config.sed > 4\n    ^^^^^^^^^^");
      expect(wrong.stderr).to.include("Did you mean config.seed?");
      for (const args of [["none"], ["logs", "--agg", "men", "--group_by", "config.seed"]]) {
        expect((await end(...args)).code, args.join(" ")).to.equal(2);
      }
    }),
  ).timeout(60_000);
});

const row = (lr: number, mean: number) => ({
  "config.optimizer.lr": lr,
  runs: 2,
  "mean(first(train.loss))": mean,
  "count(first(train.loss))": 2,
});
