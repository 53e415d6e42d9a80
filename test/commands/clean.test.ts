import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "../support/commands.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
  until,
} from "../support/small-project.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const NODE = process.execPath;
const OK = { command: ["true"] };

describe("alclean", function () {
  this.timeout(60_000);

  it(
    "leaves living runs alone, while their launcher works",
    withTempDirectory(async (folder) => {
      const program = {
        command: ["/bin/sh", "-c", "echo > started; while [ ! -e go ]; do sleep 0.05; done"],
      };
      const storage = await prepareProject(folder, { program, values: [1] });
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "started").length > 0);
      const { code, stdout } = await runCommand("alclean", LIST, folder);
      expect(code).to.equal(0);
      expect(stdout).to.include("0 runs put back").and.include("1 run held by workers that live");
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "OPENED" });
      writeFileSync(join(folder, "go"), "");
      expect((await launched.ended).code).to.equal(0);
    }),
  );

  it(
    "resets crashed runs only when asked, and keeps checkpoints and the history",
    withTempDirectory(async (folder) => {
      const script =
        "echo $HATCHERY_ATTEMPT > $HATCHERY_RUN_DIR/checkpoint; exit $((2 - HATCHERY_ATTEMPT))";
      const storage = await prepareProject(folder, {
        program: { command: ["/bin/sh", "-c", script] },
        values: [1],
      });
      await runCommand("allaunch", LIST, folder);
      expect((await runCommand("alclean", LIST, folder)).stdout).to.include("0 runs put back");
      const cleaned = await runCommand("alclean", [...LIST, "--clean_crashes"], folder);
      expect(cleaned.stdout).to.match(
        /1 run put back to UNHATCHED\n +\S+experiment1\/seed1 \(was CRASH\)/,
      );
      const run = join(storage, "experiment1/seed1");
      expect(readdirSync(run)).to.include.members([
        "UNHATCHED",
        "checkpoint",
        "run.json",
        "logger.out",
      ]);
      // Twice is once.
      expect((await runCommand("alclean", [...LIST, "--clean_crashes"], folder)).stdout).to.include(
        "0 runs",
      );
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
      expect(readRunFile(storage, 1)).to.include({ outcome: "crashed" });
      expect(readRunFile(storage, 1, "run.2.json")).to.include({ outcome: "completed" });
    }),
  );

  it(
    "deletes with --fresh what it lists and nothing else, and only when it may",
    withTempDirectory(async (folder) => {
      const program = {
        command: [
          "/bin/sh",
          "-c",
          "echo > $HATCHERY_RUN_DIR/checkpoint; echo > $HATCHERY_RECORDER; exit 1",
        ],
      };
      const storage = await prepareProject(folder, { program, values: [1] });
      await runCommand("allaunch", LIST, folder);
      const run = join(storage, "experiment1/seed1");
      const before = readdirSync(run);
      const fresh = [...LIST, "--clean_crashes", "--fresh"];

      const refused = await runCommand("alclean", fresh, folder);
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.include("experiment1/seed1/checkpoint").and.include("--yes");
      const tried = await runCommand("alclean", [...fresh, "--dry_run"], folder);
      expect(tried.stdout)
        .to.include("would be put back")
        .and.include("without checkpoint, logger.out, recorders");
      expect(readdirSync(run)).to.deep.equal(before);

      expect((await runCommand("alclean", [...fresh, "--yes"], folder)).code).to.equal(0);
      expect(readdirSync(run).sort()).to.deep.equal([
        "UNHATCHED",
        "config.json",
        "config_unique.json",
        "run.json",
      ]);
    }),
  );

  it(
    "resets with --fresh also what a killed attempt left",
    withTempDirectory(async (folder) => {
      const program = {
        command: ["/bin/sh", "-c", "echo $PPID > supervisor; echo > started; exec sleep 65"],
      };
      const storage = await prepareProject(folder, { program, values: [1] });
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "started").length > 0);
      const pid = launched.child.pid ?? 0;
      const worker = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
      process.kill(pid, "SIGKILL");
      process.kill(worker, "SIGKILL");
      await launched.ended;
      const run = join(storage, "experiment1/seed1");
      await until(() => !existsSync(`/proc/${linesOf(folder, "supervisor")[0] ?? ""}`));
      expect((await runCommand("alclean", [...LIST, "--fresh", "--yes"], folder)).code).to.equal(0);
      expect(readdirSync(run).sort()).to.deep.equal([
        "UNHATCHED",
        "config.json",
        "config_unique.json",
        "run.json",
      ]);
      expect(readRunFile(storage, 1)).to.include({ outcome: "voided", attempt: 1 });
    }),
  );

  it(
    "names folders without a flag, adopts them when asked, and never touches a conflict",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: OK, values: [1, 2] });
      rmSync(join(storage, "experiment1/seed1/UNHATCHED"));
      writeFileSync(join(storage, "experiment2/seed1/COMPLETED"), "");
      const { stdout } = await runCommand("alclean", LIST, folder);
      expect(stdout).to.include("1 run without a flag").and.include("(COMPLETED, UNHATCHED)");
      expect((await runCommand("allaunch", LIST, folder)).stdout).to.include("0 completed");
      await runCommand("alclean", [...LIST, "--adopt"], folder);
      expect((await runCommand("allaunch", LIST, folder)).stdout).to.include("1 completed");
      expect(readdirSync(join(storage, "experiment2/seed1"))).to.include.members([
        "COMPLETED",
        "UNHATCHED",
      ]);
    }),
  );

  it(
    "knows the flags of the older tool",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: OK, values: [1, 2] });
      const rename = (experiment: number, flag: string) => {
        const run = join(storage, `experiment${experiment}/seed1`);
        renameSync(join(run, "UNHATCHED"), join(run, flag));
      };
      rename(1, "CRASH.txt");
      rename(2, "OPENED");
      const { stdout } = await runCommand("alclean", [...LIST, "--clean_crashes"], folder);
      expect(stdout).to.include("(was CRASH.txt)").and.include("1 run held by workers");
    }),
  );

  it(
    "prints one JSON value with --json, and errors as JSON too",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, {
        program: { command: [NODE, "-e", "process.exit(1)"] },
        values: [1],
      });
      await runCommand("allaunch", LIST, folder);
      const { stdout } = await runCommand(
        "alclean",
        [...LIST, "--clean-crashes", "--json"],
        folder,
      );
      expect(JSON.parse(stdout)).to.deep.include({ schemaVersion: 1, dryRun: false, alive: 0 });
      const failed = await runCommand("alclean", ["-f", "missing.txt", "--json"], folder);
      expect(JSON.parse(failed.stdout)).to.have.nested.property("error.code", "not-found");
    }),
  );
});
