import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseRunRecord, type RunRecord } from "../../src/core/run-record.ts";
import { runCommand, startCommand, type RunningCommand } from "../support/commands.ts";
import { childrenOf, processesIn, signalIfAlive, withTempProcesses } from "../support/processes.ts";
import { flagsOf, linesOf, LIST, prepareProject, until } from "../support/small-project.ts";

/** `HATCHERY_STORM_SEED=<seed>` repeats the order of events, though not their instants. */
const SEED = Number(process.env["HATCHERY_STORM_SEED"] ?? Date.now() % 1_000_000);
const SECONDS = Number(process.env["HATCHERY_STORM_SECONDS"] ?? 12);
const EXPERIMENTS = 100;
const RUNS = 2 * EXPERIMENTS;
const LAUNCHERS = 2;
/** The lease is 2 s. */
const LAUNCH = [...LIST, "-p", "2", "--heartbeat", "0.2", "--grace", "0.5"];
const LONGER_THAN_LEASE_MS = 3_000;
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/**
 * Each execution says what it is when it starts and when it ends, in a file that the protocol knows
 * nothing of, and holds a lock on its run that the kernel drops when it dies: another one of the
 * same run at the same time fails to get it.
 */
const PROGRAM = `
import fcntl, json, os, sys, time
config = json.load(open(os.environ["HATCHERY_CONFIG"]))
run = "%s/%s" % (config["x"] + 1, config["seed"])
def say(what):
    line = "%s %s %s\\n" % (what, run, os.environ["HATCHERY_ATTEMPT"])
    descriptor = os.open("executions", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)
lock = open(os.path.join("locks", run.replace("/", "-")), "w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    say("overlap")
say("start")
time.sleep(0.05 + 0.01 * (config["x"] % 20))
say("end")
`;

describe("a storm of kills, stops and cleaners", () => {
  it(
    `loses no run, executes none twice at the same time, and leaves no late mark (seed ${SEED})`,
    withTempProcesses(async (folder) => {
      const storage = await prepareStorm(folder);
      await rage(folder);
      await calm(folder, storage);
      const { code, stderr } = await runCommand("allaunch", LAUNCH, folder);
      expect(code, stderr).to.equal(0);

      const flags = Object.values(flagsOf(storage));
      expect(flags.filter((flag) => flag === "COMPLETED")).to.have.length(RUNS);
      const executions = linesOf(folder, "executions");
      expect(executions.filter((line) => line.startsWith("overlap"))).to.deep.equal([]);
      // No attempt is executed twice, and only one that went to its end is COMPLETED.
      const starts = executions.filter((line) => line.startsWith("start"));
      expect(new Set(starts)).to.have.property("size", starts.length);
      // Some were killed on the way, or it was no storm.
      expect(starts).to.have.length.above(RUNS);
      const ends = new Set(executions.filter((line) => line.startsWith("end")));
      for (const run of Object.keys(flagsOf(storage))) {
        const completed = recordsOf(storage, run).filter(({ outcome }) => outcome === "completed");
        expect(completed, run).to.have.length(1);
        expect(ends, run).to.include(`end ${run} ${completed[0]?.attempt ?? 0}`);
      }
    }),
  ).timeout(120_000);
});

async function prepareStorm(folder: string): Promise<string> {
  mkdirSync(join(folder, "locks"));
  return prepareProject(folder, {
    files: { "train.py": PROGRAM },
    program: { command: [PYTHON, "-I", "-S", "train.py"] },
    values: Array.from({ length: EXPERIMENTS }, (_, index) => index),
    seeds: [1, 2],
  });
}

/** Keeps some launchers running, and has something happen to one of them, again and again. */
async function rage(folder: string): Promise<void> {
  const random = createRandom(SEED);
  const launchers = Array.from({ length: LAUNCHERS }, () =>
    startCommand("allaunch", LAUNCH, folder),
  );
  const cleaners: RunningCommand[] = [];
  const end = performance.now() + 1000 * SECONDS;
  while (performance.now() < end) {
    await pause(100 + 400 * random());
    const place = Math.floor(LAUNCHERS * random());
    const launcher = launchers[place]?.child;
    if (launcher?.pid === undefined || launcher.exitCode !== null || launcher.signalCode !== null) {
      launchers[place] = startCommand("allaunch", LAUNCH, folder);
    } else if (random() < 0.15) {
      cleaners.push(startCommand("alclean", LIST, folder));
    } else {
      strike(launcher.pid, random);
    }
  }
  for (const { child } of launchers) child.kill("SIGTERM");
  await Promise.all([...launchers, ...cleaners].map(({ ended }) => ended));
}

function strike(launcher: number, random: () => number): void {
  const workers = childrenOf(launcher);
  const worker = workers[Math.floor(workers.length * random())];
  if (worker === undefined) return;
  const supervisors = workers.flatMap(childrenOf);
  const happenings = [
    () => {
      for (const pid of [launcher, ...workers, ...supervisors]) signalIfAlive(pid, "SIGKILL");
    },
    () => {
      signalIfAlive(launcher, "SIGKILL");
    },
    () => {
      signalIfAlive(launcher, "SIGTERM");
    },
    () => {
      signalIfAlive(worker, "SIGKILL");
    },
    () => {
      for (const supervisor of childrenOf(worker)) signalIfAlive(supervisor, "SIGKILL");
    },
    () => {
      stopFor(worker, 1000 * random());
    },
    () => {
      stopFor(worker, LONGER_THAN_LEASE_MS + 1000 * random());
    },
  ];
  happenings[Math.floor(happenings.length * random())]?.();
}

function stopFor(pid: number, ms: number): void {
  signalIfAlive(pid, "SIGSTOP");
  setTimeout(() => {
    signalIfAlive(pid, "SIGCONT");
  }, ms);
}

/** Waits for what is left of the killed launchers, and cleans. */
async function calm(folder: string, storage: string): Promise<void> {
  await until(() => processesIn(folder).length === 0);
  const { code, stderr } = await runCommand("alclean", LIST, folder);
  expect(code, stderr).to.equal(0);
  expect(Object.values(flagsOf(storage))).not.to.include.members(["OPENED"]);
}

function recordsOf(storage: string, run: string): readonly RunRecord[] {
  const folder = join(storage, `experiment${run.replace("/", "/seed")}`);
  const names = readdirSync(folder).filter((name) => /^run(\.\d+)?\.json$/.test(name));
  return names.flatMap((name) => parseRunRecord(readFileSync(join(folder, name), "utf8")) ?? []);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers from 0 to 1 that a seed repeats. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
