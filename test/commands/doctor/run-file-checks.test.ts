import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { RunOutcome } from "../../../src/core/run-record.ts";
import { examineIn, prepareHealthy, STRANGER, summaryOf, TOKEN } from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const RUN = "experiment1/seed1";
const withStorage = (body: (project: string, storage: string) => Promise<void>) =>
  withTempDirectory(async (project) => body(project, await prepareHealthy(project)));

const record = (attempt: number, outcome: RunOutcome = "completed") =>
  JSON.stringify({
    schemaVersion: 1,
    attempt,
    owner: `far.12.${TOKEN}`,
    outcome,
    cause: { kind: "done" },
    startedAt: null,
    endedAt: "",
    seconds: 1,
    repositories: [],
  });

describe("aldoctor, on the files of runs,", () => {
  it(
    "finds configurations that are missing or cut, and writes them again from another seed's",
    withStorage(async (project, storage) => {
      const path = join(storage, RUN, "config.json");
      const before = readFileSync(path, "utf8");
      for (const spoil of [
        () => {
          truncateSync(path, 20);
        },
        () => {
          rmSync(path);
        },
        () => {
          writeFileSync(path, "[1]");
        },
      ]) {
        spoil();
        const report = await examineIn(project, { fix: true });
        expect(summaryOf(report)).to.deep.equal([`config-unreadable ${RUN}/config.json`]);
        expect(report.findings[0]).to.include({ severity: "error", fate: "mended" });
        expect(readFileSync(path, "utf8")).to.equal(before);
      }
    }),
  );

  it(
    "writes no configuration where somebody is at work, or where there is none to write",
    withStorage(async (project, storage) => {
      renameSync(join(storage, RUN, "UNHATCHED"), join(storage, RUN, STRANGER));
      rmSync(join(storage, RUN, "config.json"));
      for (const seed of [1, 2]) truncateSync(join(storage, `experiment2/seed${seed}/config.json`));
      const { findings } = await examineIn(project, { fix: true });
      const broken = findings.filter(({ check }) => check === "config-unreadable");
      expect(broken.map(({ fix }) => fix)).to.deep.equal([null, null, null]);
    }),
  );

  it(
    "finds a missing config_unique.json, and writes it again",
    withStorage(async (project, storage) => {
      const path = join(storage, RUN, "config_unique.json");
      const before = readFileSync(path, "utf8");
      rmSync(path);
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`unique-config-missing ${RUN}/config_unique.json`]);
      expect(readFileSync(path, "utf8")).to.equal(before);
    }),
  );

  it(
    "finds records that are cut, another attempt's, or of a later version",
    withStorage(async (project, storage) => {
      writeFileSync(join(storage, RUN, "run.json"), record(1).slice(0, 40));
      writeFileSync(join(storage, RUN, "run.2.json"), record(3));
      writeFileSync(join(storage, RUN, "run.3.json"), '{"schemaVersion":2}');
      const { findings } = await examineIn(project);
      expect(findings.map(({ check, problem }) => `${check}: ${problem}`)).to.have.members([
        "record-unreadable: is cut or no record (40 characters)",
        "record-unreadable: is that of attempt 3",
        "record-unreadable: was written by a later hatchery (schemaVersion 2)",
      ]);
    }),
  );

  it(
    "finds missing numbers, and settled runs without any record",
    withStorage(async (project, storage) => {
      writeFileSync(join(storage, RUN, "run.3.json"), record(3));
      const other = join(storage, "experiment2/seed1");
      renameSync(join(other, "UNHATCHED"), join(other, "COMPLETED"));
      const { findings } = await examineIn(project);
      expect(findings.map(({ check, severity }) => `${severity} ${check}`)).to.deep.equal([
        "warning record-missing",
        "note record-missing",
      ]);
      expect(findings[0]?.problem).to.equal(
        "lacks run.json, run.2.json, though it holds run.3.json",
      );
    }),
  );

  it(
    "finds settled attempts without their plain names, and gives them these",
    withStorage(async (project, storage) => {
      const run = join(storage, RUN);
      renameSync(join(run, "UNHATCHED"), join(run, "COMPLETED"));
      writeFileSync(join(run, `run.${TOKEN}.json`), record(1));
      writeFileSync(join(run, `logger.${TOKEN}.out`), "");
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`unpublished-attempt ${RUN}/run.${TOKEN}.json`]);
      expect(report.findings[0]?.fate).to.equal("mended");
      expect(readdirSync(run)).to.include.members(["COMPLETED", "run.json", "logger.out"]);
    }),
  );

  it(
    "has nothing against the record of a voided attempt, or of one that is settling",
    withStorage(async (project, storage) => {
      const run = join(storage, RUN);
      writeFileSync(join(run, "run.json"), record(1, "voided"));
      writeFileSync(join(run, `run.${TOKEN}.json`), record(1));
      const other = join(storage, "experiment2/seed1");
      renameSync(join(other, "UNHATCHED"), join(other, STRANGER));
      writeFileSync(join(other, `run.${"b".repeat(32)}.json`), record(1));
      expect(summaryOf(await examineIn(project))).to.deep.equal([
        `owner-unknown experiment2/seed1/${STRANGER}`,
      ]);
    }),
  );
});
