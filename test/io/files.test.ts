import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { errnoOf, UserError } from "../../src/errors.ts";
import { MAX_FILE_BYTES } from "../../src/host.ts";
import { diskFiles as files } from "../../src/io/files.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

/** Prints what stands in the pipe that is named by the first argument. */
const READ_A_PIPE = `
import("${new URL("../../src/io/files.js", import.meta.url).href}").then(({ diskFiles }) =>
  console.log(JSON.stringify(diskFiles.read(process.argv[1], { orPipe: true }))),
)`;

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
    "says who owns a file, whether it can be written, and what room there is",
    inFolder((at) => {
      writeFileSync(at("file"), "");
      expect(files.ownerId(at("file"))).to.equal(process.getuid?.());
      expect(files.ownerId(at("gone"))).to.equal(undefined);
      expect(files.isWritable(at("file"))).to.equal(true);
      expect(files.isWritable(at("gone"))).to.equal(false);
      chmodSync(at("file"), 0o444);
      // The administrator may all the same.
      expect(files.isWritable(at("file"))).to.equal(process.getuid?.() === 0);
      const space = files.space(at(""));
      expect(space?.freeBytes).to.be.within(1, space?.totalBytes ?? 0);
      expect(files.space(at("gone"))).to.equal(undefined);
    }),
  );

  it(
    "throws every other failure with the system's code",
    inFolder((at) => {
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
    "reads nothing that is no regular file, and waits for nobody",
    inFolder((at) => {
      execFileSync("mkfifo", [at("pipe")]);
      symlinkSync("/dev/zero", at("endless"));
      for (const path of [at(""), at("pipe"), at("endless")]) {
        expect(codeOf(() => files.read(path))).to.equal("unreadable");
        expect(codeOf(() => [...files.readChunks(path)])).to.equal("unreadable");
      }
      expect(files.readEnd(at("pipe"), 10)).to.equal("");
    }),
  );

  it(
    "reads from a pipe where a person may name one, up to the limit",
    inFolder((at) => {
      const typed = execFileSync("bash", ["-c", 'node -e "$0" <(echo a; echo b)', READ_A_PIPE], {
        encoding: "utf8",
      });
      expect(typed).to.equal('"a\\nb\\n"\n');
      symlinkSync("/dev/zero", at("endless"));
      const read = () => files.read(at("endless"), { bytes: 1000, orPipe: true });
      expect(codeOf(read)).to.equal("unreadable");
    }),
  );

  it(
    "reads nothing of a file with more bytes than the limit",
    inFolder((at) => {
      writeFileSync(at("huge"), "");
      truncateSync(at("huge"), 3 * 2 ** 30);
      expect(() => files.read(at("huge"))).to.throw(UserError, /huge is larger than 16 MiB/);
      writeFileSync(at("ten"), "0123456789");
      expect(files.read(at("ten"), { bytes: 10 })).to.equal("0123456789");
      expect(codeOf(() => files.read(at("ten"), { bytes: 9 }))).to.equal("unreadable");
    }),
  );

  it("reads files whose size the system does not know", () => {
    expect(files.read("/proc/self/stat")).to.match(/^\d+ \(/);
  });

  it(
    "takes a path that no file can have as missing",
    inFolder((at) => {
      for (const name of ["a\0b", "x".repeat(300)]) {
        expect(files.read(at(name))).to.equal(undefined);
        expect(files.list(at(name))).to.equal(undefined);
        expect(files.size(at(name))).to.equal(undefined);
      }
    }),
  );

  it(
    "writes through no symbolic link",
    inFolder((at) => {
      writeFileSync(at("precious"), "precious");
      symlinkSync("precious", at("link"));
      const writers = [
        () => {
          files.touch(at("link"));
        },
        () => {
          files.fill(at("link"), "text");
        },
        () => files.openAppend(at("link")),
      ];
      for (const write of writers) expect(codeOf(write)).to.equal("ELOOP");
      files.replace(at("link"), "new");
      expect(files.read(at("precious"))).to.equal("precious");
    }),
  );

  it(
    "removes symbolic links, and nothing that they lead to",
    inFolder((at) => {
      mkdirSync(at("elsewhere"));
      writeFileSync(at("elsewhere/precious"), "precious");
      mkdirSync(at("desk"));
      symlinkSync("../elsewhere", at("desk/link"));
      symlinkSync("elsewhere", at("other"));
      expect([at("desk/link"), at("desk"), at("gone")].map(files.isLink)).to.deep.equal([
        true,
        false,
        false,
      ]);
      files.remove(at("desk"));
      files.remove(at("other"));
      expect(readdirSync(at(""))).to.deep.equal(["elsewhere"]);
      expect(files.read(at("elsewhere/precious"))).to.equal("precious");
    }),
  );

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
    "gives a text with the stamp that says whether the file still holds it",
    inFolder((at) => {
      files.write(at("file"), "é\n");
      const read = files.readStamped(at("file"));
      expect(read).to.deep.equal({ text: "é\n", stamp: files.stamp(at("file")) });
      files.replace(at("file"), "a\n\n");
      expect(files.stamp(at("file"))).to.not.deep.equal(read?.stamp);
      for (const gone of ["gone", "file/below", "a\0b"]) {
        expect(files.readStamped(at(gone)), gone).to.equal(undefined);
      }
      files.write(at("large"), "");
      truncateSync(at("large"), MAX_FILE_BYTES + 1);
      execFileSync("mkfifo", [at("pipe")]);
      for (const wrong of ["large", "pipe", ""]) {
        expect(() => files.readStamped(at(wrong)), wrong)
          .to.throw(UserError)
          .with.property("code", "unreadable");
      }
      expect(files.readStamped("/proc/self/stat")?.text).to.match(/^\d+ \(/);
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
