import { join } from "node:path";

import { parseRunRecord, type RunRecord } from "../../../src/core/run-record.ts";
import { diskFiles } from "../../../src/io/files.ts";
import { parseRecordFile } from "../../../src/tree/attempts.ts";
import { listRuns } from "../../../src/tree/directory-tree.ts";
import { LEASE_HEARTBEATS } from "../../../src/tree/worker-record.ts";
import { runCommand, startCommand } from "../../support/commands.ts";
import { signalIfAlive } from "../../support/processes.ts";
import { flagsOf, LIST, prepareProject, until } from "../../support/small-project.ts";
import { createChance } from "./random.ts";
import { treeOf } from "./trees.ts";

export type Stops = {
  readonly seed: number;
  /** How many stops at least. */
  readonly tries: number;
  /** As many runs are held at once. */
  readonly holders: number;
  readonly heartbeatMs: number;
};

export type StopsReport = {
  readonly stops: number;
  /** Looks of cleaners, besides those of the workers that are waiting for something to do. */
  readonly cleaners: number;
  /** Attempts that somebody else has declared void. */
  readonly takenOver: number;
  /** Attempts that their own workers gave up after half a lease. */
  readonly released: number;
};

/** These have nothing to do but to look whom they can take over from. */
const WATCHERS = 2;

/**
 * Stops workers that hold runs, all at once and again and again, each for less than the lease, while
 * other workers wait for their runs and cleaners look at them.
 */
export async function stopWorkers(folder: string, stops: Stops): Promise<StopsReport> {
  const { holders, heartbeatMs } = stops;
  const leaseMs = LEASE_HEARTBEATS * heartbeatMs;
  const chance = createChance(stops.seed);
  const storage = await prepareProject(folder, {
    program: { command: ["sleep", "100000"] },
    values: Array.from({ length: holders }, (_, index) => index),
  });
  const workers = ["-p", String(holders + WATCHERS), "--stay", "--grace", "0.5"];
  const heartbeat = ["--heartbeat", String(heartbeatMs / 1000)];
  const launcher = startCommand("allaunch", [...LIST, ...workers, ...heartbeat], folder);
  const all = () => treeOf(launcher.child.pid ?? 0).workers;
  let done = 0;
  let cleaners = 0;
  while (done < stops.tries) {
    await until(() => Object.values(flagsOf(storage)).every((flag) => flag === "OPENED"));
    await until(() => all().filter(({ programs }) => programs.length > 0).length === holders);
    const held = all().filter(({ programs }) => programs.length > 0);
    const cleaning = [0.3, 0.9].map(async (when) => {
      await pause(when * leaseMs);
      await runCommand("alclean", LIST, folder);
      cleaners += 1;
    });
    const stopping = held.map(async ({ pid }) => {
      signalIfAlive(pid, "SIGSTOP");
      await pause(chance.between(0.1, 0.95) * leaseMs);
      signalIfAlive(pid, "SIGCONT");
    });
    await Promise.all([...stopping, ...cleaning]);
    done += held.length;
  }
  launcher.child.kill();
  await launcher.ended;
  const records = recordsIn(storage);
  const count = (outcome: RunRecord["outcome"]) =>
    records.filter((record) => record.outcome === outcome).length;
  return { stops: done, cleaners, takenOver: count("voided"), released: count("released") };
}

function recordsIn(storage: string): readonly RunRecord[] {
  return listRuns(storage, { files: diskFiles }).flatMap(({ path }) =>
    (diskFiles.list(path) ?? [])
      .filter((name) => parseRecordFile(name) !== undefined)
      .flatMap((name) => parseRunRecord(diskFiles.read(join(path, name)) ?? "") ?? []),
  );
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
