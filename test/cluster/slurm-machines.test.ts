import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  attemptsOf,
  type ClusterSearch,
  expectEachCompletedOnce,
  expectEachExecutedOnce,
  hold,
  settled,
} from "../support/cluster-search.ts";
import { linesOf, until } from "../support/small-project.ts";
import type { Machines } from "../support/slurm/machines.ts";
import { tellingOf, useMachines } from "../support/slurm/use-machines.ts";

const SLURM = ["--scheduler", "slurm", "-p", "2"];
const DONE = ["completed: done"];
const LOST = ["voided: lost", "completed: done"];

const LARGE = { values: 100, seeds: [1, 2], ms: 300 };
const FEW = { values: 16, seeds: [1], ms: 300 };
const LONG_MS = 120_000;

describe("workers of Slurm on machines with a network file system between them", function () {
  this.timeout(300_000);
  // Room for a job that has lost its machine.
  const { onCluster } = useMachines({ nodes: 3, cpus: 4, maxArraySize: 1001, spread: true }, "");

  it(
    "execute 200 runs once each, although the power of one machine fails in the middle",
    onCluster(LARGE, async (search, machines) => {
      const { storage, allaunch, told } = search;
      const second = runsOn(2, search, machines);
      // What is lost has begun, and cannot have come to its end.
      hold(second.folder);
      const id = await allaunch(...SLURM, "--nodes", "3", "--heartbeat", "1.5");
      await until(() => second.told("held").length === 2, LONG_MS);
      await until(() => told("executions").length >= 60, LONG_MS);
      const lost = second.told("held").map(runOf);
      await machines.cluster.powerOff(2);
      await settled(storage);
      expectEachExecutedOnce(search, LARGE);
      expectLost(storage, lost, LARGE);
      // Slurm comes to know of it by itself, and puts the job back.
      await until(() => machines.slurm.run("squeue", "-h", "--me") === "", LONG_MS);
      expect(restartsOf(machines, id)).to.deep.equal([0, 0, 1]);
    }),
  );

  it(
    "leave the runs of one that was cut off to the job that Slurm has started instead, for good",
    onCluster(FEW, async (search, machines) => {
      const { storage, allaunch, told } = search;
      const { cluster, slurm } = machines;
      const third = runsOn(3, search, machines);
      hold(third.folder);
      const flags = ["--nodes", "2", "--heartbeat", "2", "--scheduler_option=--exclude=n2"];
      const id = await allaunch(...SLURM, ...flags);
      await until(() => third.told("held").length === 2, LONG_MS);
      await until(() => told("executions").length === FEW.values - 2, LONG_MS);
      const lost = third.told("held").map(runOf);
      const [finished, stuck] = lost;
      // Who has something to write cannot even be killed while nobody takes it.
      await cluster.run(3, ["sync"]);
      for (const network of ["files", "witness"] as const) cluster.setCut(3, true, network);
      // Its program comes to its end where nobody hears of it; the other goes on.
      writeFileSync(join(third.folder, `go${finished?.value ?? ""}`), "");
      await until(() => third.told("executions").length === 1);
      // As a site's health check would say; Slurm by itself takes longer.
      slurm.run("scontrol", "update", "nodename=n3", "state=down", "reason=lost");
      await until(() => restartsOf(machines, id).includes(1));

      await until(async () => !(await isAliveOn(machines, stuck?.pid)));
      await settled(storage);
      expectEachCompletedOnce(search, FEW);
      expect(told("executions")).to.have.length(FEW.values + 1);
      expectLost(storage, lost, FEW);
      const settledBy = () => lost.map(({ value }) => filesOf(storage, value));
      const others = settledBy();

      // The owners that were declared dead wake up, and find that they have lost.
      cluster.setCut(3, false);
      await until(async () => !(await hasWorkers(machines)), LONG_MS);
      for (const [index, files] of settledBy().entries()) expect(files).to.include(others[index]);
      expect(told("executions")).to.have.length(FEW.values + 1);
      expectEachCompletedOnce(search, FEW);
      expectLost(storage, lost, FEW);
    }),
  );
});

/** What the runs of one machine tell, and where. */
function runsOn(node: number, search: ClusterSearch, { cluster }: Machines) {
  const folder = tellingOf(cluster, search.folder, node);
  return { folder, told: (name: string) => linesOf(folder, name) };
}

type HeldRun = { readonly value: number; readonly seed: number; readonly pid: string };

/** What a run tells that is held: `17/1 4711`. */
function runOf(line: string): HeldRun {
  const [, value, seed, pid = ""] = /^(\d+)\/(\d+) (\d+)$/.exec(line) ?? [];
  return { value: Number(value), seed: Number(seed), pid };
}

/** These runs, and no others, were taken over. */
function expectLost(
  storage: string,
  lost: readonly HeldRun[],
  size: { readonly values: number; readonly seeds: readonly number[] },
): void {
  for (let value = 0; value < size.values; value++) {
    for (const seed of size.seeds) {
      const isLost = lost.some((one) => one.value === value && one.seed === seed);
      const attempts = attemptsOf(storage, value + 1, seed);
      expect(attempts, `experiment${value + 1}/seed${seed}`).to.deep.equal(isLost ? LOST : DONE);
    }
  }
}

/** What the later attempt has left in a run's folder, by name. A late owner may add to its own log. */
function filesOf(storage: string, value: number): Readonly<Record<string, string>> {
  const folder = join(storage, `experiment${value + 1}`, "seed1");
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (one) => one.isFile() && one.name !== "logger.out",
  );
  return Object.fromEntries(
    files.map(({ name }) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** How often Slurm has put each job of an array back. */
const restartsOf = ({ slurm }: Machines, id: string) =>
  [...slurm.run("scontrol", "show", "job", "-o", id).matchAll(/ Restarts=(\d+) /g)]
    .map(([, restarts]) => Number(restarts))
    .sort();

/** Of the third machine, which can be told what to do although it is cut off. A zombie is gone. */
const isAliveOn = async ({ cluster }: Machines, pid = "") =>
  (await cluster.run(3, ["grep", "-q", "^State:.[^Z]", `/proc/${pid}/status`])).code === 0;

const hasWorkers = async ({ cluster }: Machines) =>
  (await cluster.run(3, ["bash", "-c", "grep -qx node /proc/[0-9]*/comm"])).code === 0;
