import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { WorkReport } from "../../../src/commands/work/orders.ts";
import type { Loss } from "../../../src/commands/work/pulse.ts";
import {
  describeTask,
  finishSearch,
  forgetSteps,
} from "../../../src/commands/work/settled-search.ts";
import type { SettledStep } from "../../../src/commands/work/settled-steps.ts";
import { TASKS } from "../../../src/core/task-state.ts";
import { UserError } from "../../../src/errors.ts";
import type { Host } from "../../../src/host.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const STRANGER = `SUMMARY_ONGOING.far.12.${"b".repeat(32)}`;

describe("finishSearch", () => {
  it(
    "does each step once when every run is settled, and again when runs have come since",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED", "CRASH"]);
      const one = stepThat();
      await finish(storage, one.step);
      await finish(storage, one.step);
      expect(one.calls).to.deep.equal([join(storage, "summary")]);
      expect(flagsIn(storage)).to.deep.equal(["SUMMARY_COMPLETED"]);
      addRun(storage, 3, "UNHATCHED");
      await finish(storage, one.step);
      expect(one.calls).to.have.lengthOf(1);
      renameSync(runFile(storage, 3, "UNHATCHED"), runFile(storage, 3, "COMPLETED"));
      await finish(storage, one.step);
      expect(one.calls).to.have.lengthOf(2);
    }),
  );

  it(
    "does it again for a run that was executed again",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["CRASH"]);
      const one = stepThat();
      await finish(storage, one.step);
      writeFileSync(runFile(storage, 1, "run.json"), "{}");
      writeFileSync(runFile(storage, 1, "run.2.json"), "{}");
      await finish(storage, one.step);
      expect(one.calls).to.have.lengthOf(2);
    }),
  );

  for (const flag of ["UNHATCHED", `OPENED.far.12.${"c".repeat(32)}`, ""]) {
    it(
      `does nothing as long as a run has the flag "${flag.split(".")[0] ?? ""}"`,
      withTempDirectory(async (root) => {
        const storage = await storageWith(root, ["COMPLETED", flag]);
        const one = stepThat();
        await finish(storage, one.step);
        expect(one.calls).to.deep.equal([]);
      }),
    );
  }

  it(
    "leaves the reason of a failure in its flag, and tries again on request only",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const one = stepThat(() => {
        throw new UserError("not-found", "No run recorded it.", "Record it.");
      });
      const [report] = await finish(storage, one.step);
      expect(flagsIn(storage)).to.deep.equal(["SUMMARY_FAILED"]);
      const words = readFileSync(join(storage, "summary", "SUMMARY_FAILED"), "utf8");
      expect(words).to.include("No run recorded it.\nRecord it.");
      expect(describeTask(taskReport(report), testHost({ workingFolder: root }))).to.match(
        /^no summary of ab1\S+: No run recorded it\. \(allaunch --redo_summary/,
      );
      await finish(storage, one.step);
      expect(one.calls).to.have.lengthOf(1);
      forgetSteps(storage, testHost());
      const other = stepThat();
      await finish(storage, other.step);
      expect(other.calls).to.have.lengthOf(1);
      expect(flagsIn(storage)).to.deep.equal(["SUMMARY_COMPLETED"]);
    }),
  );

  it(
    "lets one of several workers do it, and the others move on",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const one = stepThat(() => new Promise((resolve) => setTimeout(resolve, 20)));
      await Promise.all([1, 2, 3].map(() => finish(storage, one.step)));
      expect(one.calls).to.have.lengthOf(1);
    }),
  );

  it(
    "leaves what somebody is at alone, takes over what nobody has beaten for during a lease",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      mkdirSync(join(storage, "summary"));
      mkdirSync(join(storage, ".workers"));
      const flag = join(storage, "summary", STRANGER);
      writeFileSync(flag, "\n");
      const one = stepThat();
      await finish(storage, one.step);
      expect(one.calls).to.deep.equal([]);
      const longAgo = Date.now() / 1000 - 3600;
      utimesSync(flag, longAgo, longAgo);
      const clock = createVirtualClock();
      await clock.runWhile(finish(storage, one.step, { host: { clock } }));
      // The second look.
      expect(clock.monotonicMs()).to.equal(30_000);
      expect(one.calls).to.have.lengthOf(1);
      expect(flagsIn(storage)).to.deep.equal(["SUMMARY_COMPLETED"]);
    }),
  );

  it(
    "takes over at once from a worker of this machine that is gone",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const machine = { ...testHost().machine, pid: 4_000_000, processStart: () => "1" };
      const gone = createWorkerIdentity(15_000, testHost({ machine }));
      gone.introduce(storage);
      const { host, pid, token } = gone.nextOwner();
      mkdirSync(join(storage, "summary"));
      const flag = `SUMMARY_ONGOING.${host}.${pid}.${token}`;
      writeFileSync(join(storage, "summary", flag), "\n");
      const one = stepThat();
      const clock = createVirtualClock();
      await finish(storage, one.step, { host: { clock } });
      expect(one.calls).to.have.lengthOf(1);
    }),
  );

  it(
    "puts it back when the worker has to leave in the middle",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const stop = new AbortController();
      const one = stepThat(() => {
        stop.abort();
      });
      const reports = await finish(storage, one.step, { signal: stop.signal });
      expect(reports).to.deep.equal([]);
      expect(flagsIn(storage)).to.deep.equal(["SUMMARY_TODO"]);
    }),
  );

  it(
    "changes nothing any more when somebody has taken it over",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const one = stepThat(({ folder, lose }) => {
        const [own = ""] = flagsIn(storage);
        renameSync(join(folder, own), join(folder, STRANGER));
        lose("fenced");
      });
      const reports = await finish(storage, one.step, { lose: one });
      expect(reports).to.deep.equal([]);
      expect(flagsIn(storage)).to.deep.equal([STRANGER]);
      expect(readdirSync(join(storage, "summary"))).to.deep.equal([STRANGER]);
    }),
  );

  it(
    "goes on without what a read-only storage does not let it make",
    withTempDirectory(async (root) => {
      const storage = await storageWith(root, ["COMPLETED"]);
      const { files } = testHost();
      const refuse = () => {
        throw Object.assign(new Error("read-only"), { code: "EROFS" });
      };
      const one = stepThat();
      const host = { files: { ...files, makeFolder: refuse, write: refuse } };
      expect(await finish(storage, one.step, { host })).to.deep.equal([]);
      expect(one.calls).to.deep.equal([]);
    }),
  );
});

type Place = { readonly folder: string; readonly lose: (why: Loss) => void };

/** A step of a test, and the folders for which it was called. */
function stepThat(act: (place: Place) => unknown = () => undefined) {
  const calls: string[] = [];
  const lost: { lose: (why: Loss) => void } = { lose: () => undefined };
  const step: SettledStep = {
    task: TASKS.summary,
    name: "summary",
    applies: () => true,
    carryOut: async ({ folder }) => {
      calls.push(folder);
      await act({ folder, lose: lost.lose });
    },
  };
  return { step, calls, lost };
}

type FinishOptions = {
  readonly host?: Partial<Host>;
  readonly signal?: AbortSignal;
  readonly lose?: { readonly lost: { lose: (why: Loss) => void } };
};

async function finish(
  storage: string,
  step: SettledStep,
  { host: overrides = {}, signal = new AbortController().signal, lose }: FinishOptions = {},
): Promise<readonly WorkReport[]> {
  const host = testHost(overrides);
  const reports: WorkReport[] = [];
  const pulse = {
    hold: (_held: unknown, onLoss: (why: Loss) => void) => {
      if (lose) lose.lost.lose = onLoss;
    },
    letGo: () => undefined,
    stop: () => undefined,
  };
  const identity = createWorkerIdentity(15_000, testHost());
  const report = (one: WorkReport) => reports.push(one);
  await finishSearch(storage, [step], { identity, pulse, report, signal }, host);
  return reports;
}

function taskReport(report: WorkReport | undefined): Extract<WorkReport, { kind: "task" }> {
  if (report?.kind === "task") return report;
  throw new Error(`Expected the report of a task, got ${JSON.stringify(report)}`);
}

async function storageWith(root: string, flags: readonly string[]): Promise<string> {
  const runs = flags.map((flag, index) => ({ experiment: index + 1, seed: 1, flag }));
  return join(root, await writeSmallStorage(root, { id: "ab1", runs }));
}

const runFile = (storage: string, experiment: number, name: string) =>
  join(storage, `experiment${experiment}/seed1`, name);

function addRun(storage: string, experiment: number, flag: string): void {
  mkdirSync(runFile(storage, experiment, ""), { recursive: true });
  writeFileSync(runFile(storage, experiment, flag), "\n");
}

const flagsIn = (storage: string) =>
  readdirSync(join(storage, "summary")).filter((name) => name.startsWith("SUMMARY"));
