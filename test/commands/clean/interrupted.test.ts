import { mkdirSync, readdirSync, renameSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { clean, type CleanOptions } from "../../../src/commands/clean.ts";
import type { CleanReport } from "../../../src/commands/clean/report.ts";
import type { Host } from "../../../src/host.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** Workers of another machine: only their lease says what they are. */
const STRANGERS = ["b", "c", "d"].map((digit) => `OPENED.far.12.${digit.repeat(32)}`);

describe("alclean, on runs of other machines,", () => {
  it(
    "resets those whose lease is over, all after one second look and one fence time",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, STRANGERS);
      for (const experiment of [1, 2, 3]) age(storage, experiment, 3600);
      const { report, seconds, notes } = await cleanIn(root);
      expect(report.reset.map(({ from }) => from)).to.deep.equal(STRANGERS);
      expect(seconds).to.equal(60);
      expect(notes.join()).to.include("3 runs give no sign of life; a second look in 30 s decides");
      expect(namesOf(storage, 1)).to.include.members(["UNHATCHED", "run.json"]);
    }),
  );

  it(
    "never touches one that beats, nor one that beats again before the second look",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, STRANGERS.slice(0, 2));
      age(storage, 2, 3600);
      const { report } = await cleanIn(root, {}, {}, () => {
        age(storage, 2, 0);
      });
      expect(report).to.deep.include({ reset: [], alive: 2 });
      expect(namesOf(storage, 2)).to.include(STRANGERS[1]);
    }),
  );

  it(
    "has no side effect with --dry_run",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, [...STRANGERS, "CRASH", "", "UNHATCHED"]);
      age(storage, 1, 3600);
      const before = treeText(root);
      const options = { dryRun: true, cleanCrashes: true, fresh: true, adopt: true };
      const { report } = await cleanIn(root, options);
      expect(report.reset.map(({ from }) => from)).to.deep.equal([STRANGERS[0], "CRASH"]);
      expect(report.adopted).to.have.length(1);
      expect(treeText(root)).to.deep.equal(before);
    }),
  );

  it(
    "stops when it is told to, and leaves nothing half done",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, STRANGERS);
      for (const experiment of [1, 2, 3]) age(storage, experiment, 3600);
      const stop = new AbortController();
      const { report } = await cleanIn(root, {}, { signal: stop.signal }, () => {
        stop.abort();
      });
      expect(report).to.deep.include({ reset: [], alive: 3 });
      expect(namesOf(storage, 3)).to.include(STRANGERS[2]);
    }),
  );

  it(
    "leaves a crash alone that another cleaner takes between two looks",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["CRASH"]);
      const run = join(storage, "experiment1/seed1");
      const others = `RESETTING.far.12.${"e".repeat(32)}`;
      const files = {
        ...diskFiles,
        modifiedMs: (path: string) => {
          if (path === join(run, "CRASH")) renameSync(path, join(run, others));
          return diskFiles.modifiedMs(path);
        },
      };
      const { report } = await cleanIn(root, { cleanCrashes: true }, { files });
      expect(report).to.deep.include({ reset: [], movedOn: [] });
      expect(namesOf(storage, 1)).to.include(others);
    }),
  );
});

async function storageWith(root: string, flags: readonly string[]): Promise<string> {
  const runs = flags.map((flag, index) => ({ experiment: index + 1, seed: 1, flag }));
  const storage = join(root, await writeSmallStorage(root, { id: "ab1", runs }));
  mkdirSync(join(storage, ".workers"));
  return storage;
}

/** Makes the flag of a run look as if it had been touched so long ago, s. */
function age(storage: string, experiment: number, seconds: number): void {
  const [flag = ""] = namesOf(storage, experiment).filter((name) => /^[A-Z]/.test(name));
  const then = Date.now() / 1000 - seconds;
  utimesSync(join(storage, `experiment${experiment}/seed1`, flag), then, then);
}

const namesOf = (storage: string, experiment: number) =>
  readdirSync(join(storage, `experiment${experiment}/seed1`));

/** @param onSleep - called when it starts to wait */
async function cleanIn(
  rootDir: string,
  options: Partial<CleanOptions> = {},
  {
    signal = new AbortController().signal,
    ...overrides
  }: Partial<Host> & { signal?: AbortSignal } = {},
  onSleep: () => void = () => undefined,
): Promise<{
  readonly report: CleanReport;
  readonly seconds: number;
  readonly notes: readonly string[];
}> {
  const clock = createVirtualClock();
  const notes: string[] = [];
  const sleep: typeof clock.sleep = (ms, until) => {
    onSleep();
    return clock.sleep(ms, until);
  };
  const { terminal } = testHost();
  const host = testHost({
    clock: { ...clock, sleep },
    terminal: { ...terminal, note: (line) => notes.push(line) },
    ...overrides,
  });
  const [storage = ""] = readdirSync(rootDir);
  const choice = { fromFile: undefined, storageNames: [storage], rootDir, skipMissing: false };
  const rest = { cleanCrashes: false, fresh: false, adopt: false, dryRun: false, yes: false };
  const work = clean.run({ ...choice, ...rest, ...options }, host, signal, signal);
  return { report: await clock.runWhile(work), seconds: clock.monotonicMs() / 1000, notes };
}
