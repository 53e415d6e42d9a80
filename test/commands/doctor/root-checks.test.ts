import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { systemClock } from "../../../src/io/clock.ts";
import { SystemError } from "../../support/memory-disk.ts";
import {
  age,
  createHurriedClock,
  examineIn,
  prepareHealthy,
  summaryOf,
} from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";

const withStorage = (body: (project: string, storage: string) => Promise<void>) =>
  withTempDirectory(async (project) => body(project, await prepareHealthy(project)));
const SPACE = { freeBytes: 5e10, totalBytes: 1e11, freeFiles: 1e6, totalFiles: 2e6, type: 0xef53 };

describe("aldoctor, on the root,", () => {
  it(
    "has nothing to say where nothing is wrong, and leaves nothing behind",
    withStorage(async (project) => {
      const before = treeText(project);
      const report = await examineIn(project);
      expect(report).to.deep.include({ findings: [], runs: 12, isComplete: true });
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "finds one that cannot be written, and looks at the rest all the same",
    withStorage(async (project, storage) => {
      rmSync(join(storage, "experiment1/seed1/UNHATCHED"));
      const makeFolder = (path: string) => {
        if (path.includes(".staging-")) throw new SystemError("EROFS", path);
        return diskFiles.makeFolder(path);
      };
      const files = { ...diskFiles, makeFolder, space: () => undefined };
      const report = await examineIn(project, {}, { files });
      expect(summaryOf(report)).to.deep.equal(["not-writable root", "no-flag experiment1/seed1"]);
      expect(report.findings[0]?.problem).to.include("EROFS");
    }),
  );

  it(
    "finds a file system that overwrites folders",
    withStorage(async (project) => {
      const rename = (from: string, to: string) => {
        if (from.endsWith("/other")) rmSync(to, { recursive: true });
        diskFiles.rename(from, to);
      };
      const files = { ...diskFiles, rename, space: () => undefined };
      const report = await examineIn(project, {}, { files });
      expect(summaryOf(report)).to.deep.equal(["file-system-fails root"]);
    }),
  );

  it(
    "finds clocks that are more than a minute apart, and judges by the server's",
    withStorage(async (project, storage) => {
      for (const [minutes, said] of [
        [61, "1 h 1 min ahead of"],
        [-3, "3 min 0 s behind"],
      ] as const) {
        const clock = { ...createHurriedClock(), now: () => systemClock.now() + 60_000 * minutes };
        writeFileSync(join(storage, "search.json.0123456789ab.tmp"), "");
        const { findings } = await examineIn(project, { olderThan: 3_600 }, { clock });
        expect(findings.map(({ check }) => check)).to.deep.equal(["clock-skew"]);
        expect(findings[0]?.problem).to.include(said);
      }
      const near = { ...createHurriedClock(), now: () => systemClock.now() + 50_000 };
      rmSync(join(storage, "search.json.0123456789ab.tmp"));
      expect((await examineIn(project, {}, { clock: near })).findings).to.deep.equal([]);
    }),
  );

  it(
    "finds too little room, and kinds of file systems that promise less",
    withStorage(async (project) => {
      const inspect = async (changes: Partial<typeof SPACE>) => {
        const files = { ...diskFiles, space: () => ({ ...SPACE, ...changes }) };
        const { findings } = await examineIn(project, {}, { files });
        return findings.map(({ severity, check }) => `${severity} ${check}`);
      };
      expect(await inspect({})).to.deep.equal([]);
      expect(await inspect({ freeBytes: 1e6 })).to.deep.equal(["warning low-space"]);
      expect(await inspect({ freeFiles: 1, totalBytes: 1e13 })).to.have.members([
        "note low-space",
        "warning low-space",
      ]);
      expect(await inspect({ type: 0x01021997 })).to.deep.equal(["note file-system-kind"]);
    }),
  );

  it(
    "finds names in lists without a storage",
    withStorage(async (project, storage) => {
      const list = join(project, "list_searches_a.txt");
      writeFileSync(list, `${basename(storage)}\ngone_1\n`);
      const found = await examineIn(project);
      expect(found.findings).to.have.length(1);
      expect(found.findings[0]).to.include({
        severity: "note",
        check: "listed-missing",
        place: list,
      });
      const asked = await examineIn(project, { fromFile: "list_searches_a.txt" });
      expect(asked.findings.map(({ severity }) => severity)).to.deep.equal(["error", "note"]);
      const options = { fromFile: "list_searches_a.txt", skipMissing: true };
      expect((await examineIn(project, options)).findings).to.have.length(1);
      // A list of another root.
      writeFileSync(list, "gone_1\ngone_2\n");
      expect((await examineIn(project)).findings).to.deep.equal([]);
    }),
  );

  it(
    "finds ids without storages, storages without ids, and ids that two have",
    withStorage(async (project, storage) => {
      const root = join(project, "storage");
      mkdirSync(join(root, ".ids", "ju7"));
      expect((await examineIn(project)).findings).to.deep.equal([]);
      age(25, join(root, ".ids", "ju7"));
      expect(summaryOf(await examineIn(project))).to.deep.equal(["id-without-storage root/.ids"]);
      const copy = (name: string) => {
        cpSync(storage, join(root, name), { recursive: true });
      };
      rmSync(join(root, ".ids", "ju7"), { recursive: true });
      copy(basename(storage).replace("ju1_", "ju9_"));
      const without = await examineIn(project, { fix: true });
      expect(without.findings.map(({ check, fate }) => [check, fate])).to.deep.equal([
        ["storage-without-id", "mended"],
      ]);
      expect(readdirSync(join(root, ".ids")).sort()).to.deep.equal(["ju1", "ju9"]);
      copy(`${basename(storage)}_copied`);
      const { findings } = await examineIn(project);
      expect(findings.map(({ check }) => check)).to.deep.equal(["id-twice"]);
    }),
  );
});
