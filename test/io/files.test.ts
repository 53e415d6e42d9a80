import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { errnoOf } from "../../src/errors.ts";
import { diskFiles as files } from "../../src/io/files.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

describe("diskFiles", () => {
  it(
    "says undefined for what is not there, also below a file",
    inFolder((at) => {
      writeFileSync(at("file"), "");
      for (const path of [at("gone"), at("file/below")]) {
        expect(files.list(path), path).to.equal(undefined);
        expect(files.read(path)).to.equal(undefined);
        expect(files.size(path)).to.equal(undefined);
        expect(files.readEnd(path, 10)).to.equal("");
        expect([...files.readChunks(path)]).to.deep.equal([]);
      }
      expect(codeOf(() => files.modifiedMs(at("gone")))).to.equal("ENOENT");
    }),
  );

  it(
    "throws every other failure with the system's code",
    inFolder((at) => {
      expect(codeOf(() => files.read(at("")))).to.equal("EISDIR");
      symlinkSync("loop", at("loop"));
      expect(codeOf(() => files.list(at("loop")))).to.equal("ELOOP");
    }),
  );

  it("names the file where there is no room left", () => {
    // A device that is always full.
    const full = "/dev/full";
    const line = files.openAppend(full);
    for (const write of [
      () => {
        files.write(full, "text");
      },
      () => {
        files.append(full, "text");
      },
      () => {
        line.write("text");
      },
    ]) {
      expect(write).to.throw(/^ENOSPC: no space left on device, write '\/dev\/full'$/);
    }
    line.close();
  });

  it("says why folders cannot be made", () => {
    expect(
      codeOf(() => {
        files.makeFolders("/proc/no/such/folder");
      }),
    ).to.equal("ENOENT");
    expect(
      codeOf(() => {
        files.makeFolders("/proc/version/folder");
      }),
    ).to.equal("ENOTDIR");
  });

  it(
    "touches a file without creating, emptying or growing it",
    inFolder((at) => {
      writeFileSync(at("flag"), "\nwhy it crashed");
      utimesSync(at("flag"), 1, 1);
      files.touch(at("flag"));
      expect(files.modifiedMs(at("flag"))).to.be.above(Date.now() - 60_000);
      expect(files.read(at("flag"))).to.equal("\nwhy it crashed");
      expect(
        codeOf(() => {
          files.touch(at("gone"));
        }),
      ).to.equal("ENOENT");
      expect(readdirSync(at(""))).to.deep.equal(["flag"]);
    }),
  );

  it(
    "fills a flag behind its one byte, and never creates it",
    inFolder((at) => {
      writeFileSync(at("flag"), "\nsomething much longer than that");
      files.fill(at("flag"), "short");
      expect(files.read(at("flag"))).to.equal("\nshort\n");
      expect(
        codeOf(() => {
          files.fill(at("gone"), "text");
        }),
      ).to.equal("ENOENT");
    }),
  );

  it(
    "replaces a file whole, and leaves no draft when it cannot",
    inFolder((at) => {
      writeFileSync(at("file"), "old");
      const before = openSync(at("file"), "r");
      files.replace(at("file"), "new");
      expect(readFileSync(before, "utf8")).to.equal("old");
      closeSync(before);
      expect(files.read(at("file"))).to.equal("new");
      mkdirSync(at("folder"));
      expect(
        codeOf(() => {
          files.replace(at("folder"), "text");
        }),
      ).to.equal("EISDIR");
      expect(readdirSync(at("")).sort()).to.deep.equal(["file", "folder"]);
    }),
  );

  it(
    "adds lines of several writers to one file",
    inFolder((at) => {
      const [one, other] = [files.openAppend(at("log")), files.openAppend(at("log"))];
      one.write("1\n");
      other.write("2\n");
      one.write("3\n");
      files.append(at("log"), "4\n");
      one.close();
      other.close();
      expect(files.read(at("log"))).to.equal("1\n2\n3\n4\n");
    }),
  );

  it(
    "reads the end of a file, and a long one in pieces",
    inFolder((at) => {
      const text = "0123456789".repeat(250_000);
      files.write(at("file"), text, { flush: true });
      expect(files.readEnd(at("file"), 3)).to.equal("789");
      expect(files.readEnd(at("file"), 1e9)).to.have.length(text.length);
      const chunks = [...files.readChunks(at("file"))];
      expect(chunks.length).to.be.above(1);
      expect(Buffer.concat(chunks).toString()).to.equal(text);
    }),
  );

  it(
    "makes folders, once, and removes whole ones",
    inFolder((at) => {
      expect(files.makeFolder(at("a"))).to.equal(true);
      expect(files.makeFolder(at("a"))).to.equal(false);
      expect(codeOf(() => files.makeFolder(at("b/c")))).to.equal("ENOENT");
      files.makeFolders(at("b/c/d"));
      expect(statSync(at("b/c/d")).isDirectory()).to.equal(true);
      files.remove(at("b"));
      files.remove(at("b"));
      expect(readdirSync(at(""))).to.deep.equal(["a"]);
    }),
  );
});

function inFolder(body: (at: (name: string) => string) => void): () => Promise<void> {
  return withTempDirectory((folder) => {
    body((name) => join(folder, name));
    return Promise.resolve();
  });
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}
