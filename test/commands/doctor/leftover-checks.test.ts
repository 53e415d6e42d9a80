import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { perform } from "../../../src/tree/steps.ts";
import { type WorkerRecord, writeWorkerRecord } from "../../../src/tree/worker-record.ts";
import {
  age,
  ageAll,
  examineIn,
  prepareHealthy,
  STRANGER,
  summaryOf,
  TOKEN,
} from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const RUN = "experiment1/seed1";
const WORKER = TOKEN.slice(0, 24);
const withStorage = (body: (project: string, storage: string) => Promise<void>) =>
  withTempDirectory(async (project) => body(project, await prepareHealthy(project)));

/** Leaves the record of a worker: of this machine, gone or living, or of another one. */
function introduce(storage: string, changes: Partial<WorkerRecord> = {}): void {
  const host = testHost();
  const { machineId, bootId, pidNamespace, userId, pid, hostName } = host.machine;
  const me = { hostName, machineId, bootId, pidNamespace, userId, pid, processStart: "before" };
  const rest = { scheduler: null, heartbeatMs: 15_000, startedAt: "2026-01-01T00:00:00.000Z" };
  perform(
    writeWorkerRecord(storage, { schemaVersion: 1, worker: WORKER, ...me, ...rest, ...changes }),
    host,
  );
}
/** This very process. */
const ALIVE = { processStart: testHost().machine.processStart(process.pid) ?? null };

describe("aldoctor, on what killed processes leave,", () => {
  for (const [where, parent] of [
    ["the root", (storage: string) => join(storage, "..")],
    ["a storage", (storage: string) => storage],
  ] as const) {
    it(
      `removes staging folders of dead and of forgotten alpreps in ${where}, of no living ones`,
      withStorage(async (project, storage) => {
        const at = (digit: string) => join(parent(storage), `.staging-${digit.repeat(32)}`);
        for (const digit of ["0", "1", "2", "3"]) {
          mkdirSync(join(at(digit), "storage0", "experiment1"), { recursive: true });
        }
        introduce(at("0"));
        introduce(at("1"), ALIVE);
        // Without a record of who builds: as it is told by what it changes.
        ageAll(25, at("2"));
        ageAll(25, at("3"));
        age(1, join(at("3"), "storage0"));
        const report = await examineIn(project, { fix: true });
        expect(report.findings.map(({ check, place, fate }) => [check, place, fate])).to.deep.equal(
          [
            ["left-staging", at("0"), "mended"],
            ["left-staging", at("2"), "mended"],
          ],
        );
        expect(["0", "1", "2", "3"].filter((digit) => existsSync(at(digit)))).to.deep.equal([
          "1",
          "3",
        ]);
      }),
    );
  }

  it(
    "removes drafts that have been still for long, but no program's own files",
    withStorage(async (project, storage) => {
      const drafts = [
        "search.json.0123456789ab.tmp",
        `${RUN}/run.${TOKEN}.json.tmp`,
        `.workers/${WORKER}.probe`,
      ].map((name) => join(storage, name));
      mkdirSync(join(storage, ".workers"));
      for (const path of drafts) writeFileSync(path, "");
      writeFileSync(join(storage, RUN, "checkpoint.tmp"), "");
      expect(summaryOf(await examineIn(project))).to.deep.equal([]);
      age(25, ...drafts, join(storage, RUN, "checkpoint.tmp"));
      const { findings } = await examineIn(project, { fix: true });
      expect(findings.map(({ check }) => check)).to.deep.equal([
        "left-draft",
        "left-draft",
        "left-draft",
      ]);
      expect(drafts.filter((path) => existsSync(path))).to.deep.equal([]);
      expect(readdirSync(join(storage, RUN))).to.include("checkpoint.tmp");
    }),
  );

  it(
    "leaves the draft of whoever holds the run",
    withStorage(async (project, storage) => {
      const run = join(storage, RUN);
      renameSync(join(run, "UNHATCHED"), join(run, STRANGER));
      introduce(storage, { worker: "b".repeat(24), machineId: "far" });
      writeFileSync(join(run, `run.${"b".repeat(32)}.json.tmp`), "");
      age(25, join(run, `run.${"b".repeat(32)}.json.tmp`));
      expect(summaryOf(await examineIn(project))).to.deep.equal([]);
    }),
  );

  it(
    "removes the desk of a cleaner whose flag is gone",
    withStorage(async (project, storage) => {
      const desk = join(storage, RUN, `.reset.${TOKEN}`);
      const plan = { records: [], remove: [], fenceMs: 0, voids: null, formers: [] };
      mkdirSync(desk);
      writeFileSync(join(desk, "plan.json"), JSON.stringify({ flag: STRANGER, ...plan }));
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`left-desk ${RUN}/.reset.${TOKEN}`]);
      expect(existsSync(desk)).to.equal(false);
    }),
  );

  it(
    "keeps the desk of a cleaner that is at work, or may still be",
    withStorage(async (project, storage) => {
      const plan = { records: [], remove: [], fenceMs: 0, voids: null, formers: [] };
      const put = (run: string, flag: string, planned: string) => {
        renameSync(join(storage, run, "UNHATCHED"), join(storage, run, flag));
        mkdirSync(join(storage, run, `.reset.${TOKEN}`));
        const text = JSON.stringify({ flag: planned, ...plan });
        writeFileSync(join(storage, run, `.reset.${TOKEN}`, "plan.json"), text);
      };
      introduce(storage, { machineId: "far" });
      put(RUN, `RESETTING.far.12.${TOKEN}`, STRANGER);
      introduce(storage, { worker: "b".repeat(24), machineId: "far" });
      put("experiment2/seed1", STRANGER, STRANGER);
      put("experiment3/seed1", "CRASH", "CRASH");
      const desks = (await examineIn(project)).findings.filter(
        ({ check }) => check === "left-desk",
      );
      expect(desks).to.deep.equal([]);
    }),
  );

  it(
    "removes old records of workers that are dead and hold nothing, and no others",
    withStorage(async (project, storage) => {
      const held = join(storage, RUN);
      renameSync(join(held, "UNHATCHED"), join(held, STRANGER));
      introduce(storage);
      introduce(storage, { worker: "d".repeat(24), ...ALIVE });
      introduce(storage, { worker: "e".repeat(24), machineId: "far" });
      introduce(storage, { worker: "b".repeat(24) });
      expect((await examineIn(project)).findings.map(({ check }) => check)).to.deep.equal([
        "stale-claim",
      ]);
      ageAll(25, join(storage, ".workers"));
      introduce(storage, { worker: "f".repeat(24) });
      const { findings } = await examineIn(project, { fix: true });
      const [left] = findings.filter(({ check }) => check === "left-worker-records");
      expect(left).to.include({ severity: "note", fate: "mended" });
      const names = readdirSync(join(storage, ".workers")).filter((name) =>
        /^([a-f])\1+\./.test(name),
      );
      expect(names).to.deep.equal(["b", "d", "e", "f"].map((digit) => `${digit.repeat(24)}.json`));
    }),
  );

  it(
    "says that nobody knows an owner without a record",
    withStorage(async (project, storage) => {
      const run = join(storage, RUN);
      renameSync(join(run, "UNHATCHED"), join(run, STRANGER));
      const report = await examineIn(project);
      expect(summaryOf(report)).to.deep.equal([`owner-unknown ${RUN}/${STRANGER}`]);
      writeFileSync(join(storage, ".workers", `${"b".repeat(24)}.json`), '{"schemaVersion":');
      const { findings } = await examineIn(project);
      expect(findings[0]?.problem).to.include("cannot be read");
      introduce(storage, { worker: "b".repeat(24), machineId: "far" });
      expect(summaryOf(await examineIn(project))).to.deep.equal([]);
    }),
  );
});
