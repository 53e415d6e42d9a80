import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { GRID, prepareIn } from "../../support/prepare-in.ts";
import { examineIn, prepareHealthy, summaryOf } from "../../support/examine-in.ts";
import { SystemError } from "../../support/memory-disk.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles } from "../../support/test-host.ts";

const withStorage = (body: (project: string, storage: string) => Promise<void>) =>
  withTempDirectory(async (project) => body(project, await prepareHealthy(project)));
const files = { ...diskFiles, space: () => undefined };

describe("aldoctor, on storages,", () => {
  for (const name of ["search", "variations"]) {
    it(
      `finds a ${name}.json that is missing, cut, or of a later version`,
      withStorage(async (project, storage) => {
        const path = join(storage, `${name}.json`);
        const text = readFileSync(path, "utf8");
        writeFileSync(path, text.slice(0, -20));
        expect(summaryOf(await examineIn(project))).to.deep.equal([
          `${name}-unreadable ${name}.json`,
        ]);
        rmSync(path);
        expect(summaryOf(await examineIn(project))).to.deep.equal([
          `${name}-unreadable ${name}.json`,
        ]);
        writeFileSync(path, text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
        const report = await examineIn(project);
        expect(summaryOf(report)).to.deep.equal([`newer-version ${name}.json`]);
        expect(report.findings[0]?.remedy).to.equal("Update hatchery.");
      }),
    );
  }

  it(
    "finds that a storage was moved, or its program",
    withTempDirectory(async (project) => {
      writeFileSync(join(project, "main.js"), "");
      const schedule = { ...GRID, program: { module: "main.js" } };
      await prepareIn(project, schedule);
      expect((await examineIn(project)).findings).to.deep.equal([]);
      rmSync(join(project, "main.js"));
      expect(summaryOf(await examineIn(project))).to.deep.equal(["program-missing search.json"]);
      // The storage's project would be three folders further up than there are any.
      const [name = ""] = (await examineIn(project)).storages;
      const path = join(project, "storage", name, "search.json");
      const text = readFileSync(path, "utf8").replace('"project": "../.."', '"project": "../gone"');
      writeFileSync(path, text);
      const { findings } = await examineIn(project);
      expect(findings[0]?.problem).to.include('its project is "../gone"; there is no folder');
    }),
  );

  it(
    "finds places that cannot be written, and counts the runs",
    withStorage(async (project, storage) => {
      const closed = [
        join(storage, "experiment1/seed1"),
        join(storage, "experiment2/seed2/UNHATCHED"),
      ];
      const isWritable = (path: string) => !closed.includes(path);
      const report = await examineIn(project, {}, { files: { ...files, isWritable } });
      expect(summaryOf(report)).to.deep.equal(["not-writable"]);
      expect(report.findings[0]?.problem).to.match(/^2 runs .* the first: .*experiment1\/seed1$/);
      const nothing = await examineIn(
        project,
        {},
        { files: { ...files, isWritable: () => false } },
      );
      expect(nothing.findings.map(({ severity }) => severity)).to.deep.equal(["error", "error"]);
    }),
  );

  it(
    "has nothing against completed runs that cannot be written",
    withStorage(async (project, storage) => {
      const run = join(storage, "experiment1/seed1");
      renameSync(join(run, "UNHATCHED"), join(run, "COMPLETED"));
      const isWritable = (path: string) => !path.startsWith(run);
      const report = await examineIn(project, {}, { files: { ...files, isWritable } });
      expect(report.findings.map(({ check }) => check)).to.deep.equal(["record-missing"]);
    }),
  );

  it(
    "notes whose runs they are, if another user's",
    withStorage(async (project) => {
      const ownerId = (path: string) => (path.includes("seed2") ? 4242 : diskFiles.ownerId(path));
      const { findings } = await examineIn(project, {}, { files: { ...files, ownerId } });
      expect(findings.map(({ check, severity }) => [check, severity])).to.deep.equal([
        ["other-owner", "note"],
      ]);
      expect(findings[0]?.problem).to.include("6 runs").and.include("4242");
    }),
  );

  it(
    "finds experiments without runs",
    withStorage(async (project, storage) => {
      mkdirSync(join(storage, "experiment70"));
      expect(summaryOf(await examineIn(project))).to.deep.equal([
        "experiment-without-seeds experiment70",
      ]);
    }),
  );

  it(
    "goes on where the system does not let it look",
    withStorage(async (project, storage) => {
      const closed = join(storage, "experiment1/seed1");
      const list = (folder: string) => {
        if (folder === closed) throw new SystemError("EACCES", folder);
        return diskFiles.list(folder);
      };
      const report = await examineIn(project, {}, { files: { ...files, list } });
      expect(summaryOf(report)).to.deep.equal(["unreadable experiment1/seed1"]);
      expect(report.runs).to.equal(11);
    }),
  );
});
