import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { status } from "../../src/commands/status.ts";
import { runCommand } from "../support/commands.ts";
import { STATUS_OPTIONS } from "../support/status-options.ts";
import { writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const never = new AbortController().signal;
const OWNER = `OPENED.host.12.${"a".repeat(32)}`;

describe("alstatus", function () {
  this.timeout(20_000);

  it(
    "counts the runs in each state, and says what is left at the present rate",
    withTempDirectory(async (root) => {
      const flags = ["COMPLETED", "COMPLETED", OWNER, "UNHATCHED", "UNHATCHED", "CRASH", ""];
      const runs = flags.map((flag, index) => ({ experiment: index + 1, seed: 1, flag }));
      const name = await writeSmallStorage(root, { id: "ab1", runs });
      for (const experiment of [1, 2]) {
        const path = join(root, name, `experiment${experiment}`, "seed1", "run.json");
        const record = {
          schemaVersion: 1,
          attempt: 1,
          owner: "",
          outcome: "completed",
          cause: { kind: "done" },
          seconds: 30 * experiment,
        };
        testHost().files.write(path, JSON.stringify(record));
      }
      const report = await inspect(root);
      expect(report.storages).to.deep.equal([
        {
          name,
          runs: 7,
          pending: 2,
          running: 1,
          completed: 2,
          crashed: 1,
          other: 1,
          interrupted: 0,
          secondsPerRun: 45,
          runsPerHour: 80,
          secondsLeft: 112.5,
          jobs: null,
        },
      ]);
      expect(status.render(report)).to.match(/ 80 +1 min 53 s/);
    }),
  );

  it(
    "says that there is nothing yet, or no such folder",
    withTempDirectory(async (root) => {
      expect(status.render(await inspect(root))).to.include("There are no storages");
      const missing = inspect(join(root, "nowhere"));
      const error: unknown = await missing.catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "not-found");
    }),
  );

  it(
    "prints a table, or one JSON value for a program",
    withTempDirectory(async (root) => {
      const runs = [{ experiment: 1, seed: 1, flag: "CRASH.txt" }];
      const name = await writeSmallStorage(root, { id: "ab1", runs });
      const table = await runCommand("alstatus", ["-r", "."], root);
      expect(table.stdout).to.match(/^ storage +runs +UNHATCHED +OPENED +COMPLETED +CRASH/);
      // No colour where no terminal asks for it.
      expect(table.stdout).not.to.include("\u001B");
      const { code, stdout } = await runCommand(
        "alstatus",
        ["-r", ".", "-s", name, "--json"],
        root,
      );
      expect(code).to.equal(0);
      const value = JSON.parse(stdout) as { readonly storages: readonly object[] };
      expect(value).to.include({ schemaVersion: 1, root });
      expect(value.storages[0]).to.include({ name, runs: 1, crashed: 1, secondsLeft: null });
    }),
  );

  it(
    "passes over folders that are no storage, and reads names with a storage's own order",
    withTempDirectory(async (root) => {
      mkdirSync(join(root, "benchmark"));
      mkdirSync(join(root, ".staging-00"));
      await writeSmallStorage(root, { id: "ab2", runs: [] });
      await writeSmallStorage(root, { id: "ab10", runs: [] });
      const { storages } = await inspect(root);
      expect(storages).to.have.length(2);
    }),
  );
});

async function inspect(rootDir: string) {
  const report = await status.run({ ...STATUS_OPTIONS, rootDir }, testHost(), never, never);
  if (report.kind !== "summary") throw new Error(report.kind);
  return report;
}
