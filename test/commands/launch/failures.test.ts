import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "../../support/commands.ts";
import { withTempProcesses } from "../../support/processes.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
  until,
} from "../../support/small-project.ts";

const NODE = process.execPath;
const command = (script: string) => ({ command: [NODE, "-e", script] });
const valuesTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("allaunch, when runs fail,", function () {
  this.timeout(60_000);

  it(
    "ends one that takes too long, tries it again as often as allowed, and keeps each log",
    withTempProcesses(async (folder) => {
      const script = `
        console.log("attempt " + process.env.HATCHERY_ATTEMPT);
        if (process.env.HATCHERY_RESUME === "0") setInterval(() => 0, 1000);`;
      const storage = await prepareProject(folder, { program: command(script), values: [1] });
      const flags = ["--timeout", "1s", "--retry", "timeout=1"];
      const { stdout, code } = await runCommand("allaunch", [...LIST, ...flags], folder);
      expect([code, flagsOf(storage)["1/1"]]).to.deep.equal([0, "COMPLETED"]);
      expect(stdout).to.include("1 completed, 0 crashed, 1 put back");
      expect(readRunFile(storage, 1)).to.deep.include({ attempt: 1, outcome: "released" });
      expect(readRunFile(storage, 1)["cause"]).to.include({ kind: "timeout", limitSeconds: 1 });
      expect(readRunFile(storage, 1, "run.2.json")).to.include({ outcome: "completed" });
      const logOf = (name: string) =>
        readFileSync(join(storage, "experiment1/seed1", name), "utf8");
      expect(logOf("logger.out")).to.include("\nattempt 1\n");
      expect(logOf("logger.2.out")).to.include("\nattempt 2\n");
    }),
  );

  it(
    "ends also a module that blocks its process for too long",
    withTempProcesses(async (folder) => {
      const main = "export const main = ({ config }) => { while (config.x === 1); };";
      const project = {
        files: { "main.js": main },
        program: { module: "main.js" },
        values: [1, 2],
      };
      const storage = await prepareProject(folder, project);
      const flags = ["--timeout", "2s", "--grace", "0"];
      const { code } = await runCommand("allaunch", [...LIST, ...flags], folder);
      expect([code, flagsOf(storage)]).to.deep.equal([1, { "1/1": "CRASH", "2/1": "COMPLETED" }]);
      const crash = readFileSync(join(storage, "experiment1/seed1/CRASH"), "utf8");
      expect(crash).to.include("The program was still running after 2.0 s, its limit.");
    }),
  );

  it(
    "says that one ran out of memory, by V8's own words",
    withTempProcesses(async (folder) => {
      const main = `
export function main({ config }) {
  if (config.x === 1) return new ArrayBuffer(2 ** 52);
  const all = [];
  for (;;) all.push(new Array(1e5).fill(config));
}`;
      const heap = [
        NODE,
        "--max-old-space-size=30",
        "-e",
        'import("./main.js").then((m) => m.main({ config: {} }))',
      ];
      for (const program of [{ module: "main.js" }, { command: heap }]) {
        const storage = await prepareProject(folder, {
          files: { "main.js": main },
          program,
          values: [1],
        });
        await runCommand("allaunch", ["-s", storage.split("/").at(-1) ?? ""], folder);
        const cause = readRunFile(storage, 1)["cause"] as { readonly evidence: string };
        expect(cause).to.include({ kind: "out-of-memory" });
        expect(cause.evidence).to.match(/^it said ".*(heap out of memory|allocation failed)"$/);
      }
    }),
  );

  it(
    "asks by the signal that is wanted; what left a checkpoint goes on from it later",
    withTempProcesses(async (folder) => {
      const script = `
        const { appendFileSync, existsSync, writeFileSync } = require("node:fs");
        const checkpoint = process.env.HATCHERY_RUN_DIR + "/checkpoint";
        if (existsSync(checkpoint)) process.exit(process.env.HATCHERY_RESUME === "1" ? 0 : 3);
        process.on("SIGUSR1", () => { writeFileSync(checkpoint, ""); process.exit(0); });
        appendFileSync("started", "here\\n");
        setInterval(() => 0, 1000);`;
      const storage = await prepareProject(folder, { program: command(script), values: [1] });
      const flags = ["--stop_signal", "SIGUSR1", "--lead", "1h"];
      const launched = startCommand("allaunch", [...LIST, ...flags], folder);
      await until(() => linesOf(folder, "started").length === 1);
      launched.child.kill("SIGUSR2");
      expect((await launched.ended).code).to.equal(75);
      expect(readRunFile(storage, 1)["cause"]).to.deep.equal({ kind: "preempted", by: "SIGUSR2" });
      expect(existsSync(join(storage, "experiment1/seed1/checkpoint"))).to.equal(true);
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
      expect(flagsOf(storage)["1/1"]).to.equal("COMPLETED");
    }),
  );

  const module = `
    import { appendFileSync } from "node:fs";
    export const main = async ({ config, signal, done }) => {
      appendFileSync("started", "here\\n");
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      if (config.x === 1) done();
    };`;
  const script = `
    const { appendFileSync } = require("node:fs");
    process.on("SIGTERM", () => {
      if (process.argv[1] === "1") appendFileSync(process.env.HATCHERY_RECORDER, '{"$done": true}\\n');
      process.exit(0);
    });
    appendFileSync(process.env.HATCHERY_RECORDER, '{"loss": 1}\\n');
    appendFileSync("started", "here\\n");
    setInterval(() => 0, 1000);`;
  const python = `
import hatchery, os, signal, sys, time
hatchery.record(loss=1)
if hatchery.config["x"] == 1:
    hatchery.done()
else:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open("started", "a").write("here\\n")
while not os.path.exists("end"):
    time.sleep(0.05)
`;
  for (const [what, program] of [
    ["a module", { module: "main.js" }],
    ["a command", { command: [NODE, "-e", script, "{x}"] }],
    ["a program in Python", { command: ["python3", "main.py"] }],
  ] as const) {
    it(
      `takes ${what} for complete that says so, though it was told to stop, and no other`,
      withTempProcesses(async (folder) => {
        const files = { "main.js": module, "main.py": python };
        const storage = await prepareProject(folder, { files, program, values: [1, 2] });
        const launched = startCommand("allaunch", [...LIST, "-p", "2"], folder);
        await until(() => linesOf(folder, "started").length === 2);
        launched.child.kill("SIGTERM");
        await until(() => flagsOf(storage)["2/1"] === "UNHATCHED");
        writeFileSync(join(folder, "end"), "");
        expect((await launched.ended).code).to.equal(143);
        expect(flagsOf(storage)).to.deep.equal({ "1/1": "COMPLETED", "2/1": "UNHATCHED" });
        expect(readRunFile(storage, 1)).to.deep.include({
          outcome: "completed",
          cause: { kind: "done" },
        });
      }),
    );
  }

  it(
    "starts nothing more after --max_fails crashes",
    withTempProcesses(async (folder) => {
      const script = "throw new Error(['odd', 'even'][Number(process.argv[1]) % 2])";
      const program = { command: [NODE, "-e", script, "{x}"] };
      const storage = await prepareProject(folder, { program, values: valuesTo(9) });
      const { code, stdout } = await runCommand("allaunch", [...LIST, "--max_fails", "3"], folder);
      expect(code).to.equal(1);
      expect(stdout).to.include("Stopped early: 3 runs have crashed (--max_fails).");
      const crashed = Object.values(flagsOf(storage)).filter((flag) => flag === "CRASH");
      // What was claimed already when the third one crashed is finished.
      expect(crashed).to.have.length.within(3, 5);
    }),
  );

  it(
    "starts nothing more when the first ones crash alike, unless it is told to",
    withTempProcesses(async (folder) => {
      const program = {
        command: [NODE, "-e", "throw new Error('x is ' + process.argv[1])", "{x}"],
      };
      const storage = await prepareProject(folder, { program, values: valuesTo(14) });
      const flags = ["--circuit_breaker", "4"];
      const halted = await runCommand("allaunch", [...LIST, ...flags], folder);
      expect(halted.stdout).to.include("Stopped early: the first 4 runs crashed alike");
      expect(Object.values(flagsOf(storage))).to.include("UNHATCHED");
      const goOn = ["--circuit_breaker", "0"];
      const { stdout } = await runCommand("allaunch", [...LIST, ...goOn], folder);
      expect(stdout).not.to.include("Stopped early");
      expect(new Set(Object.values(flagsOf(storage)))).to.deep.equal(new Set(["CRASH"]));
    }),
  );

  it(
    "leaves before the end of its time, and says so by its exit code",
    withTempProcesses(async (folder) => {
      const program = { command: [NODE, "-e", "setTimeout(() => 0, 1000)"] };
      const storage = await prepareProject(folder, { program, values: valuesTo(30) });
      const flags = ["--wall_time", "9s", "--grace", "1s"];
      const { code, stdout } = await runCommand("allaunch", [...LIST, ...flags], folder);
      expect(code).to.equal(75);
      expect(stdout).to.include("Launch again to go on.");
      const flagsLeft = Object.values(flagsOf(storage));
      expect(flagsLeft).to.include("UNHATCHED");
      expect(flagsLeft.every((flag) => flag === "COMPLETED" || flag === "UNHATCHED")).to.equal(
        true,
      );
    }),
  );
});
