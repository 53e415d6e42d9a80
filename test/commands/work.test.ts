import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { work } from "../../src/commands/work.ts";
import type { WorkReport, WorkSettings } from "../../src/commands/work/orders.ts";
import { DEFAULT_RETRY } from "../../src/core/failure.ts";
import type { Host, SupervisedCommand, Supervisor } from "../../src/host.ts";
import { writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const HEARTBEAT_MS = 15_000;
const MINUTE_MS = 60_000;
/** Workers of another machine: only their lease says what they are. */
const STRANGERS = ["b", "c", "d"].map((digit) => `OPENED.far.12.${digit.repeat(32)}`);
const RESETTING = `RESETTING.far.12.${"e".repeat(32)}`;

describe("work", () => {
  it(
    "does what there is to do elsewhere before it waits for anybody's lease",
    withTempDirectory(async (root) => {
      const held = await storageWith(root, "ab1", [STRANGERS[0] ?? ""]);
      const pending = await storageWith(root, "ab2", ["UNHATCHED"]);
      silence(held, 1);
      const { executed, minutes } = await workOn([held, pending]);
      expect(executed).to.deep.equal(["ab2/1 at 0", "ab1/1 at 60"]);
      // The second look, and the time that the owner has to notice.
      expect(minutes).to.equal(1);
    }),
  );

  it(
    "takes over what several workers held side by side",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", STRANGERS);
      for (const experiment of [1, 2, 3]) silence(storage, experiment);
      const { executed, minutes, reports } = await workOn([storage]);
      expect(executed).to.have.length(3);
      expect(minutes).to.equal(1);
      expect(reports.filter(({ kind }) => kind === "ended")).to.deep.equal([
        ...[1, 2, 3].map((experiment) => ended(storage, experiment, "reset")),
        ...[1, 2, 3].map((experiment) => ended(storage, experiment, "completed")),
      ]);
    }),
  );

  it(
    "executes what waits before it looks whether those who hold something live",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", ["UNHATCHED", ...STRANGERS]);
      const { executed } = await workOn([storage]);
      expect(executed).to.deep.equal(["ab1/1 at 0"]);
    }),
  );

  it(
    "waits for runs that living workers may give back when it is told to stay",
    withTempDirectory(async (root) => {
      const [flag = ""] = STRANGERS;
      const storage = await storageWith(root, "ab1", [flag]);
      const { executed } = await workOn([storage], { stay: true }, (nowMs) => {
        if (nowMs === 2 * MINUTE_MS) moveFlag(storage, flag, "UNHATCHED");
      });
      expect(executed).to.deep.equal(["ab1/1 at 120"]);
    }),
  );

  it(
    "waits for what is being reset, which will be pending in a moment",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", [RESETTING]);
      const { executed } = await workOn([storage], {}, (nowMs) => {
        if (nowMs === 2 * HEARTBEAT_MS) moveFlag(storage, RESETTING, "UNHATCHED");
      });
      expect(executed).to.deep.equal(["ab1/1 at 30"]);
    }),
  );

  it(
    "gives up, and says so, where a run is listed as pending and cannot be claimed",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", [""]);
      symlinkSync("nowhere", join(storage, "experiment1/seed1/UNHATCHED"));
      const { minutes, reports } = await workOn([storage]);
      // Longer than a network file system may deny what it lists.
      expect(minutes).to.be.within(0.5, 3);
      expect(reports).to.have.length(1);
      expect(reports[0]).to.have.property("text").that.includes("cannot be claimed");
    }),
  );

  it(
    "claims no more than it may, and stops its supervisor",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", ["UNHATCHED", "UNHATCHED", "UNHATCHED"]);
      const { executed, closed } = await workOn([storage], { maxRuns: 2 });
      expect(executed).to.deep.equal(["ab1/1 at 0", "ab1/2 at 0"]);
      expect(closed).to.equal(true);
    }),
  );

  it(
    "claims nothing once it is told to stop",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", ["UNHATCHED"]);
      const { executed } = await workOn([storage], {}, undefined, AbortSignal.abort("SIGTERM"));
      expect(executed).to.deep.equal([]);
      expect(existsSync(join(storage, "experiment1/seed1/UNHATCHED"))).to.equal(true);
    }),
  );

  it(
    "writes what it does to the launch's log, and who it is beside",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", ["UNHATCHED"]);
      await workOn([storage]);
      const log = readFileSync(join(storage, "logs/launch_test.log"), "utf8");
      expect(log).to.match(/experiment1\/seed1 INFO claimed, attempt 1\n/);
      expect(log).to.match(/experiment1\/seed1 INFO completed after 0.0 s\n$/);
    }),
  );

  it(
    "says where the program or the project is missing",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, "ab1", ["UNHATCHED"]);
      const file = join(storage, "search.json");
      const facts = JSON.parse(readFileSync(file, "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...facts, program: { module: "gone.ts" } }));
      expect(await failureOf(workOn([storage]))).to.include(join(root, "gone.ts"));
      writeFileSync(file, JSON.stringify({ ...facts, project: "../gone" }));
      expect(await failureOf(workOn([storage]))).to.include(join(root, "gone"));
      rmSync(file);
      expect(await failureOf(workOn([storage]))).to.include("search.json");
    }),
  );
});

async function storageWith(root: string, id: string, flags: readonly string[]): Promise<string> {
  const runs = flags.map((flag, index) => ({ experiment: index + 1, seed: 1, flag }));
  const storage = join(root, await writeSmallStorage(root, { id, runs }));
  mkdirSync(join(storage, ".workers"));
  return storage;
}

/** Makes the holder of a run look as if it had given no sign of life for an hour. */
function silence(storage: string, experiment: number): void {
  const folder = join(storage, `experiment${experiment}/seed1`);
  const [flag = ""] = (testHost().files.list(folder) ?? []).filter((name) => name.startsWith("OP"));
  const longAgo = Date.now() / 1000 - 3600;
  utimesSync(join(folder, flag), longAgo, longAgo);
}

function moveFlag(storage: string, from: string, to: string): void {
  const folder = join(storage, "experiment1/seed1");
  if (existsSync(join(folder, from))) renameSync(join(folder, from), join(folder, to));
}

const ended = (storage: string, experiment: number, end: string) => ({
  kind: "ended",
  run: `${storage.split("/").at(-1) ?? ""}/experiment${experiment}/seed1`,
  end,
});

/** Works with programs that end at once. @param onSleep - called whenever somebody goes to sleep */
async function workOn(
  storages: readonly string[],
  overrides: Partial<WorkSettings> = {},
  onSleep: (nowMs: number) => void = () => undefined,
  stop: AbortSignal = new AbortController().signal,
) {
  const clock = createVirtualClock();
  const executed: string[] = [];
  const reports: WorkReport[] = [];
  let closed = false;
  const start = ({ environment }: SupervisedCommand) => {
    const [storage = "", experiment = ""] = (environment["HATCHERY_RUN_DIR"] ?? "")
      .split("/")
      .slice(-3);
    const run = `${storage.split("_")[0] ?? ""}/${experiment.replace("experiment", "")}`;
    executed.push(`${run} at ${clock.monotonicMs() / 1000}`);
    return {
      send: () => undefined,
      onMessage: () => undefined,
      kill: () => undefined,
      ended: Promise.resolve({ code: 0, signal: null, error: null, tail: "", silenced: false }),
    };
  };
  const supervisor: Supervisor = {
    start,
    beat: () => undefined,
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
  const host: Host = testHost({
    clock: {
      ...clock,
      sleep: (ms, signal) => {
        onSleep(clock.monotonicMs());
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
    storages: storages.map((path) => ({ path, repositories: [] })),
    launch: "test",
    logLevel: "info",
    maxRuns: null,
    heartbeatMs: HEARTBEAT_MS,
    graceMs: 1000,
    stopSignal: "SIGTERM",
    leadMs: 0,
    timeoutMs: null,
    retry: DEFAULT_RETRY,
    endsAtMs: null,
    stay: false,
    finishSearches: false,
    ...overrides,
  };
  const signals = { claiming: stop, gracefully: stop, atOnce: new AbortController().signal };
  await clock.runWhile(work(settings, host, signals, (report) => reports.push(report)));
  return { executed, reports, closed, minutes: clock.monotonicMs() / MINUTE_MS };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).to.have.property("name", "UserError");
  return String(error);
}
