import { expect } from "chai";

import { fileSystemDoubt, shortages, type Space } from "../../src/core/file-system-kinds.ts";

const MB = 1e6;
const AMPLE: Space = {
  freeBytes: 50_000 * MB,
  totalBytes: 100_000 * MB,
  freeFiles: 1e6,
  totalFiles: 2e6,
  type: 0xef53,
};
const levels = (space: Partial<Space>) =>
  shortages({ ...AMPLE, ...space }).map(({ level }) => level);

describe("fileSystemDoubt", () => {
  it("knows kinds that may not keep what the protocol needs, with a sign or without", () => {
    expect(fileSystemDoubt(0x01021997)?.name).to.equal("9p");
    expect(fileSystemDoubt(0x65735546)?.name).to.include("sshfs");
    expect(fileSystemDoubt(0xff534d42)?.name).to.equal("cifs");
    expect(fileSystemDoubt(0xff534d42 | 0)?.name).to.equal("cifs");
  });

  it("has none about local disks, NFS and Lustre", () => {
    for (const type of [0xef53, 0x6969, 0x0bd00bd0, 0x01021994, 0]) {
      expect(fileSystemDoubt(type)).to.equal(undefined);
    }
  });
});

describe("shortages", () => {
  it("says nothing where there is room, or where nothing is counted", () => {
    expect(levels({})).to.deep.equal([]);
    expect(levels({ freeFiles: 0, totalFiles: 0 })).to.deep.equal([]);
  });

  it("finds less than 100 MB or 1000 files scarce, however large a share that is", () => {
    expect(levels({ freeBytes: 99 * MB, totalBytes: 100 * MB })).to.deep.equal(["scarce"]);
    expect(levels({ freeFiles: 999, totalFiles: 1000 })).to.deep.equal(["scarce"]);
    expect(levels({ freeBytes: 0, freeFiles: 0 })).to.deep.equal(["scarce", "scarce"]);
  });

  it("finds less than 5 % scarce, but worth a note only where that is a lot", () => {
    expect(levels({ freeBytes: 4_900 * MB })).to.deep.equal(["scarce"]);
    expect(levels({ freeBytes: 5_000 * MB })).to.deep.equal([]);
    expect(levels({ freeBytes: 490_000 * MB, totalBytes: 1e7 * MB })).to.deep.equal(["low"]);
    expect(levels({ freeFiles: 4e6, totalFiles: 1e8 })).to.deep.equal(["low"]);
  });

  it("says how much there is", () => {
    const [shortage] = shortages({ ...AMPLE, freeBytes: 4_000 * MB });
    expect(shortage?.text).to.equal("4000 MB free (4.0 %)");
  });
});
