import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  chooseStorages,
  selectStorages,
  type StorageFlags,
} from "../../src/commands/storage-selection.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const FLAGS: StorageFlags = {
  fromFile: undefined,
  storageNames: [],
  rootDir: "storage",
  skipMissing: false,
};

describe("selectStorages", () => {
  it(
    "reads lists with comments, blank lines, any line ends and a byte order mark",
    withTempDirectory(async (folder) => {
      const text = "\uFEFF# all\r\n\r\nab1\r\n  ab2  # the second\n\tab3\n#ab4\nab1";
      expect(await select(folder, text)).to.deep.equal(["ab1", "ab2", "ab3"]);
    }),
  );

  it(
    "adds the names on the command line, each once",
    withTempDirectory(async (folder) => {
      const found = await select(folder, "ab2\n", { storageNames: ["ab1", "ab2", "ab1"] });
      expect(found).to.deep.equal(["ab2", "ab1"]);
    }),
  );

  it(
    "refuses names that are paths, also when missing ones are to be skipped",
    withTempDirectory(async (folder) => {
      for (const bad of ["../ab1", "ab1/../ab2", "/etc", "a/b", "..", ".", "a\\b", "a\0b"]) {
        const error = await failureOf(select(folder, `${bad}\n`, { skipMissing: true }));
        expect(error, bad).to.include({ name: "UserError", code: "usage" });
        expect(error).to.have.property("message").that.includes(JSON.stringify(bad));
      }
    }),
  );

  it(
    "says which storage is missing, or skips it and says so",
    withTempDirectory(async (folder) => {
      const text = "ab1\nab9\nab2\n";
      expect(await failureOf(select(folder, text))).to.include({ code: "not-found" });
      const notes: string[] = [];
      const found = await select(folder, text, { skipMissing: true }, notes);
      expect(found).to.deep.equal(["ab1", "ab2"]);
      expect(notes.join()).to.include('"ab9"');
    }),
  );

  it(
    "says that a list is missing or names nothing, or that nothing was named",
    withTempDirectory(async (folder) => {
      expect(await failureOf(select(folder, "# none\n\n"))).to.include({ code: "usage" });
      expect(await failureOf(select(folder, undefined))).to.include({ code: "usage" });
      const missing = select(folder, undefined, { fromFile: "gone.txt" });
      expect(await failureOf(missing)).to.include({ code: "not-found" });
    }),
  );

  it(
    "names the selection after its list, or its first storage",
    withTempDirectory(async (folder) => {
      const host = testHost({ workingFolder: folder });
      mkdirSync(join(folder, "storage/ab1"), { recursive: true });
      mkdirSync(join(folder, "storage/ab2"));
      writeFileSync(join(folder, "list_searches_digits.txt"), "ab1\n");
      const nameOf = (flags: Partial<StorageFlags>) =>
        selectStorages({ ...FLAGS, ...flags }, host).name;
      expect(nameOf({ fromFile: "list_searches_digits.txt" })).to.equal("digits");
      expect(nameOf({ storageNames: ["ab1"] })).to.equal("ab1");
      expect(nameOf({ storageNames: ["ab1", "ab2"] })).to.equal("ab1_and_1_more");
      return Promise.resolve();
    }),
  );
});

describe("chooseStorages", () => {
  it(
    "looks in the storages of the project that the list is in, or in the flag's",
    withTempDirectory(async (folder) => {
      const project = join(folder, "project");
      for (const root of ["project/storage", "flag"]) {
        mkdirSync(join(folder, root, "ab1"), { recursive: true });
      }
      mkdirSync(join(project, "schedules"));
      writeFileSync(join(project, "package.json"), "{}");
      writeFileSync(join(project, "schedules/list.txt"), "ab1\n");
      const rootOf = async (rootDir: string | undefined) => {
        const host = testHost({ workingFolder: folder });
        const choice = { ...FLAGS, rootDir, fromFile: "project/schedules/list.txt" };
        return (await chooseStorages(choice, host)).root;
      };
      expect(await rootOf(undefined)).to.equal(join(project, "storage"));
      expect(await rootOf("flag")).to.equal(join(folder, "flag"));
    }),
  );
});

/** The names found below a root that holds ab1, ab2 and ab3. @param list - text of the list file */
async function select(
  folder: string,
  list: string | undefined,
  flags: Partial<StorageFlags> = {},
  notes: string[] = [],
): Promise<readonly string[]> {
  for (const name of ["ab1", "ab2", "ab3"]) {
    mkdirSync(join(folder, "storage", name), { recursive: true });
  }
  if (list !== undefined) writeFileSync(join(folder, "list.txt"), list);
  const { terminal } = testHost();
  const host = testHost({
    workingFolder: folder,
    terminal: { ...terminal, note: (line) => notes.push(line) },
  });
  const fromFile = list === undefined ? undefined : "list.txt";
  const { storages } = await Promise.resolve(
    selectStorages({ ...FLAGS, fromFile, ...flags }, host),
  );
  return storages.map((path) => path.split("/").at(-1) ?? "");
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
