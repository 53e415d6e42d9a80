import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { explainRun } from "../../../src/commands/status/explain.ts";
import { renderExplanation } from "../../../src/commands/status/explanation-text.ts";
import type { Cause, RunOutcome } from "../../../src/core/run-record.ts";
import type { SearchFacts } from "../../../src/core/search/search-facts.ts";
import type { Host } from "../../../src/host.ts";
import { parseRunPath } from "../../../src/tree/paths.ts";
import { writeSearchFacts } from "../../../src/tree/search-file.ts";
import { perform } from "../../../src/tree/steps.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { writeWorkerRecord } from "../../../src/tree/worker-record.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const never = new AbortController().signal;
const WORKER = "a".repeat(24);
const HEARTBEAT_MS = 100;
const FACTS: SearchFacts = {
  schemaVersion: 1,
  name: { id: "a1", codeVersion: "nogit", algName: "m", taskName: "d", kind: "grid", desc: "a" },
  program: { command: ["true"] },
  metric: null,
  project: "..",
  repositories: [],
  samplerSeed: null,
  seeds: [1],
  defaults: {},
  schedule: "a.yaml",
  createdAt: "2026-01-01T00:00:00.000Z",
};

describe("explainRun", () => {
  const STATES: readonly (readonly [string, readonly string[], RegExp, string])[] = [
    ["pending", ["UNHATCHED"], /waits for a worker/, "allaunch -s st"],
    ["completed", ["COMPLETED"], /nothing will run it again/, ""],
    ["crashed", ["CRASH"], /is not run again unless/, "alclean -s st --clean_crashes"],
    ["none", [], /adopted once/, "alclean -s st --adopt"],
    ["none", [".adopted"], /not adopted twice/, "touch st/experiment1/seed1/UNHATCHED"],
    [
      "conflict",
      ["UNHATCHED", "CRASH"],
      /has 2 flags .* never run/,
      "rm st/experiment1/seed1/CRASH",
    ],
    ["running", ["OPENED"], /is being executed/, "alstatus --log st/experiment1/seed1 --follow"],
  ];
  for (const [state, names, meaning, command] of STATES) {
    it(
      `says what ${names.join(" and ") || "no flag"} means, and what can be done`,
      withTempDirectory(async (root) => {
        const { explanation, text } = await explain(root, names);
        expect(explanation.state).to.equal(state);
        expect(explanation.meaning).to.match(meaning);
        const commands = explanation.actions.map((action) => action.command);
        if (command === "") expect(commands).to.deep.equal([]);
        else expect(commands).to.include(command);
        expect(text).to.include(explanation.meaning);
      }),
    );
  }

  it(
    "says the file of the machine from which values were taken, as far as search.json is sound",
    withTempDirectory(async (root) => {
      const { explanation, text } = await explain(root, ["UNHATCHED"]);
      expect(explanation.machineFiles).to.deep.equal([]);
      expect(text).to.not.include("machine");
      const facts = { ...FACTS, machineFiles: ["hatchery.machine.yaml"] };
      writeSearchFacts(join(root, "st"), facts, testHost());
      const prepared = await explain(root);
      expect(prepared.explanation.machineFiles).to.deep.equal(["hatchery.machine.yaml"]);
      expect(prepared.text).to.include(
        "prepared  with values of hatchery.machine.yaml, the file of the machine",
      );
      writeFileSync(join(root, "st/search.json"), "{");
      expect((await explain(root)).explanation.machineFiles).to.deep.equal([]);
    }),
  );

  it(
    "tells the attempts with outcome, cause, host and duration",
    withTempDirectory(async (root) => {
      const folder = makeRun(root, ["CRASH", "logger.out", "logger.2.out"]);
      const lost: Cause = { kind: "lost", by: "node-2.3." + "b".repeat(32) };
      const exit: Cause = { kind: "exit", code: 3, output: "hello\nValueError: bad\n" };
      writeRecord(folder, "run.json", 1, "voided", lost, null);
      writeRecord(folder, "run.2.json", 2, "crashed", exit, 61);
      const { explanation, text } = await explain(root);
      expect(explanation.log).to.equal(join(folder, "logger.2.out"));
      expect(explanation.attempts).to.have.length(2);
      expect(explanation.attempts[1]).to.include({
        outcome: "crashed",
        host: "node-1",
        seconds: 61,
      });
      expect(explanation.attempts[1]?.cause).to.include("ValueError: bad");
      expect(text).to.match(/1 {2}voided, on node-1.*\n.*given up as dead/);
      expect(text).to.match(/2 {2}crashed, .*for 1 min 1 s, logger.2.out/);
    }),
  );

  it(
    "prefers the flag that the last record speaks for, where there are several or none",
    withTempDirectory(async (root) => {
      const folder = makeRun(root, ["UNHATCHED", "COMPLETED"]);
      writeRecord(folder, "run.json", 1, "completed", { kind: "done" }, 1);
      const conflict = await explain(root);
      expect(conflict.explanation.actions[0]?.command).to.equal(
        "rm st/experiment1/seed1/UNHATCHED",
      );
      const other = join(root, "other");
      writeRecord(makeRun(other, []), "run.json", 1, "completed", { kind: "done" }, 1);
      const flagless = await explain(other);
      expect(flagless.explanation.actions[0]?.command).to.equal(
        "touch st/experiment1/seed1/COMPLETED",
      );
    }),
  );

  it(
    "knows a worker of this machine by its process: alive",
    withTempDirectory(async (root) => {
      const host = testHost({ workingFolder: root });
      const identity = createWorkerIdentity(15_000, host);
      const { host: name, pid, token } = identity.nextOwner();
      makeRun(root, [`OPENED.${name}.${pid}.${token}`, `logger.${token}.out`]);
      identity.introduce(join(root, "st"));
      const { explanation, text } = await explain(root);
      expect(explanation.holder).to.include({ role: "worker", verdict: "alive", pid });
      expect(explanation.holder?.how).to.match(/^same machine: process \d+ exists/);
      expect(explanation.attempts).to.deep.include.members([
        {
          attempt: 1,
          outcome: null,
          cause: null,
          host: null,
          startedAt: null,
          seconds: null,
          log: `logger.${token}.out`,
        },
      ]);
      expect(text).to.include("goes on");
    }),
  );

  it(
    "knows a worker of this machine by its process: gone",
    withTempDirectory(async (root) => {
      makeRun(root, [flagOf("OPENED")]);
      introduce(root, { processStart: "1" });
      const { explanation } = await explain(root);
      expect(explanation.holder).to.include({ verdict: "gone" });
      expect(explanation.actions[0]?.command).to.equal("alclean -s st");
    }),
  );

  it(
    "believes the lease of a worker elsewhere, and looks twice before it says expired",
    withTempDirectory(async (root) => {
      const flag = flagOf("OPENED");
      const folder = makeRun(root, [flag]);
      introduce(root, { machineId: "another" });
      const fresh = await explain(root);
      expect(fresh.explanation.holder).to.include({ verdict: "alive" });
      expect(fresh.explanation.holder?.how).to.include("only the lease speaks");
      const old = silentFiles(join(folder, flag), 10_000);
      expect((await explain(root, undefined, old)).explanation.holder).to.include({
        verdict: "expired",
      });
      const aborted = new AbortController();
      aborted.abort();
      const once = await explain(root, undefined, old, aborted.signal);
      expect(once.explanation.holder).to.include({ verdict: "silent" });
      expect(once.explanation.meaning).to.include("second look");
    }),
  );

  it(
    "says of a cleaner whether it still works",
    withTempDirectory(async (root) => {
      makeRun(root, [flagOf("RESETTING")]);
      introduce(root, { processStart: "1" });
      const { explanation } = await explain(root);
      expect(explanation).to.include({ state: "resetting" });
      expect(explanation.holder).to.include({ role: "cleaner", verdict: "gone" });
      expect(explanation.actions[0]?.command).to.equal("alclean -s st");
    }),
  );

  it(
    "does without the server's time where nothing can be written",
    withTempDirectory(async (root) => {
      makeRun(root, [flagOf("OPENED")]);
      introduce(root, { machineId: "another" });
      const refuse = () => {
        throw Object.assign(new Error("read-only"), { code: "EROFS" });
      };
      const { files } = testHost();
      const { explanation } = await explain(root, undefined, {
        files: { ...files, write: refuse },
      });
      expect(explanation.holder?.how).to.include("by this machine's clock");
    }),
  );
});

const flagOf = (prefix: string) => `${prefix}.node-1.4194304.${WORKER}00000001`;

function makeRun(root: string, names: readonly string[]): string {
  const folder = join(root, "st", "experiment1", "seed1");
  mkdirSync(folder, { recursive: true });
  for (const name of ["config.json", ...names]) writeFileSync(join(folder, name), "\n");
  return folder;
}

function introduce(root: string, overrides: object): void {
  const host = testHost();
  const { hostName, machineId, bootId, pidNamespace, userId } = host.machine;
  const record = {
    schemaVersion: 1 as const,
    worker: WORKER,
    hostName,
    machineId,
    bootId,
    pidNamespace,
    userId,
    pid: 4_194_304,
    processStart: "1",
    scheduler: null,
    heartbeatMs: HEARTBEAT_MS,
    startedAt: "2026-01-01T00:00:00.000Z",
    ...overrides,
  };
  perform(writeWorkerRecord(join(root, "st"), record), host);
}

function writeRecord(
  folder: string,
  name: string,
  attempt: number,
  outcome: RunOutcome,
  cause: Cause,
  seconds: number | null,
): void {
  const record = {
    schemaVersion: 1,
    attempt,
    owner: `node-1.12.${WORKER}0000000${attempt}`,
    outcome,
    cause,
    startedAt: seconds === null ? null : "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:01:00.000Z",
    seconds,
    repositories: [],
  };
  writeFileSync(join(folder, name), JSON.stringify(record));
}

/** A disk on which a flag has been touched so long ago, ms. */
function silentFiles(flag: string, ageMs: number): Pick<Host, "files"> {
  const { files } = testHost();
  const modifiedMs = Date.now() - ageMs;
  return {
    files: {
      ...files,
      modifiedMs: (path) => (path === flag ? modifiedMs : files.modifiedMs(path)),
    },
  };
}

async function explain(
  root: string,
  names: readonly string[] = [],
  overrides: Partial<Host> = {},
  signal: AbortSignal = never,
) {
  const folder = makeRun(root, names);
  const run = parseRunPath(folder);
  if (run === undefined) throw new Error(folder);
  const host = testHost({ workingFolder: root, ...overrides });
  const explanation = await explainRun(run, root, host, signal);
  return { explanation, text: renderExplanation(explanation) };
}
