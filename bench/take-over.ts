import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { startCommand } from "../test/support/commands.ts";
import { processesIn, signalIfAlive } from "../test/support/processes.ts";
import { prepareProject, until } from "../test/support/small-project.ts";
import { allOf, treeOf } from "../test/stress/storm/trees.ts";
import { formatTable, median, verdict } from "./support/figures.ts";

/**
 * How long a run stays with a worker that was killed, with all that it had started: until somebody
 * else holds it who waits for it (`allaunch --stay`), on the same machine and on another one. The
 * other one is a process namespace of its own, in which nobody can be known to be dead.
 */
const TRIES = Number(process.argv[2] ?? 10);
const HEARTBEAT_SECONDS = 0.5;
const LEASE_SECONDS = 10 * HEARTBEAT_SECONDS;
const ANOTHER_MACHINE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
const HEARTBEAT = ["--heartbeat", String(HEARTBEAT_SECONDS)];

const folder = mkdtempSync(join(tmpdir(), "take-over-"));
try {
  const rows = [
    await measure("same machine", [], HEARTBEAT_SECONDS + 2),
    ...(process.getuid?.() === 0
      ? [await measure("another machine", ANOTHER_MACHINE, LEASE_SECONDS + 3 * HEARTBEAT_SECONDS)]
      : []),
  ];
  console.log(
    `A heartbeat of ${HEARTBEAT_SECONDS} s, a lease of ${LEASE_SECONDS} s; ${TRIES} tries, s`,
  );
  console.log(formatTable(["taken over by", "least", "median", "most", "at most", ""], rows));
} finally {
  await endAll();
  rmSync(folder, { recursive: true });
}

async function measure(
  who: string,
  prefix: readonly string[],
  atMost: number,
): Promise<readonly string[]> {
  const times: number[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    times.push(await takeOver(prefix));
    await endAll();
  }
  const most = Math.max(...times);
  const figures = [Math.min(...times), median(times), most, atMost].map((one) => one.toFixed(2));
  return [who, ...figures, verdict(most, atMost)];
}

/** @returns from the kill to the next claim, s */
async function takeOver(prefix: readonly string[]): Promise<number> {
  const storage = await prepareProject(folder, {
    program: { command: ["sleep", "1000"] },
    values: [Math.random()],
  });
  const name = ["-s", storage.split("/").at(-1) ?? ""];
  const first = startCommand("allaunch", [...name, ...HEARTBEAT], folder);
  const run = join(storage, "experiment1", "seed1");
  const owner = () => readdirSync(run).find((one) => one.startsWith("OPENED.")) ?? "";
  await until(() => owner() !== "" && treeOf(first.child.pid ?? 0).workers.length > 0);
  const waiter = [...prefix, process.execPath, resolve("dist/bin/allaunch.js"), ...name];
  const [program = "", ...args] = waiter;
  spawn(program, [...args, ...HEARTBEAT, "--stay"], { cwd: folder, stdio: "ignore" });
  // The other one has started, and looks.
  await new Promise((done) => setTimeout(done, 3_000 + 1000 * HEARTBEAT_SECONDS * Math.random()));
  const former = owner();
  const killedMs = performance.now();
  for (const pid of allOf(treeOf(first.child.pid ?? 0))) signalIfAlive(pid, "SIGKILL");
  await until(() => owner() !== "" && owner() !== former);
  return (performance.now() - killedMs) / 1000;
}

async function endAll(): Promise<void> {
  await until(() => {
    const left = processesIn(folder);
    for (const pid of left) signalIfAlive(pid, "SIGKILL");
    return left.length === 0;
  });
}
