import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  attemptsOf,
  expectEachCompletedOnce,
  expectEachExecutedOnce,
  expectToOutlastJob,
  goOn,
  hold,
  settled,
} from "../support/cluster-search.ts";
import { endJobs, useSlurm } from "../support/slurm/use-slurm.ts";
import type { Slurm } from "../support/slurm/slurm.ts";
import { flagsOf, linesOf, until } from "../support/small-project.ts";
import { standIn } from "../support/stand-ins.ts";

const NODES = 4;
const SLURM = ["--scheduler", "slurm"];
const PREEMPTED = ["released: preempted by SIGTERM", "completed: done"];
const LOST = ["voided: lost", "completed: done"];

const ONE = { values: 1, seeds: [1], ms: 50 };
const FEW = { values: 4, seeds: [1], ms: 50 };
const EIGHT = { values: 8, seeds: [1], ms: 100 };
const DOZEN = { values: 12, seeds: [1], ms: 100 };
const MANY = { values: 60, seeds: [1, 2], ms: 20 };

describe("workers whose Slurm jobs end", function () {
  this.timeout(180_000);
  const { onCluster } = useSlurm({ nodes: NODES, cpus: 2, maxArraySize: 1001 });

  it(
    "go on after a preemption when the higher partition has done with their nodes",
    onCluster(EIGHT, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      await allaunch(...SLURM, "--nodes", "4", "-p", "2", "--partition", "low");
      await until(() => linesOf(folder, "started").length === 8);
      const urgent = ["--exclusive", "--nodes=4", "--partition=high", "--output=/dev/null"];
      slurm.run("sbatch", ...urgent, "--wrap", `touch '${folder.replaceAll("'", "'\\''")}/urgent'`);
      await until(() => existsSync(join(folder, "urgent")));
      expect(Object.values(flagsOf(storage))).to.deep.equal(Array(8).fill("UNHATCHED"));
      goOn(folder);
      await settled(storage);
      expectEachExecutedOnce(search, EIGHT);
      for (let experiment = 1; experiment <= 8; experiment++)
        expect(attemptsOf(storage, experiment)).to.deep.equal(PREEMPTED);
    }),
  );

  it(
    "go on after a requeue, under the same id",
    onCluster(FEW, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      const id = await allaunch(...SLURM, "-p", "4", "--cpus", "2");
      await until(() => linesOf(folder, "started").length === 4);
      slurm.run("scontrol", "requeue", id);
      await until(() => attemptsOf(storage, 1).length === 1);
      goOn(folder);
      await settled(storage);
      expectEachExecutedOnce(search, FEW);
      for (let experiment = 1; experiment <= 4; experiment++)
        expect(attemptsOf(storage, experiment)).to.deep.equal(PREEMPTED);
    }),
  );

  for (const [whose, ...limits] of [
    ["that was asked for", "--time", "10s"],
    // A minute, less what programs may take to stop.
    ["that only the scheduler knows", "--scheduler_option=--time=1", "--grace", "50"],
  ] as const) {
    it(
      `stop before the end of the time ${whose}, and say that it was the time`,
      onCluster(ONE, (search) => expectToOutlastJob(search, ONE, SLURM, limits)),
    );
  }

  it(
    "keep their runs when a node's daemon is killed and their job starts a second time elsewhere",
    onCluster(DOZEN, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      await allaunch(...SLURM, "--nodes", "2", "--cpus", "2");
      await until(() => linesOf(folder, "started").length === 2);
      const index = firstNode(folder);
      slurm.killDaemon(index);
      try {
        // What the job had started on the lost node lives on, and holds its run.
        await until(() => linesOf(folder, "started").length === 3, 90_000);
        goOn(folder);
        await settled(storage);
        expectEachExecutedOnce(search, DOZEN);
        expect(linesOf(folder, "started")).to.have.length(12);
      } finally {
        slurm.restartNode(index);
      }
      await allIdle(slurm);
    }),
  );

  it(
    "lose their runs to others when their node dies, once the lease is over",
    onCluster(EIGHT, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      await allaunch(...SLURM, "--nodes", "2", "-p", "2", "--stay");
      await until(() => linesOf(folder, "started").length === 4);
      const index = firstNode(folder);
      const lost = linesOf(folder, "started").flatMap((line) =>
        line.endsWith(` n${index + 1}`) ? [Number(/^\d+/.exec(line)?.[0]) + 1] : [],
      );
      slurm.killNode(index);
      try {
        goOn(folder);
        await settled(storage);
        expectEachExecutedOnce(search, EIGHT);
        expect(lost).to.have.length(2);
        for (const experiment of lost) expect(attemptsOf(storage, experiment)).to.deep.equal(LOST);
      } finally {
        slurm.restartNode(index);
      }
      await endJobs(slurm);
      await allIdle(slurm);
    }),
  );

  it(
    "put their runs back when they are cancelled",
    onCluster(FEW, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      await allaunch(...SLURM, "--nodes", "2", "-p", "2");
      await until(() => linesOf(folder, "started").length === 4);
      await allaunch("--cancel");
      await until(() => Object.values(flagsOf(storage)).every((flag) => flag === "UNHATCHED"));
      await until(() => slurm.run("squeue", "-h", "--me") === "");
      goOn(folder);
      await allaunch(...SLURM, "--nodes", "2");
      await settled(storage);
      expectEachExecutedOnce(search, FEW);
      for (let experiment = 1; experiment <= 4; experiment++)
        expect(attemptsOf(storage, experiment)).to.deep.equal(PREEMPTED);
    }),
  );

  it(
    "leave every run to be completed once, cancelled again and again while they claim",
    onCluster(MANY, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      for (const enough of [5, 20, 45]) {
        await allaunch(...SLURM, "--nodes", "4", "-p", "2");
        await until(() => linesOf(folder, "executions").length >= enough);
        await endJobs(slurm);
      }
      await allaunch(...SLURM, "--nodes", "4", "-p", "2");
      await settled(storage);
      expectEachCompletedOnce(search, MANY);
    }),
  );

  it(
    "are known to be gone by Slurm's word, for which a machine asks once a minute at most",
    onCluster(FEW, async (search, slurm) => {
      const { folder, storage, allaunch } = search;
      const record = 'hostname >"$call/host"; exec /usr/bin/squeue "$@"';
      standIn(folder, "squeue", record);
      hold(folder);
      // A lease of ten minutes.
      const flags = [...SLURM, "--time", "10m", "--heartbeat", "60", "--cpus", "2"];
      const id = await allaunch(...flags);
      await until(() => linesOf(folder, "started").length === 1);
      slurm.killJob(id);
      await until(() => slurm.run("squeue", "-h", "--me") === "");
      // More workers than there are runs: somebody always looks for work.
      await allaunch(...flags, "-p", "4", "--nodes", "1");
      await until(() => linesOf(folder, "started").length === 5);
      goOn(folder);
      await settled(storage);
      expectEachExecutedOnce(search, FEW);
      expect(attemptsOf(storage, 1)).to.deep.equal(LOST);
      const asked = questionsOf(folder);
      expect(asked).to.not.have.length(0);
      expect(asked).to.deep.equal([...new Set(asked)]);
    }),
  );
});

/** Of the run that was started first. */
const firstNode = (folder: string) =>
  Number(/ n(\d)$/.exec(linesOf(folder, "started")[0] ?? "")?.[1]) - 1;

/** The machine and the minute of each call of the stand-in for squeue. */
function questionsOf(folder: string): readonly string[] {
  const calls = join(folder, "calls/squeue");
  return readdirSync(calls).map((call) => {
    const minute = Math.floor(Number(call.slice(0, 19)) / 6e10);
    return `${readFileSync(join(calls, call, "host"), "utf8").trim()} ${minute}`;
  });
}

async function allIdle(slurm: Slurm): Promise<void> {
  const states = () =>
    slurm.run("sinfo", "-h", "-N", "-p", "normal", "-o", "%t").trim().split("\n");
  await until(() => states().filter((state) => state === "idle").length === NODES);
}
