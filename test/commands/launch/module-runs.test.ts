import { readFileSync } from "node:fs";
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

describe("a module's runs in one process", function () {
  this.timeout(60_000);

  it(
    "are not harmed by what a former one has left behind",
    withTempProcesses(async (folder) => {
      const main = `
import { writeSync } from "node:fs";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const leavings = {
  timer: () => setTimeout(() => { throw new Error("late error"); }, 20),
  promise: () => { pause(20).then(() => { throw new Error("late rejection"); }); },
  exit: () => setTimeout(() => process.exit(0), 0),
  line: () => writeSync(3, 'null\\n5\\n{}\\n{"id":1}\\n{"id":1,"message":null}\\nhalf a line'),
  folder: () => process.chdir("/"),
  wait: () => pause(100),
  look: () => console.log("in " + process.cwd()),
};
export const main = ({ config }) => leavings[config.x]?.();
`;
      const values = [
        "timer",
        "wait",
        "promise",
        "wait 2",
        "line",
        "folder",
        "look",
        "exit",
        "end",
      ];
      const storage = await prepareProject(folder, {
        files: { "main.js": main.replace("config.x]", 'config.x.split(" ")[0]]') },
        program: { module: "main.js" },
        values,
      });
      const { stdout, stderr, code } = await runCommand("allaunch", LIST, folder);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include("9 completed, 0 crashed");
      const logOf = (experiment: number) =>
        readFileSync(join(storage, `experiment${experiment}/seed1/logger.out`), "utf8");
      // Said where it happened, without harm.
      expect(logOf(2)).to.include("An earlier run").and.include("late error");
      expect(logOf(4)).to.include("An earlier run").and.include("late rejection");
      expect(logOf(7)).to.include(`in ${folder}\n`);
    }),
  );

  it(
    "keep what they printed last, when they end their process",
    withTempProcesses(async (folder) => {
      const main = `export function main() { console.error("last words"); process.exit(3); }`;
      const project = { files: { "main.js": main }, program: { module: "main.js" }, values: [1] };
      const storage = await prepareProject(folder, project);
      await runCommand("allaunch", LIST, folder);
      const crash = readFileSync(join(storage, "experiment1/seed1/CRASH"), "utf8");
      expect(crash).to.match(/ended with exit code 3\.\nThe end of its output:\n.*\nlast words\n/);
    }),
  );

  it(
    "may throw anything",
    withTempProcesses(async (folder) => {
      const main = `
const thrown = {
  object: () => ({ a: 1 }),
  nothing: () => undefined,
  bare: () => Object.create(null),
  cause: () => new Error("outer", { cause: new TypeError("inner") }),
  circle: () => { const error = new Error("round"); error.cause = error; return error; },
  liar: () => ({ [Symbol.for("nodejs.util.inspect.custom")]: () => { throw new Error("no"); } }),
  stack: () => Object.assign(new Error("odd stack"), { stack: 5 }),
};
export function main({ config }) { throw thrown[config.x](); }
`;
      const values = ["object", "nothing", "bare", "cause", "circle", "liar", "stack"];
      const storage = await prepareProject(folder, {
        files: { "main.js": main },
        program: { module: "main.js" },
        values,
      });
      expect((await runCommand("allaunch", LIST, folder)).stdout).to.include("7 crashed");
      const traceOf = (index: number) =>
        (readRunFile(storage, index + 1)["cause"] as { readonly trace: string }).trace;
      expect(traceOf(0)).to.equal("Thrown: { a: 1 }");
      expect(traceOf(1)).to.equal("Thrown: undefined");
      expect(traceOf(3)).to.match(/^Error: outer\n +at [^]*TypeError: inner\n +at /);
      expect(traceOf(4)).to.include("Error: round");
    }),
  );

  it(
    "lose nothing that they recorded, logged or printed when they are killed in the middle of their work",
    withTempProcesses(async (folder) => {
      const main = `
import { appendFileSync } from "node:fs";
const work = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); };
export function main({ recorder, logger }) {
  // Lets go of nothing: no event, no timer, no other thread's message is heard.
  for (let step = 1; ; step += 1) {
    recorder.record({ step, loss: 1 / step });
    recorder.record({ step }, "valid");
    logger.info("step " + step);
    console.log("print " + step);
    appendFileSync("done", process.pid + " " + step + "\\n");
    work(step % 10 === 0 ? 300 : 5);
  }
}`;
      const project = { files: { "main.js": main }, program: { module: "main.js" }, values: [1] };
      const storage = await prepareProject(folder, project);
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "done").length >= 25);
      const [pid] = (linesOf(folder, "done")[0] ?? "").split(" ");
      process.kill(Number(pid), "SIGKILL");
      expect((await launched.ended).code).to.equal(1);
      expect(flagsOf(storage)["1/1"]).to.equal("CRASH");
      expect(readRunFile(storage, 1)["cause"]).to.include({ kind: "signal", signal: "SIGKILL" });
      const said = linesOf(folder, "done").length;
      const run = join(storage, "experiment1/seed1");
      for (const series of ["train", "valid"]) {
        const steps = linesOf(run, `recorders/${series}_recorder.jsonl`).map(
          (line) => (JSON.parse(line) as { readonly step: number }).step,
        );
        expect(steps).to.deep.equal(steps.map((_, index) => index + 1));
        expect(steps.length).to.be.within(said, said + 1);
      }
      const log = linesOf(run, "logger.out");
      for (let step = 1; step <= said; step += 1) {
        expect(log).to.include(`print ${step}`);
        expect(log.some((line) => line.endsWith(`step ${step}`))).to.equal(true);
      }
    }),
  );

  it(
    "share what setUp() made; one that fails is called again",
    withTempProcesses(async (folder) => {
      const main = `
import { appendFileSync } from "node:fs";
let calls = 0;
export function setUp() {
  calls += 1;
  appendFileSync("calls", process.pid + "\\n");
  if (calls === 1) throw new Error("not today");
}
export const main = ({ config }) => appendFileSync("runs", config.x + " " + process.pid + "\\n");
`;
      const project = {
        files: { "main.js": main },
        program: { module: "main.js" },
        values: [1, 2, 3],
      };
      const storage = await prepareProject(folder, project);
      await runCommand("allaunch", LIST, folder);
      expect(flagsOf(storage)).to.deep.equal({
        "1/1": "CRASH",
        "2/1": "COMPLETED",
        "3/1": "COMPLETED",
      });
      const [first = "", ...others] = linesOf(folder, "calls");
      expect(others).to.deep.equal([first]);
      expect(linesOf(folder, "runs")).to.deep.equal([`2 ${first}`, `3 ${first}`]);
    }),
  );

  it(
    "say which file cannot be loaded, or has no main",
    withTempProcesses(async (folder) => {
      const modules = [
        ["export function main( {{", "Unexpected token"],
        ["export const train = 1;", "expected a function main"],
        ['import "./gone.js"; export const main = 1;', "gone.js"],
      ] as const;
      for (const [index, [text, said]] of modules.entries()) {
        const storage = await prepareProject(folder, {
          files: { "broken.js": text },
          program: { module: "broken.js" },
          // Another search each time: the same one would not be prepared again.
          values: [index],
        });
        const name = storage.split("/").at(-1) ?? "";
        const { stderr } = await runCommand("allaunch", ["-s", name], folder);
        expect(stderr).to.include(join(folder, "broken.js")).and.include(said);
      }
    }),
  );
});
