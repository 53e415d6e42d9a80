import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { doctor } from "../../src/commands/doctor.ts";
import { CHECK_NAMES } from "../../src/commands/doctor/checks.ts";
import { renderDoctor } from "../../src/commands/doctor/report.ts";
import { runCommand, startCommand } from "../support/commands.ts";
import {
  age,
  createHurriedClock,
  DEFAULTS,
  examineIn,
  prepareHealthy,
} from "../support/examine-in.ts";
import { SystemError } from "../support/memory-disk.ts";
import { processesIn, signalIfAlive, withTempProcesses } from "../support/processes.ts";
import { flagsOf, LIST, prepareProject, until } from "../support/small-project.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";
import { treeText } from "../support/tree-text.ts";

const NODE = process.execPath;
const STAGING = `.staging-${"a".repeat(32)}`;

/** Leaves what `--fix` removes, and what it does not. */
function spoil(storage: string): void {
  mkdirSync(join(storage, STAGING));
  age(25, join(storage, STAGING));
  writeFileSync(join(storage, "experiment1/seed1/CRASH"), "");
}

describe("aldoctor", function () {
  this.timeout(30_000);

  it(
    "exits 0 where nothing is wrong, 1 as long as something is, 2 where there is nothing",
    withTempDirectory(async (project) => {
      const missing = await runCommand("aldoctor", ["-r", "nowhere"], project);
      expect([missing.code, missing.stderr]).to.deep.include(2);
      const storage = await prepareHealthy(project);
      const healthy = await runCommand("aldoctor", [], project);
      expect(healthy.code, healthy.stdout).to.equal(0);
      expect(healthy.stdout).to.include("Looked at 12 runs in 1 storage");
      rmSync(join(storage, "experiment1/seed1/UNHATCHED"));
      const ill = await runCommand("aldoctor", ["-s", basename(storage)], project);
      expect(ill.code).to.equal(1);
      expect(ill.stdout)
        .to.include("warning: no-flag\n")
        .and.include("experiment1/seed1: holds no");
      const quiet = await runCommand("aldoctor", ["--quiet"], project);
      expect(quiet.stdout).to.equal(`${join(storage, "experiment1/seed1")}\n`);
      writeFileSync(join(storage, "experiment1/seed1/UNHATCHED"), "");
      writeFileSync(join(storage, "experiment1/seed1/completed"), "");
      const noted = await runCommand("aldoctor", [], project);
      expect([noted.code, noted.stdout.startsWith("note: foreign-flag")]).to.deep.equal([0, true]);
    }),
  );

  it(
    "repairs only what somebody has seen and said yes to",
    withTempDirectory(async (project) => {
      const storage = await prepareHealthy(project);
      spoil(storage);
      const before = treeText(project);
      const asked = await runCommand("aldoctor", ["--fix"], project);
      expect(asked.code).to.equal(2);
      expect(asked.stderr).to.include(`${STAGING}: remove it`).and.include("--yes");
      const planned = await runCommand("aldoctor", ["--fix", "--dry-run"], project);
      expect(planned.code).to.equal(1);
      expect(planned.stderr).to.include(`${STAGING}: remove it`);
      expect(planned.stdout).to.include("[would be mended]");
      expect(treeText(project)).to.deep.equal(before);
      const done = await runCommand("aldoctor", ["--fix", "--yes", "--json"], project);
      expect(done.stderr).to.include(`${STAGING}: remove it`);
      const { findings, ...report } = JSON.parse(done.stdout) as { findings: object[] };
      expect(report).to.deep.equal({
        schemaVersion: 1,
        root: join(project, "storage"),
        storages: [basename(storage)],
        runs: 12,
        isComplete: true,
      });
      expect(findings[0]).to.include({ check: "several-flags", fix: null, fate: "left" });
      expect(findings[1]).to.deep.equal({
        check: "left-staging",
        severity: "warning",
        place: join(storage, STAGING),
        problem:
          "was left by an alprep that has done nothing for long; it takes room, and nobody reads it",
        expected: "no such folder while no alprep is running",
        remedy: "aldoctor --fix removes it, with what was prepared in it but never published.",
        fix: "remove it",
        fate: "mended",
      });
      // What a person has to decide is still there.
      expect(done.code).to.equal(1);
      rmSync(join(storage, "experiment1/seed1/CRASH"));
      expect((await runCommand("aldoctor", ["--fix"], project)).code).to.equal(0);
    }),
  );

  it(
    "does nothing after a no, and goes on where one repair is refused",
    withTempDirectory(async (project) => {
      const storage = await prepareHealthy(project);
      spoil(storage);
      for (const name of ["search.json.0123456789ab.tmp", "search.json.0123456789ac.tmp"]) {
        writeFileSync(join(storage, name), "");
        age(25, join(storage, name));
      }
      const before = treeText(project);
      const terminal = { ...testHost().terminal, confirm: () => Promise.resolve(false) };
      const refused: unknown = await examineIn(
        project,
        { fix: true, yes: false },
        { terminal },
      ).catch((error: unknown) => error);
      expect(refused).to.include({ code: "refused", message: "Nothing was done." });
      expect(treeText(project)).to.deep.equal(before);
      const remove = (path: string) => {
        if (path.endsWith("b.tmp")) throw new SystemError("EACCES", path);
        diskFiles.remove(path);
      };
      const files = { ...diskFiles, remove, space: () => undefined };
      const report = await examineIn(project, { fix: true }, { files });
      expect(report.findings.map(({ fate }) => fate)).to.deep.equal([
        "left",
        "mended",
        "failed",
        "mended",
      ]);
      expect(doctor.exitCode?.(report)).to.equal(1);
    }),
  );

  it(
    "stops when it is told to, and says so",
    withTempDirectory(async (project) => {
      spoil(await prepareHealthy(project));
      const stop = new AbortController();
      const clock = createHurriedClock();
      const sleep: typeof clock.sleep = (ms, signal) => {
        stop.abort();
        return clock.sleep(ms, signal);
      };
      const host = testHost({ workingFolder: project, clock: { ...clock, sleep } });
      const report = await doctor.run({ ...DEFAULTS, fix: true }, host, stop.signal, stop.signal);
      expect(report.isComplete).to.equal(false);
      expect(doctor.render(report)).to.include("Stopped before everything was looked at");
    }),
  );

  it("shows names of files without moving the cursor", () => {
    const place = "/root/a\u001b[2J\nb";
    const finding = { check: "x", severity: "note" as const, expected: "", remedy: "", fix: null };
    const findings = [{ ...finding, place, problem: "\u0007first\nsecond", fate: "left" as const }];
    const report = { root: "/root", storages: [], runs: 0, isComplete: true, findings };
    expect(renderDoctor(report)).to.include("a\\u001b[2J\\nb: \\u0007first\n    second");
  });

  it(
    "finds nothing wrong in a search that is being prepared, run and finished",
    withTempProcesses(async (folder) => {
      const storage = await prepareProject(folder, {
        program: { command: [NODE, "-e", "setTimeout(() => 0, 20)"] },
        values: Array.from({ length: 12 }, (_, index) => index),
        seeds: [1, 2],
      });
      const launch = startCommand("allaunch", [...LIST, "-p", "3"], folder);
      for (let looks = 0; launch.child.exitCode === null || looks < 2; looks++) {
        const { stdout, code } = await runCommand(
          "aldoctor",
          ["--older_than", "36s", "--json"],
          folder,
        );
        expect(wrongIn(stdout)).to.deep.equal([]);
        expect(code).to.equal(0);
      }
      expect((await launch.ended).code).to.equal(0);
      expect(new Set(Object.values(flagsOf(storage)))).to.deep.equal(new Set(["COMPLETED"]));
    }),
  );

  it(
    "never touches a living run, and puts back that of a killed worker",
    withTempProcesses(async (folder) => {
      const storage = await prepareProject(folder, {
        program: { command: [NODE, "-e", "setInterval(() => 0, 1000)"] },
        values: [1],
      });
      const { ended } = startCommand("allaunch", LIST, folder);
      await until(() => Object.values(flagsOf(storage)).includes("OPENED"));
      // Little time is enough to be taken for left behind.
      const fix = ["--fix", "--yes", "--older_than", "36s"];
      const alive = await runCommand("aldoctor", fix, folder);
      expect(alive.code, alive.stdout).to.equal(0);
      expect(Object.values(flagsOf(storage))).to.deep.equal(["OPENED"]);
      for (const pid of processesIn(folder)) signalIfAlive(pid, "SIGKILL");
      await ended;
      await until(() => processesIn(folder).length === 0);
      expect(Object.values(flagsOf(storage))).to.deep.equal(["OPENED"]);
      const dead = await runCommand("aldoctor", fix, folder);
      expect(dead.stdout).to.include("is held by a process that is known to be dead [mended]");
      expect(dead.code).to.equal(0);
      expect(Object.values(flagsOf(storage))).to.deep.equal(["UNHATCHED"]);
    }),
  );
});

/** Errors and warnings in a JSON report. */
function wrongIn(stdout: string): readonly unknown[] {
  const { findings } = JSON.parse(stdout) as { findings: readonly { severity: string }[] };
  return findings.filter(({ severity }) => severity !== "note");
}

describe("docs/doctor.md", () => {
  it("has a row for each check, and none besides", () => {
    const rows = readFileSync("docs/doctor.md", "utf8").matchAll(/^\| `([a-z-]+)`/gm);
    const named = [...rows].map(([, name = ""]) => name);
    expect(named).to.have.members(CHECK_NAMES);
  });
});
