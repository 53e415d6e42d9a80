import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  ageAll,
  createHurriedClock,
  examineIn,
  prepareHealthy,
  summaryOf,
} from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const RUN = "experiment1/seed1";

/** A test body with a healthy storage. */
const withStorage = (body: (project: string, storage: string) => Promise<void>) =>
  withTempDirectory(async (project) => body(project, await prepareHealthy(project)));

describe("aldoctor, on flags,", () => {
  it(
    "finds a run without one, and gives it one once it has been still for long",
    withStorage(async (project, storage) => {
      rmSync(join(storage, RUN, "UNHATCHED"));
      const fresh = await examineIn(project, { fix: true });
      expect(summaryOf(fresh)).to.deep.equal([`no-flag ${RUN}`]);
      expect(fresh.findings[0]).to.include({ severity: "warning", fix: null, fate: "left" });
      ageAll(25, join(storage, RUN));
      const old = await examineIn(project, { fix: true });
      expect(old.findings[0]).to.include({ fix: "give it an UNHATCHED", fate: "mended" });
      expect(readdirSync(join(storage, RUN))).to.include("UNHATCHED");
      expect(summaryOf(await examineIn(project))).to.deep.equal([]);
    }),
  );

  it(
    "runs nothing again that was completed, and adopts nothing twice",
    withStorage(async (project, storage) => {
      const record = { attempt: 1, owner: "", outcome: "completed", cause: { kind: "done" } };
      const text = JSON.stringify({ schemaVersion: 1, seconds: 1, ...record });
      renameSync(join(storage, RUN, "UNHATCHED"), join(storage, RUN, "run.json"));
      writeFileSync(join(storage, RUN, "run.json"), text);
      rmSync(join(storage, "experiment2/seed1/UNHATCHED"));
      mkdirSync(join(storage, "experiment2/seed1/.adopted"));
      ageAll(25, storage);
      const { findings } = await examineIn(project, { fix: true });
      expect(findings.map(({ fix }) => fix)).to.deep.equal([null, null]);
      expect(findings[0]?.remedy).to.include("make an empty file COMPLETED");
    }),
  );

  it(
    "finds several, and leaves them to a person",
    withStorage(async (project, storage) => {
      writeFileSync(join(storage, RUN, "CRASH"), "");
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`several-flags ${RUN}`]);
      expect(report.findings[0]).to.include({ severity: "error", fix: null });
      expect(report.findings[0]?.problem).to.include("CRASH, UNHATCHED");
    }),
  );

  it(
    "finds an older tool's, and renames its CRASH.txt",
    withStorage(async (project, storage) => {
      renameSync(join(storage, RUN, "UNHATCHED"), join(storage, RUN, "CRASH.txt"));
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.include(`foreign-flag ${RUN}/CRASH.txt`);
      expect(readdirSync(join(storage, RUN)))
        .to.include("CRASH")
        .and.not.include("CRASH.txt");
    }),
  );

  it(
    "leaves an older tool's OPENED alone until it has been still for long",
    withStorage(async (project, storage) => {
      renameSync(join(storage, RUN, "UNHATCHED"), join(storage, RUN, "OPENED"));
      ageAll(1, join(storage, RUN));
      const { findings } = await examineIn(project, { fix: true });
      expect(findings.map(({ check, fix }) => [check, fix])).to.deep.equal([
        ["foreign-flag", null],
      ]);
      ageAll(25, join(storage, RUN));
      expect(summaryOf(await examineIn(project, { fix: true }))).to.deep.equal([
        `stale-claim ${RUN}/OPENED`,
      ]);
      expect(readdirSync(join(storage, RUN))).to.include.members(["UNHATCHED", "run.json"]);
    }),
  );

  it(
    "finds copies of flags, and names that only look like one",
    withStorage(async (project, storage) => {
      for (const name of [
        "COMPLETED (1)",
        "unhatched",
        "CRASH.txt~",
        "crash.log",
        "completed.csv",
      ]) {
        writeFileSync(join(storage, RUN, name), "");
      }
      expect([...summaryOf(await examineIn(project))].sort()).to.deep.equal([
        `foreign-flag ${RUN}/COMPLETED (1)`,
        `foreign-flag ${RUN}/unhatched`,
      ]);
    }),
  );

  it(
    "finds flags where nobody reads them",
    withStorage(async (project, storage) => {
      writeFileSync(join(project, "storage", "OPENED"), "");
      writeFileSync(join(storage, "COMPLETED"), "");
      writeFileSync(join(storage, "experiment2", "CRASH"), "");
      writeFileSync(join(storage, RUN, "PLOT_ARRAYS_ONGOING"), "");
      const report = await examineIn(project);
      expect([...summaryOf(report)].sort()).to.deep.equal([
        "misplaced-flag COMPLETED",
        "misplaced-flag experiment1/seed1/PLOT_ARRAYS_ONGOING",
        "misplaced-flag experiment2/CRASH",
        "misplaced-flag root/OPENED",
      ]);
    }),
  );

  it(
    "finds folders whose names no command reads",
    withStorage(async (project, storage) => {
      mkdirSync(join(storage, "experiment07"));
      mkdirSync(join(storage, "experiment1", "seed1 (copy)"));
      expect([...summaryOf(await examineIn(project))].sort()).to.deep.equal([
        "misspelled-folder experiment07",
        "misspelled-folder experiment1/seed1 (copy)",
      ]);
    }),
  );

  it(
    "takes no offence at a flag that is just being moved",
    withStorage(async (project, storage) => {
      const run = join(storage, RUN);
      renameSync(join(run, "UNHATCHED"), join(project, "kept"));
      const clock = createHurriedClock();
      const sleep: typeof clock.sleep = async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (ms === 1000) renameSync(join(project, "kept"), join(run, "COMPLETED"));
      };
      const { findings } = await examineIn(project, {}, { clock: { ...clock, sleep } });
      expect(findings).to.deep.equal([]);
    }),
  );
});
