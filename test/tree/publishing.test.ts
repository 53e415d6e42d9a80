import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  nextIdNumber,
  publishExperiment,
  publishFolder,
  takeStorageId,
  userLetters,
  writeExperiment,
} from "../../src/tree/publishing.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";

const host = testHost();

describe("userLetters", () => {
  it("are the first two letters of the name, without accents, or xx", () => {
    expect(["Julia R.", "Élodie", "J. Doe", "x", "山田", ""].map(userLetters)).to.deep.equal([
      "ju",
      "el",
      "jd",
      "xx",
      "xx",
      "xx",
    ]);
  });
});

describe("takeStorageId", () => {
  it(
    "counts on behind what is taken, in .ids and in the names of storages",
    withTempDirectory(async (root) => {
      expect(takeStorageId(root, "ju", host)).to.equal("ju1");
      expect(takeStorageId(root, "ju", host)).to.equal("ju2");
      expect(takeStorageId(root, "ab", host)).to.equal("ab1");
      mkdirSync(join(root, "ju12_f7b375e_mlp_digits_grid_copied"));
      expect(nextIdNumber(root, "ju", host)).to.equal(13);
      expect(takeStorageId(root, "ju", host)).to.equal("ju13");
      await Promise.resolve();
    }),
  );

  it(
    "takes the next one when others are faster",
    withTempDirectory(async (root) => {
      let others = 3;
      const makeFolder = (path: string) => {
        if (others-- > 0) mkdirSync(path);
        return diskFiles.makeFolder(path);
      };
      const files = { ...diskFiles, makeFolder };
      expect(takeStorageId(root, "ju", { files })).to.equal("ju4");
      await Promise.resolve();
    }),
  );
});

describe("writeExperiment", () => {
  it(
    "writes a run folder for each seed with four operations, and nothing else",
    withTempDirectory(async (root) => {
      const operations: string[] = [];
      const makeFolder = (path: string) => (operations.push("mkdir"), diskFiles.makeFolder(path));
      const write = (path: string, text: string) => {
        operations.push("write");
        diskFiles.write(path, text);
      };
      const files = { ...diskFiles, makeFolder, write };
      const config = { lr: 0.1, optimizer: { name: "sgd" }, algName: "mlp" };
      const folder = join(root, "experiment1");
      writeExperiment(folder, config, ["optimizer.name"], [1, 7], { files });
      expect(operations).to.have.length(1 + 2 * 4);
      expect(readdirSync(join(folder, "seed7")).sort()).to.deep.equal([
        "UNHATCHED",
        "config.json",
        "config_unique.json",
      ]);
      const read = (name: string) => readFileSync(join(folder, "seed7", name), "utf8");
      expect(JSON.parse(read("config.json"))).to.deep.equal({ ...config, seed: 7 });
      expect(read("config.json")).to.match(/^\{\n {2}"lr": 0.1,[^]*\n\}\n$/);
      expect(JSON.parse(read("config_unique.json"))).to.deep.equal({ "optimizer.name": "sgd" });
      expect(read("UNHATCHED")).to.equal("\n");
      await Promise.resolve();
    }),
  );
});

describe("publishFolder", () => {
  it(
    "never overwrites what is there",
    withTempDirectory(async (root) => {
      const [staged, target] = [
        folderWith(root, "staged", "mine"),
        folderWith(root, "target", "other"),
      ];
      expect(publishFolder(staged, target, host)).to.equal(false);
      expect(readFileSync(join(target, "file"), "utf8")).to.equal("other");
      expect(existsSync(staged)).to.equal(true);
      await Promise.resolve();
    }),
  );

  for (const code of ["ENOENT", "ESTALE", "EIO", "ENOTEMPTY"]) {
    it(
      `knows that it has happened when it is told ${code} afterwards`,
      withTempDirectory(async (root) => {
        const staged = folderWith(root, "staged", "mine");
        const rename = (from: string, to: string) => {
          diskFiles.rename(from, to);
          throw Object.assign(new Error(code), { code });
        };
        const files = { ...diskFiles, rename };
        expect(publishFolder(staged, join(root, "target"), { files })).to.equal(true);
        await Promise.resolve();
      }),
    );
  }

  it(
    "passes on a failure that happened, such as a folder that has gone",
    withTempDirectory(async (root) => {
      const staged = folderWith(root, "staged", "mine");
      const rename = () => {
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      };
      const fail = () =>
        publishFolder(staged, join(root, "target"), { files: { ...diskFiles, rename } });
      expect(fail).to.throw("EIO");
      const gone = () => publishFolder(join(root, "no", "staged"), join(root, "target"), host);
      expect(gone).to.throw("ENOENT");
      await Promise.resolve();
    }),
  );
});

describe("publishExperiment", () => {
  it(
    "takes the next free number, and looks at each that somebody else took",
    withTempDirectory(async (storage) => {
      folderWith(storage, "experiment3", "a");
      folderWith(storage, "experiment4", "b");
      const looked: number[] = [];
      const isSame = (experiment: number) => (looked.push(experiment), false);
      const staged = folderWith(storage, "staged", "mine");
      const published = publishExperiment(staged, storage, 3, isSame, host);
      expect(published).to.deep.equal({ experiment: 5, isNew: true });
      expect(looked).to.deep.equal([3, 4]);
      await Promise.resolve();
    }),
  );

  it(
    "does not add what somebody else has just added",
    withTempDirectory(async (storage) => {
      const staged = folderWith(storage, "staged", "mine");
      const rename = (from: string, to: string) => {
        if (to.endsWith("experiment1")) cpSync(from, to, { recursive: true });
        diskFiles.rename(from, to);
      };
      const isSame = (experiment: number) =>
        readFileSync(join(storage, `experiment${experiment}`, "file"), "utf8") === "mine";
      const files = { ...diskFiles, rename };
      const published = publishExperiment(staged, storage, 1, isSame, { files });
      expect(published).to.deep.equal({ experiment: 1, isNew: false });
      await Promise.resolve();
    }),
  );
});

function folderWith(parent: string, name: string, text: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "file"), text);
  return folder;
}
