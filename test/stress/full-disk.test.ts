import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

import { expect } from "chai";

import { parseRunRecord } from "../../src/core/run-record.ts";
import { parseRecordFile } from "../../src/tree/attempts.ts";
import { runCommand, startCommand } from "../support/commands.ts";
import { withTempProcesses } from "../support/processes.ts";
import { flagsOf, LIST, prepareProject, until, writeSchedule } from "../support/small-project.ts";
import { canMount, mountSmallDisk, type SmallDisk } from "./storm/small-disk.ts";

const SCHEDULE = ["-f", "grid_schedule_small.json"];
const NO_ROOM = /The disk refused: ENOSPC: no space left on device, \w+ '[^\n]*\/storage\//;
const READ_ONLY = /The disk refused: EROFS: read-only file system, \w+ '[^\n]*\/storage\//;

const PROGRAM = `
export const getRunArgs = () => ({ x: 0 });
export async function main({ recorder }) {
  for (let step = 0; step < 10; step++) {
    recorder.record({ step });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
`;
const PROJECT = {
  files: { "main.js": PROGRAM },
  program: { module: "main.js" },
  values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

describe("alprep on a full disk", () => {
  onSmallDisk(
    "publishes nothing, says where there is no room, and succeeds later",
    async (folder, disk) => {
      await prepareProject(folder, PROJECT);
      writeSchedule(folder, { ...PROJECT, values: [11, 12, 13] });
      disk.fill();
      const { code, stderr } = await runCommand("alprep", SCHEDULE, folder);
      expect(stderr).to.match(NO_ROOM);
      expect(code).to.equal(2);
      disk.empty();
      expect(storagesOf(folder)).to.have.length(1);
      expect((await runCommand("alprep", SCHEDULE, folder)).code).to.equal(0);
      expect(storagesOf(folder)).to.have.length(2);
    },
  );
});

describe("allaunch on a full disk", () => {
  onSmallDisk("says where there is no room, and changes nothing", async (folder, disk) => {
    const storage = await prepareProject(folder, PROJECT);
    disk.fill();
    const { code, stderr } = await runCommand("allaunch", LIST, folder);
    expect(stderr).to.match(NO_ROOM);
    expect(code).to.equal(2);
    expect(new Set(Object.values(flagsOf(storage)))).to.deep.equal(new Set(["UNHATCHED"]));
  });

  onSmallDisk("goes on where it was when there is room again", async (folder, disk) => {
    const storage = await prepareProject(folder, PROJECT);
    for (const completed of [1, 4, 7]) {
      const launched = startCommand("allaunch", [...LIST, "-p", "2", "--heartbeat", "0.2"], folder);
      await until(() => countOf(storage, "COMPLETED") >= completed);
      disk.fill();
      await launched.ended;
      expectWholeRecords(storage);
      // Its program may have had something to write.
      await runCommand("alclean", [...LIST, "--clean_crashes"], folder);
      disk.empty();
      await runCommand("alclean", [...LIST, "--clean_crashes"], folder);
    }
    const { code, stderr } = await runCommand("allaunch", [...LIST, "-p", "2"], folder);
    expect(code, stderr).to.equal(0);
    expect(countOf(storage, "COMPLETED")).to.equal(10);
    expectWholeRecords(storage);
    const names = readdirSync(storage, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".tmp"))).to.deep.equal([]);
  });
});

describe("a root that cannot be written", () => {
  onSmallDisk(
    "is named by every command that would write, and can be read",
    async (folder, disk) => {
      await prepareProject(folder, PROJECT);
      disk.setReadOnly(true);
      writeSchedule(folder, { ...PROJECT, values: [11] });
      for (const [name, args] of [
        ["alprep", SCHEDULE],
        ["allaunch", LIST],
      ] as const) {
        const { code, stderr } = await runCommand(name, args, folder);
        expect(stderr, name).to.match(READ_ONLY);
        expect(code, name).to.equal(2);
      }
      const status = await runCommand("alstatus", LIST, folder);
      expect(status.code, status.stderr).to.equal(0);
      disk.setReadOnly(false);
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
    },
  );

  onSmallDisk("is named to a user who may not write there", async (folder) => {
    await prepareProject(folder, PROJECT);
    // A temporary folder is its maker's only.
    chmodSync(folder, 0o755);
    const command = [process.execPath, resolve("dist/bin/allaunch.js"), ...LIST];
    const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    const options = { cwd: folder, encoding: "utf8", env: { ...process.env, HOME: "/" } } as const;
    const { status, stderr } = spawnSync("setpriv", [...nobody, ...command], options);
    if (stderr.includes("Cannot find module")) {
      console.warn("      NOT TRIED: nobody else may read this checkout.");
      return;
    }
    expect(stderr).to.match(/The disk refused: EACCES: permission denied, \w+ '[^\n]*\/storage\//);
    expect(status).to.equal(2);
  });
});

/** A test with a small disk at `<folder>/storage`. */
function onSmallDisk(
  title: string,
  body: (folder: string, disk: SmallDisk) => Promise<void>,
): void {
  it(
    title,
    withTempProcesses(async (folder) => {
      if (!canMount()) {
        console.warn("      NOT TRIED: mounting a small disk takes root.");
        return;
      }
      const disk = mountSmallDisk(join(folder, "storage"), 2);
      try {
        await body(folder, disk);
      } finally {
        disk.unmount();
      }
    }),
  ).timeout(60_000);
}

/** Also what is hidden, but for the ids that are taken. */
const storagesOf = (folder: string) =>
  readdirSync(join(folder, "storage")).filter((name) => name !== ".ids");

const countOf = (storage: string, flag: string) =>
  Object.values(flagsOf(storage)).filter((one) => one === flag).length;

function expectWholeRecords(storage: string): void {
  const names = readdirSync(storage, { recursive: true, encoding: "utf8" });
  for (const name of names) {
    const file = name.split("/").at(-1) ?? "";
    if (parseRecordFile(file) === undefined) continue;
    const text = readFileSync(join(storage, name), "utf8");
    expect(parseRunRecord(text), `${name}: ${text}`).to.not.equal(undefined);
  }
}
