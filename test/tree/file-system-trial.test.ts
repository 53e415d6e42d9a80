import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { tryFileSystem } from "../../src/tree/file-system-trial.ts";
import { type Operation, type Outcome, performWaiting } from "../../src/tree/steps.ts";
import { createMemoryDisk, type MemoryDisk } from "../support/memory-disk.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const FOLDER = "/trial";
const DONE: Outcome = { ok: true, value: undefined };

/** What the trial says about a file system that does some operations in its own way. */
function tryOn(wayOf: (operation: Operation, disk: MemoryDisk) => Outcome | undefined) {
  const disk = createMemoryDisk({ [`${FOLDER}/x`]: "" });
  const steps = tryFileSystem(FOLDER);
  let next = steps.next();
  while (next.done !== true) {
    const operation = next.value;
    if (operation.kind === "wait") disk.pass(operation.ms);
    const own = operation.kind === "wait" ? DONE : wayOf(operation, disk);
    next = steps.next(own ?? disk.perform(operation));
  }
  return next.value.map(({ problem }) => problem);
}

describe("tryFileSystem", () => {
  it(
    "has nothing to say about a disk",
    withTempDirectory(async (root) => {
      mkdirSync(join(root, "trial"));
      expect(await performWaiting(tryFileSystem(join(root, "trial")), testHost())).to.deep.equal(
        [],
      );
    }),
  );

  it("has nothing to say about one that keeps what the protocol needs", () => {
    expect(tryOn(() => undefined)).to.deep.equal([]);
  });

  it("finds renames that leave the old name, or fail", () => {
    const copying = tryOn((operation, disk) => {
      if (operation.kind !== "rename" || operation.from.endsWith("other")) return undefined;
      return disk.perform({ kind: "write", path: operation.to, text: "\n" });
    });
    expect(copying.join()).to.include("does not have its new name alone: ");
    const refusing = tryOn((operation) =>
      operation.kind === "rename" && operation.from.endsWith("UNHATCHED")
        ? { ok: false, code: "EXDEV", error: new Error() }
        : undefined,
    );
    expect(refusing.join()).to.include("(EXDEV)");
  });

  it("finds renames that set the time", () => {
    const [said] = tryOn((operation, disk) => {
      if (operation.kind !== "rename" || operation.from.endsWith("other")) return undefined;
      const outcome = disk.perform(operation);
      disk.pass(1000);
      disk.perform({ kind: "touch", path: operation.to });
      return outcome;
    });
    expect(said).to.equal("a rename changes a file's modification time");
  });

  it("finds folders that two can make, or that one can overwrite", () => {
    const twice = tryOn((operation) =>
      operation.kind === "makeFolder" ? { ok: true, value: true } : undefined,
    );
    expect(twice).to.deep.equal(["a folder can be made twice"]);
    const overwriting = tryOn((operation, disk) => {
      if (operation.kind !== "rename" || !operation.from.endsWith("other")) return undefined;
      disk.perform({ kind: "remove", path: operation.to });
      return disk.perform(operation);
    });
    expect(overwriting.join()).to.include("onto another one that is not empty");
  });

  it("finds times that stay when a file is written to, and waits for coarse ones", () => {
    const still = tryOn((operation) => (operation.kind === "touch" ? DONE : undefined));
    expect(still.join()).to.include("stays when it is written to");
    const coarse = tryOn((operation, disk) => {
      if (operation.kind !== "modified") return undefined;
      const outcome = disk.perform(operation);
      const ms = outcome.ok ? Number(outcome.value) : 0;
      return { ok: true, value: ms - (ms % 2000) };
    });
    expect(coarse).to.deep.equal([]);
  });
});
