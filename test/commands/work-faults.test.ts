import { mkdirSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { work } from "../../src/commands/work.ts";
import type { WorkReport, WorkSettings } from "../../src/commands/work/orders.ts";
import { DEFAULT_RETRY } from "../../src/core/failure.ts";
import { parseRunRecord } from "../../src/core/run-record.ts";
import { flagsAmong } from "../../src/core/run-state.ts";
import { errnoOf, UserError } from "../../src/errors.ts";
import type { Files, Host, Supervisor } from "../../src/host.ts";
import { parseRecordFile } from "../../src/tree/attempts.ts";
import { REFUSALS } from "../support/interleave.ts";
import { SystemError } from "../support/memory-disk.ts";
import { writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const HOUR_MS = 3_600_000;
/** More operations than a worker needs for two runs. */
const OPERATIONS = 90;
const STRANGER = `OPENED.far.12.${"b".repeat(32)}`;

/** What goes wrong, once or from then on. `lost`: it happens, and an error is reported all the same. */
type Trouble = {
  readonly at: number;
  readonly times: number;
  readonly kind: "refused" | "lost";
  readonly code: string;
};

describe("work on a disk that fails", function () {
  // Hundreds of searches, on machines that may be busy.
  this.timeout(120_000);

  it("loses no run, and leaves only what its lease gives back, whatever fails and whenever", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          at: fc.nat(OPERATIONS),
          times: fc.constantFrom(1, 1, 2, 4, 500),
          kind: fc.constantFrom("refused" as const, "lost" as const),
          code: fc.constantFrom(...REFUSALS),
        }),
        (trouble) =>
          withTempDirectory(async (root) => {
            const storage = await storageWith(root, ["UNHATCHED", "UNHATCHED"]);
            const first = await workOn(storage, failing(trouble));
            // Ended, if at all, by what the disk said, which the user is told.
            if (first.error !== undefined) expect(isOfTheDisk(first.error)).to.equal(true);
            for (const held of heldRuns(storage)) expire(held);
            const second = await workOn(storage, diskFiles);
            expect(second.error).to.equal(undefined);
            for (const run of runsOf(storage)) {
              const names = readdirSync(run);
              expect(flagsAmong(names)).to.deep.equal(["COMPLETED"]);
              // Where publishing failed it has its token; readers know.
              const records = names.filter((name) => parseRecordFile(name) !== undefined);
              const outcomes = records.map(
                (name) => parseRunRecord(readFileSync(join(run, name), "utf8"))?.outcome,
              );
              expect(outcomes.filter((outcome) => outcome === "completed").length).to.be.within(
                1,
                2,
              );
            }
          })(),
      ),
      { numRuns: 150 },
    ));

  for (const hours of [-1, 1]) {
    it(
      `expires nobody who beats, and whoever is silent, with clocks ${hours} hours off`,
      withTempDirectory(async (root) => {
        const storage = await storageWith(root, [STRANGER, STRANGER]);
        const [alive = "", silent = ""] = runsOf(storage).map((run) => join(run, STRANGER));
        expire(silent);
        const skewed = {
          ...diskFiles,
          modifiedMs: (path: string) => diskFiles.modifiedMs(path) + hours * HOUR_MS,
        };
        const clock = { now: () => Date.now() - hours * HOUR_MS };
        const { error } = await workOn(storage, skewed, clock, () => {
          const now = Date.now() / 1000;
          utimesSync(alive, now, now);
        });
        expect(error).to.equal(undefined);
        const flags = runsOf(storage).map((run) => flagsAmong(readdirSync(run)));
        expect(flags).to.deep.equal([[STRANGER], ["COMPLETED"]]);
      }),
    );
  }
});

async function storageWith(root: string, flags: readonly string[]): Promise<string> {
  const runs = flags.map((flag, index) => ({ experiment: index + 1, seed: 1, flag }));
  const storage = join(root, await writeSmallStorage(root, { id: "ab1", runs }));
  mkdirSync(join(storage, ".workers"));
  return storage;
}

const runsOf = (storage: string) => [1, 2].map((one) => join(storage, `experiment${one}/seed1`));

const heldRuns = (storage: string) =>
  runsOf(storage).flatMap((run) =>
    flagsAmong(readdirSync(run))
      .filter((flag) => /^(OPENED|RESETTING)\./.test(flag))
      .map((flag) => join(run, flag)),
  );

/** As if its holder had given no sign of life for an hour. */
function expire(flag: string): void {
  const longAgo = (Date.now() - HOUR_MS) / 1000;
  utimesSync(flag, longAgo, longAgo);
}

function isOfTheDisk(error: unknown): boolean {
  return errnoOf(error) !== undefined || error instanceof UserError;
}

/** The real disk, below a run folder, with some trouble from the `at`-th operation on. */
function failing({ at, times, kind, code }: Trouble): Files {
  let count = 0;
  const hit = <Arguments extends readonly [string, ...unknown[]], Result>(
    operation: (...given: Arguments) => Result,
  ) => {
    return (...given: Arguments): Result => {
      const isHit = given[0].includes("/seed1") && count >= at && count < at + times;
      if (given[0].includes("/seed1")) count += 1;
      if (isHit && kind === "refused") throw new SystemError(code, given[0]);
      const result = operation(...given);
      if (isHit) throw new SystemError(code, given[0]);
      return result;
    };
  };
  return {
    ...diskFiles,
    list: hit(diskFiles.list),
    read: hit(diskFiles.read),
    write: hit(diskFiles.write),
    touch: hit(diskFiles.touch),
    fill: hit(diskFiles.fill),
    modifiedMs: hit(diskFiles.modifiedMs),
    rename: hit(diskFiles.rename),
    makeFolder: hit(diskFiles.makeFolder),
    remove: hit(diskFiles.remove),
    append: hit(diskFiles.append),
  };
}

/** One worker, whose programs do nothing. @returns what it was ended by, if anything */
async function workOn(
  storage: string,
  files: Files,
  clocks: Partial<Host["clock"]> = {},
  onSleep: () => void = () => undefined,
): Promise<{ readonly error: unknown; readonly reports: readonly WorkReport[] }> {
  const clock = createVirtualClock();
  const reports: WorkReport[] = [];
  const start = () => ({
    send: () => undefined,
    onMessage: () => undefined,
    kill: () => undefined,
    ended: Promise.resolve({ code: 0, signal: null, error: null, tail: "", silenced: false }),
  });
  const supervisor: Supervisor = {
    start,
    beat: () => undefined,
    close: () => Promise.resolve(),
  };
  const host: Host = testHost({
    files,
    clock: {
      ...clock,
      ...clocks,
      sleep: (ms, signal) => {
        onSleep();
        return clock.sleep(ms, signal);
      },
    },
    processes: {
      startWorker: () => expect.fail("started"),
      startSupervisor: () => supervisor,
      run: () => expect.fail("run"),
    },
  });
  const settings: WorkSettings = {
    storages: [{ path: storage, repositories: [] }],
    launch: "test",
    logLevel: "info",
    maxRuns: null,
    heartbeatMs: 15_000,
    graceMs: 1000,
    stopSignal: "SIGTERM",
    leadMs: 0,
    timeoutMs: null,
    retry: DEFAULT_RETRY,
    endsAtMs: null,
    stay: false,
    finishSearches: false,
  };
  const never = new AbortController().signal;
  const signals = { claiming: never, gracefully: never, atOnce: never };
  const done = work(settings, host, signals, (report) => reports.push(report));
  const error: unknown = await clock.runWhile(
    done.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  return { error, reports };
}
