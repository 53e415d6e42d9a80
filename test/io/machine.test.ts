import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect } from "chai";

import { describeMachine, processesOf, WORKER_VARIABLE } from "../../src/io/machine.ts";
import { until } from "../support/small-project.ts";

const WORKER = "0123456789abcdef01234567";
const machine = describeMachine();

describe("describeMachine", () => {
  it("says what makes pids comparable", () => {
    const { hostName, machineId, bootId, pidNamespace, pid } = machine;
    for (const text of [hostName, machineId, bootId]) expect(text).not.to.equal("");
    expect(pidNamespace).to.match(/^pid:\[\d+\]$/);
    expect(pid).to.equal(process.pid);
  });

  it("tells a process from one that has ended, and from a zombie", async () => {
    expect(machine.processStart(process.pid)).to.match(/^\d+$/);
    // The shell's child ends at once; the program that takes the shell's place never asks for it.
    const parent = spawn("/bin/sh", ["-c", "true & echo $!; exec sleep 60"]);
    const [text] = (await once(parent.stdout, "data")) as [Buffer];
    const zombie = Number(text.toString());
    await until(() => machine.processStart(zombie) === undefined);
    expect(machine.processStart(parent.pid ?? 0)).to.match(/^\d+$/);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    expect(machine.processStart(parent.pid ?? 0)).to.equal(undefined);
  });

  it("finds what a worker has started by its environment, as long as it lives", async () => {
    expect(machine.hasProcessOf(WORKER)).to.equal(false);
    const child = spawn("sleep", ["60"], {
      env: { ...process.env, [WORKER_VARIABLE]: WORKER },
      // Not even its group gives it away.
      detached: true,
    });
    await until(() => machine.hasProcessOf(WORKER) === true);
    expect(processesOf(WORKER)).to.deep.equal([child.pid]);
    expect(machine.hasProcessOf(WORKER.slice(0, -1))).to.equal(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(machine.hasProcessOf(WORKER)).to.equal(false);
  });
});
