import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "chai";

import { oar as scheduler } from "../../src/core/scheduling/oar.ts";
import {
  attemptsOf,
  expectEachExecutedOnce,
  expectToOutlastJob,
  goOn,
  hold,
  settled,
} from "../support/cluster-search.ts";
import { ourCommand, startProgram } from "../support/commands.ts";
import { processesWith } from "../support/processes.ts";
import type { Oar } from "../support/oar/oar.ts";
import { isOver, statesOf, untilOar, useOar } from "../support/oar/use-oar.ts";
import { flagsOf, linesOf, LIST, until } from "../support/small-project.ts";

const OAR = ["--scheduler", "oar"];
const LOST = ["voided: lost", "completed: done"];
const SIGNAL = ["released: preempted by SIGUSR1", "completed: done"];

/** Where nobody can see whether a process of the others is alive. */
const HERE = "--scheduler_option=-p network_address <> 'n3'";
const ELSEWHERE = "--scheduler_option=-p network_address = 'n3'";

const ONE = { values: 1, seeds: [1], ms: 50 };
const FOUR = { values: 4, seeds: [1], ms: 50 };
const SIXTY = { values: 30, seeds: [1, 2], ms: 50 };

describe("allaunch on a real OAR", function () {
  this.timeout(180_000);
  const { withCluster, onCluster } = useOar({ nodes: 3, cpus: 2 });

  it(
    "executes 60 runs once each by an array of jobs on three nodes, which alstatus counts",
    onCluster(SIXTY, async (search, oar) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      const id = await allaunch(...OAR, "--nodes", "3", "-p", "2", "--time", "10m");
      expect(jobsOf(oar, id)).to.have.length(3);
      await until(() => linesOf(folder, "started").length === 6);
      expect(await jobsSeen(oar, folder)).to.include({ pending: 0, running: 3, answered: true });
      goOn(folder);
      await settled(storage);
      expectEachExecutedOnce(search, SIXTY);
      const hosts = linesOf(folder, "started").map((line) => line.split(" ")[1]);
      expect([...new Set(hosts)].sort()).to.deep.equal(["n1", "n2", "n3"]);
    }),
  );

  it(
    "reads the states that jobs go through",
    withCluster(async (_folder, oar) => {
      const seen = new Set<string>();
      const look = (...ids: readonly string[]) => {
        const { command } = scheduler.ask(ids);
        const states = scheduler.parseStates(oar.run(...command));
        for (const { word, phase } of states) seen.add(`${word} ${phase}`);
        return states;
      };
      const submit = (...words: readonly string[]) => {
        const printed = oar.run("oarsub", "-l", "nodes=3,walltime=0:10:0", ...words);
        return scheduler.parseSubmission(printed)?.[0] ?? "";
      };
      const running = submit("sleep 1000");
      const held = submit("--hold", "true");
      const waiting = submit("--array", "2", "true");
      await untilOar(() => look(running).some(({ word }) => word === "Running"));
      look(held, waiting);
      oar.run("oardel", running);
      oar.run("oarresume", held);
      await untilOar(() => look(running, held, waiting).every(({ phase }) => phase === "ended"));
      expect(look(waiting).map(({ submission }) => submission)).to.deep.equal([waiting, waiting]);
      const all = ["Error ended", "Hold pending", "Running running", "Terminated ended"];
      expect([...seen]).to.include.members([...all, "Waiting pending"]);
      // Those between them, if we looked at the right moment.
      expect([...seen].filter((state) => state.endsWith("doubtful"))).to.deep.equal([]);
    }),
  );

  it(
    "leaves runs that others take over at once when jobs are cancelled, for OAR kills without a word",
    onCluster(FOUR, async (search, oar) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      // A lease of ten minutes.
      const flags = [...OAR, "-p", "2", "--heartbeat", "60"];
      const id = await allaunch(...flags, "--nodes", "2", HERE);
      await until(() => linesOf(folder, "started").length === 4);
      expect(jobsOf(oar, id).flatMap(oar.processesOf)).to.have.length.above(4);
      expect(await allaunch("--cancel")).to.equal(id);
      await untilOar(() => Object.values(statesOf(oar)).every(isOver));
      // What is over has no process any more, or others would take over too soon.
      expect(jobsOf(oar, id).flatMap(oar.processesOf)).to.deep.equal([]);
      expect(Object.values(flagsOf(storage))).to.deep.equal(Array(4).fill("OPENED"));
      goOn(folder);
      await allaunch(...flags, ELSEWHERE);
      await settled(storage);
      expectEachExecutedOnce(search, FOUR);
      for (let experiment = 1; experiment <= 4; experiment++)
        expect(attemptsOf(storage, experiment)).to.deep.equal(LOST);
    }),
  );

  it(
    "puts runs back upon the signal that OAR sends before the end, if it is asked to",
    onCluster(ONE, async (search) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      const options = ["-l nodes=1,walltime=0:1:0", "--checkpoint 55", "--signal 10"];
      await allaunch(...OAR, ...options.map((line) => `--scheduler_option=${line}`));
      await until(() => attemptsOf(storage, 1).length === 1);
      await until(() => flagsOf(storage)["1/1"] === "UNHATCHED");
      goOn(folder);
      await allaunch(...OAR);
      await settled(storage);
      expectEachExecutedOnce(search, ONE);
      expect(attemptsOf(storage, 1)).to.deep.equal(SIGNAL);
    }),
  );

  for (const [whose, ...limits] of [
    ["that was asked for", "--time", "10s"],
    // A minute, less what programs may take to stop.
    ["that only OAR knows", "--scheduler_option=-l nodes=1,walltime=0:1:0", "--grace", "50"],
  ] as const) {
    it(
      `stops before the end of the time ${whose}, and says that it was the time`,
      onCluster(ONE, (search) => expectToOutlastJob(search, ONE, OAR, limits)),
    );
  }

  it(
    "frees the runs of a job that OAR killed at its walltime at once, by OAR's word",
    onCluster(ONE, async (search, oar) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      // A lease of ten minutes, and a time in which a busy machine starts a run.
      const flags = [...OAR, "--heartbeat", "60"];
      const id = await allaunch(...flags, HERE, "--scheduler_option=-l nodes=1,walltime=0:0:25");
      await until(() => linesOf(folder, "started").length === 1);
      oar.freezeJob(id);
      await untilOar(() => isOver(statesOf(oar)[id] ?? ""));
      expect(statesOf(oar)[id]).to.equal("Error");
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "OPENED" });
      goOn(folder);
      await allaunch(...flags, ELSEWHERE);
      await settled(storage);
      expectEachExecutedOnce(search, ONE);
      expect(attemptsOf(storage, 1)).to.deep.equal(LOST);
    }),
  );

  it(
    "starts after all jobs of an array",
    onCluster(FOUR, async (search, oar) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      const first = await allaunch(...OAR, "--nodes", "2", "-p", "2");
      await until(() => linesOf(folder, "started").length === 4);
      const then = await allaunch(...OAR, "--after", first, "--scheduler_option=-t besteffort");
      const jobs = jobsOf(oar, first);
      expect(jobs).to.have.length(2);
      expect(dependenciesOf(oar, then)).to.have.members(jobs.map(Number));
      expect(await jobsSeen(oar, folder)).to.include({ pending: 1, running: 2 });
      const [one = "", other = ""] = jobs;
      oar.run("oardel", one);
      await untilOar(() => isOver(statesOf(oar)[one] ?? ""));
      expect(statesOf(oar)).to.include({ [other]: "Running", [then]: "Waiting" });
      goOn(folder);
      await settled(storage);
      expectEachExecutedOnce(search, FOUR);
    }),
  );

  it(
    "starts jobs that were submitted in a folder whose name OAR cannot bear",
    onCluster(ONE, async (search, oar) => {
      const here = join(search.folder, "it's here");
      mkdirSync(here);
      const list = join(search.folder, "list_searches_small.txt");
      // Somebody may have started us who is no shell.
      const words = ["env", "-u", "PWD", ...ourCommand("allaunch"), "-f", list, ...OAR];
      const { code, stderr } = await startProgram(oar.command(here, ...words), here).ended;
      expect(code, stderr).to.equal(0);
      await settled(search.storage);
      expectEachExecutedOnce(search, ONE);
    }),
  );

  it(
    "gives its nodes to jobs that are not of the best-effort kind, and the runs to other workers",
    onCluster(FOUR, async (search, oar) => {
      const { folder, storage, allaunch } = search;
      hold(folder);
      // A lease of ten minutes.
      const flags = [...OAR, "-p", "2", "--heartbeat", "60"];
      const id = await allaunch(...flags, "--nodes", "2", HERE, "--scheduler_option=-t besteffort");
      await until(() => linesOf(folder, "started").length === 4);
      oar.run("oarsub", "-l", "nodes=3,walltime=0:10:0", "sleep 1");
      await untilOar(() => jobsOf(oar, id).every((job) => statesOf(oar)[job] === "Error"));
      goOn(folder);
      await allaunch(...flags, ELSEWHERE);
      await settled(storage);
      expectEachExecutedOnce(search, FOUR);
      for (let experiment = 1; experiment <= 4; experiment++)
        expect(attemptsOf(storage, experiment)).to.deep.equal(LOST);
    }),
  );

  it(
    "says in OAR's own words why it refuses",
    onCluster(ONE, async ({ folder, storage }, oar) => {
      const asks = [
        [["--partition", "nowhere"], "The queue nowhere does not exist"],
        [["--partition", "admin"], "[ADMISSION RULE] Only member of the group admin"],
        [["--cpus", "9"], "There are not enough resources for your request"],
        [["--gpus", "1"], 'column "gpu_count" does not exist'],
        [["--scheduler_option=-t nonsense"], "[ADMISSION RULE] Error: unknown job type"],
        [["--scheduler_option=--checkpoint=60"], "Not able to scan file line"],
        [["--after", "4711"], "oar knows no job 4711"],
      ] as const;
      for (const [ask, words] of asks) {
        const args = [...ourCommand("allaunch"), ...LIST, ...OAR, ...ask];
        const { code, stderr } = await startProgram(oar.command(folder, ...args), folder).ended;
        expect(code).to.equal(5);
        expect(stderr).to.include(words);
      }
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
    }),
  );

  it(
    "gives up an oarsub that waits for its database, which then submits nothing",
    withCluster(async (folder, oar) => {
      const before = statesOf(oar);
      const script = join(folder, "script.sh");
      writeFileSync(script, "#!/bin/sh\n", { mode: 0o755 });
      const program = resolve("dist/test/support/oar/submit-impatiently.js");
      const words = oar.command("/", process.execPath, program, script);
      oar.setDatabase("SIGSTOP");
      try {
        const { stdout } = await startProgram(words, folder).ended;
        expect(stdout).to.match(/^scheduler: oarsub gave no answer in .*\nLook at your queue/);
      } finally {
        oar.setDatabase("SIGCONT");
      }
      await until(() => processesWith([script]).length === 0);
      expect(statesOf(oar)).to.deep.equal(before);
    }),
  );
});

/** The ids of an array's jobs. */
function jobsOf(oar: Oar, array: string): readonly string[] {
  const printed = oar.run("oarstat", "-J", "--sql", `array_id = ${array}`);
  return Object.keys(JSON.parse(printed) as Readonly<Record<string, unknown>>);
}

function dependenciesOf(oar: Oar, id: string): readonly number[] {
  const printed = oar.run("oarstat", "--full", "-J", "-j", id);
  type Job = { readonly dependencies: readonly number[] };
  return (JSON.parse(printed) as Readonly<Record<string, Job>>)[id]?.dependencies ?? [];
}

/** What alstatus says of a storage's jobs. */
async function jobsSeen(oar: Oar, folder: string): Promise<unknown> {
  const words = oar.command(folder, ...ourCommand("alstatus"), ...LIST, "--json");
  const { stdout } = await startProgram(words, folder).ended;
  const { storages } = JSON.parse(stdout) as { readonly storages: readonly { jobs: unknown }[] };
  return storages[0]?.jobs;
}
