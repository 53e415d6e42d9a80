import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { SupervisedCommand, Supervisor } from "../../src/host.ts";
import { systemProcesses } from "../../src/io/processes.ts";
import { childrenOf, isAlive, signalIfAlive, withTempProcesses } from "../support/processes.ts";
import { linesOf, until } from "../support/small-project.ts";

const WORKER = "fedcba9876543210fedcba98";
const HOUR_MS = 3_600_000;

describe("systemProcesses.startSupervisor", function () {
  this.timeout(20_000);

  it(
    "starts programs in their folder, with their environment and log, and says how they ended",
    supervised(async ({ start }, folder) => {
      const script = 'echo "$PWD $NAME $HATCHERY_WORKER"; echo oops >&2; exit 7';
      const log = join(folder, "log");
      const environment = { NAME: "it's me" };
      const end = await start(["/bin/sh", "-c", script], { log, environment }).ended;
      expect(end).to.deep.equal({ code: 7, signal: null, error: null, tail: "", silenced: false });
      expect(readFileSync(log, "utf8")).to.equal(`${folder} it's me ${WORKER}\noops\n`);
    }),
  );

  it(
    "keeps the end of an output that goes to no log",
    supervised(async ({ start }) => {
      const script = "console.log('x'.repeat(50000) + 'the end')";
      const { tail } = await start([process.execPath, "-e", script]).ended;
      expect(tail)
        .to.match(/the end\n$/)
        .and.to.have.length(8000);
    }),
  );

  it(
    "says why something cannot be started",
    supervised(async ({ start }, folder) => {
      const cannot = { code: null, signal: null, tail: "", silenced: false };
      const { error, ...rest } = await start(["./gone"]).ended;
      expect(rest).to.deep.equal(cannot);
      expect(error).to.include("ENOENT");
      expect((await start(["true", "a\0b"]).ended).error).to.be.a("string");
      const log = join(folder, "no/such/folder");
      expect((await start(["true"], { log }).ended).error).to.include("ENOENT");
    }),
  );

  it(
    "ends the whole group, also what a program leaves behind when it ends by itself",
    supervised(async ({ start }, folder) => {
      const script = "sleep 71 & echo $! >> pids; [ $0 = leave ] || { sleep 72 & wait; }";
      const left = await start(["/bin/sh", "-c", script, "leave"]).ended;
      expect(left.code).to.equal(0);
      const stays = start(["/bin/sh", "-c", script, "stay"]);
      await until(() => linesOf(folder, "pids").length === 2);
      stays.kill("SIGKILL");
      expect((await stays.ended).signal).to.equal("SIGKILL");
      for (const pid of linesOf(folder, "pids")) await until(() => !isAlive(Number(pid)));
    }),
  );

  it(
    "ends what runs also while the supervisor is stopped",
    supervised(async ({ start }, folder) => {
      const program = start(["/bin/sh", "-c", "echo $$ > pid; exec sleep 73"]);
      await until(() => linesOf(folder, "pid").length === 1);
      const [supervisor = 0] = childrenOf(process.pid);
      signalIfAlive(supervisor, "SIGSTOP");
      program.kill("SIGKILL");
      await until(() => !isAlive(Number(linesOf(folder, "pid")[0])));
      signalIfAlive(supervisor, "SIGCONT");
      expect((await program.ended).signal).to.equal("SIGKILL");
    }),
  );

  it(
    "outlives its supervisor: what that had started is ended, and another one starts the next",
    supervised(async ({ start }, folder) => {
      // In a session of its own, which no group leads to.
      const script = "setsid sleep 74 & echo $! > pid; wait";
      const program = start(["/bin/sh", "-c", script]);
      await until(() => linesOf(folder, "pid").length === 1);
      for (const pid of childrenOf(process.pid)) signalIfAlive(pid, "SIGKILL");
      const end = await program.ended;
      expect(end).to.include({ silenced: true, error: "its supervisor is gone (SIGKILL)" });
      await until(() => !isAlive(Number(linesOf(folder, "pid")[0])));
      expect((await start(["true"]).ended).code).to.equal(0);
    }),
  );

  it(
    "ends everything when it is closed",
    supervised(async ({ start, supervisor }, folder) => {
      const program = start(["/bin/sh", "-c", "echo $$ > pid; exec sleep 75"]);
      await until(() => linesOf(folder, "pid").length === 1);
      await supervisor.close();
      await program.ended;
      await until(() => !isAlive(Number(linesOf(folder, "pid")[0])));
      expect(childrenOf(process.pid)).to.deep.equal([]);
    }),
  );
});

describe("systemProcesses.startWorker", function () {
  this.timeout(20_000);

  it("passes settings that are too long for an argument, and hears what came of them", async () => {
    const storages = Array.from({ length: 3000 }, (_, index) => ({
      path: `/no/such/folder/${"x".repeat(100)}/${index}`,
      repositories: [],
    }));
    const settings = {
      storages,
      launch: "test",
      logLevel: "info",
      maxRuns: null,
      heartbeatMs: 1000,
      graceMs: 0,
      stay: false,
    };
    const worker = systemProcesses.startWorker(settings);
    const heard: unknown[] = [];
    worker.onMessage((message) => heard.push(message));
    await worker.ended;
    expect(heard).to.have.length(1);
    expect(heard[0]).to.include({ kind: "failed", code: "not-found" });
  });

  it("says how a worker ended that was killed, and bears messages to it", async () => {
    const worker = systemProcesses.startWorker({});
    worker.kill();
    worker.send({ kind: "stop", reason: "late" });
    expect(await worker.ended).to.deep.equal({ code: null, signal: "SIGKILL", error: null });
    worker.send({ kind: "stop", reason: "later" });
  });
});

type Started = {
  readonly supervisor: Supervisor;
  readonly start: (
    command: readonly string[],
    overrides?: Partial<SupervisedCommand>,
  ) => ReturnType<Supervisor["start"]>;
};

/** A test body with a supervisor that is closed after it. */
function supervised(body: (started: Started, folder: string) => Promise<void>) {
  return withTempProcesses(async (folder) => {
    const supervisor = systemProcesses.startSupervisor({ worker: WORKER, silenceMs: HOUR_MS });
    const start: Started["start"] = (command, overrides = {}) =>
      supervisor.start({ command, folder, environment: {}, ...overrides });
    try {
      await body({ supervisor, start }, folder);
    } finally {
      await supervisor.close();
    }
  });
}
