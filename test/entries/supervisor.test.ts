import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

import { expect } from "chai";

import { createMessageReader, formatMessage } from "../../src/io/messages.ts";
import type { SupervisorOrder, SupervisorReport } from "../../src/io/supervisor-messages.ts";
import { isAlive, signalIfAlive, withTempProcesses } from "../support/processes.ts";
import { until } from "../support/small-project.ts";

const SILENCE_MS = 1000;

describe("the supervisor", function () {
  this.timeout(20_000);

  it(
    "ends what runs when its worker is gone, and itself",
    withTempProcesses(async (folder) => {
      const { child, start } = supervise(folder);
      const program = await start();
      child.stdin?.end();
      await once(child, "exit");
      await until(() => !isAlive(program));
    }),
  );

  it(
    "ends what runs when its worker gives no sign of life, and says that it did",
    withTempProcesses(async (folder) => {
      const { child, start, ends } = supervise(folder);
      const program = await start();
      await until(() => ends().length === 1);
      expect(ends()[0]).to.include({ signal: "SIGKILL", silenced: true });
      expect(isAlive(program)).to.equal(false);
      child.stdin?.end();
    }),
  );

  it(
    "starts nothing for a worker that was silent for too long since it claimed",
    withTempProcesses(async (folder) => {
      const { child, ends, order } = supervise(folder);
      order({ kind: "beat" });
      const end = performance.now() + 3 * SILENCE_MS;
      await until(() => performance.now() > end);
      const command = ["touch", "started"];
      order({ kind: "start", id: 1, command, linked: false, folder, environment: ENV, log: null });
      await until(() => ends().length === 1);
      expect(ends()[0]).to.include({ error: null, silenced: true });
      expect(readdirSync(folder)).to.not.include("started");
      child.stdin?.end();
    }),
  );

  it(
    "counts what its worker said while it was stopped itself",
    withTempProcesses(async (folder) => {
      const { child, start, ends, order } = supervise(folder);
      const program = await start();
      signalIfAlive(child.pid ?? 0, "SIGSTOP");
      const end = performance.now() + 1.5 * SILENCE_MS;
      await until(() => performance.now() > end);
      order({ kind: "beat" });
      signalIfAlive(child.pid ?? 0, "SIGCONT");
      order({ kind: "kill", id: 1, signal: "SIGTERM" });
      await until(() => ends().length === 1);
      expect(ends()[0]).to.include({ signal: "SIGTERM", silenced: false });
      expect(isAlive(program)).to.equal(false);
      child.stdin?.end();
    }),
  );

  it(
    "leaves it to its worker what a signal to all means",
    withTempProcesses(async (folder) => {
      const { child, start, ends, order } = supervise(folder);
      await start();
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) child.kill(signal);
      order({ kind: "kill", id: 1, signal: "SIGKILL" });
      await until(() => ends().length === 1);
      expect(child.exitCode).to.equal(null);
      child.stdin?.end();
    }),
  );
});

/** A supervisor for the test to be the worker of. */
function supervise(folder: string): {
  readonly child: ChildProcess;
  readonly order: (one: SupervisorOrder) => void;
  /** Starts a program that goes on for ever. @returns its pid */
  readonly start: () => Promise<number>;
  readonly ends: () => readonly object[];
} {
  const child = spawn(
    process.execPath,
    [resolve("dist/src/entries/supervisor.js"), String(SILENCE_MS)],
    { stdio: ["pipe", "pipe", "inherit", "pipe"], cwd: folder },
  );
  const reports: SupervisorReport[] = [];
  const read = createMessageReader((message) => reports.push(message as SupervisorReport));
  child.stdout?.setEncoding("utf8").on("data", read);
  const order = (one: SupervisorOrder) => child.stdin?.write(formatMessage(one));
  return {
    child,
    order,
    start: async () => {
      const command = ["sleep", "76"];
      order({ kind: "start", id: 1, command, linked: false, folder, environment: ENV, log: null });
      await until(() => reports.length === 1);
      const [report] = reports;
      return report?.kind === "started" ? report.pid : expect.fail("not started");
    },
    ends: () => reports.flatMap((report) => (report.kind === "ended" ? report.end : [])),
  };
}

const ENV = { PATH: process.env["PATH"] ?? "" };
