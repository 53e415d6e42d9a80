import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "../support/commands.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

/** The system's own, where there is one: wrappers of version managers take long to start. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const RUNS = 60;
const KILLS = 5;

/**
 * Each execution says when it starts and ends, by the machine's own clock, in a file that the
 * protocol knows nothing of, and holds a lock on its run that the kernel drops when it dies: a
 * second one of the same run at the same time fails to get it.
 */
const PROGRAM = `
import fcntl, json, os, sys, time
config = json.load(open(os.environ["HATCHERY_CONFIG"]))
name = "%s-%s" % (config["x"], config["seed"])
lock = open(os.path.join("locks", name), "w")
def say(what):
    descriptor = os.open("executions", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, ("%s %s\\n" % (what, name)).encode())
    os.close(descriptor)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    say("OVERLAP")
    sys.exit(1)
say("start")
time.sleep(0.15)
say("end")
`;

describe("launchers that are killed at any moment", () => {
  it(
    "lose no run and never execute one twice at the same time",
    withTempDirectory(async (folder) => {
      writeSearch(folder);
      await expectDone("alprep", ["-f", "grid_schedule_storm.json"], folder);
      const list = ["-f", "list_searches_storm.txt"];
      for (let kills = 0; kills < KILLS; kills++) {
        const one = startCommand("allaunch", [...list, "-p", "2"], folder);
        const ends = countLines(folder, "end");
        await until(() => countLines(folder, "end") >= ends + 3);
        killTree(one.child.pid ?? 0);
        await one.ended;
        await until(() => processesBelow(folder).length === 0);
        const cleaned = await runCommand("alclean", [...list, "--json"], folder);
        expect(cleaned.code, cleaned.stderr).to.equal(0);
        expect(countFlags(folder, "OPENED.")).to.equal(0);
      }
      await expectDone("allaunch", [...list, "-p", "2"], folder);

      expect(countFlags(folder, "COMPLETED")).to.equal(RUNS);
      expect(countLines(folder, "OVERLAP")).to.equal(0);
      // A run that was killed after its end, but before it had settled, has another one.
      const ended = lines(folder).filter((line) => line.startsWith("end"));
      expect(new Set(ended)).to.have.property("size", RUNS);
    }),
  ).timeout(90_000);
});

function writeSearch(folder: string): void {
  execFileSync("mkdir", [join(folder, "locks")]);
  writeFileSync(join(folder, "train.py"), PROGRAM);
  const schedule = {
    kind: "grid",
    algNames: ["a"],
    taskNames: ["t"],
    seeds: [1, 2],
    program: { command: [PYTHON, "train.py"] },
    defaults: { x: 0 },
    variations: { x: Array.from({ length: RUNS / 2 }, (_, index) => index) },
  };
  writeFileSync(join(folder, "grid_schedule_storm.json"), JSON.stringify(schedule));
}

async function expectDone(name: string, args: readonly string[], folder: string): Promise<void> {
  const { code, stderr } = await runCommand(name, args, folder);
  expect(code, stderr).to.equal(0);
}

/** `kill -9` of a launcher and its workers, all at once. */
function killTree(launcher: number): void {
  const children = readFileSync(`/proc/${launcher}/task/${launcher}/children`, "utf8");
  for (const pid of [
    launcher,
    ...children
      .split(" ")
      .filter((text) => text !== "")
      .map(Number),
  ]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has just left by itself.
    }
  }
}

/** Programs of ours that still run: a zombie has no working folder any more. */
function processesBelow(folder: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return (
        command.includes("train.py") &&
        readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder)
      );
    } catch {
      return false;
    }
  });
}

function lines(folder: string): readonly string[] {
  try {
    return readFileSync(join(folder, "executions"), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
}

const countLines = (folder: string, word: string) =>
  lines(folder).filter((line) => line.startsWith(`${word} `)).length;

function countFlags(folder: string, start: string): number {
  const names = readdirSync(join(folder, "storage"), { recursive: true, encoding: "utf8" });
  return names.filter(
    (name) => /seed\d+\/[A-Z]/.test(name) && name.split("/").at(-1)?.startsWith(start),
  ).length;
}

/** Waits for a condition; the test's own timeout bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
