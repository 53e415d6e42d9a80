import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "../support/commands.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
  until,
  writeSchedule,
} from "../support/small-project.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const NODE = process.execPath;
const QUICK = ["--heartbeat", "0.2", "--grace", "1"];
/** Appends the run to a file that the protocol knows nothing of. */
const COUNTED = `
import { appendFileSync } from "node:fs";
export const main = ({ config }) => appendFileSync("executions", config.x + "/" + config.seed + "\\n");
`;

describe("allaunch", function () {
  this.timeout(60_000);

  it(
    "executes a module's runs and leaves six files in each folder",
    withTempDirectory(async (folder) => {
      const main = `
export async function main({ config, recorder, logger, attempt }) {
  recorder.record({ step: 1, loss: config.x });
  recorder.record({ step: 2, loss: NaN });
  logger.info("hello " + attempt.number);
  logger.debug("unheard");
  console.log("printed");
}`;
      const project = {
        files: { "main.js": main },
        program: { module: "main.js" },
        values: [1, 2],
      };
      const storage = await prepareProject(folder, project);
      const { code, stdout, stderr } = await runCommand("allaunch", LIST, folder);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include("2 completed, 0 crashed");
      const run = join(storage, "experiment1", "seed1");
      expect(readdirSync(run).sort()).to.deep.equal([
        "COMPLETED",
        "config.json",
        "config_unique.json",
        "logger.out",
        "recorders",
        "run.json",
      ]);
      const recorded = readFileSync(join(run, "recorders", "train_recorder.jsonl"), "utf8");
      expect(recorded).to.equal('{"step":1,"loss":1}\n{"step":2,"loss":NaN}\n');
      const log = readFileSync(join(run, "logger.out"), "utf8");
      expect(log).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z \S+ \d+ experiment1\/seed1 INFO hello 1$/m);
      expect(log).to.include("\nprinted\n").and.not.include("unheard");
      expect(readRunFile(storage, 1)).to.include({ attempt: 1, outcome: "completed" });
      const [launch = ""] = readdirSync(join(storage, "logs"));
      const lines = readFileSync(join(storage, "logs", launch), "utf8");
      expect(lines).to.match(/experiment2\/seed1 INFO completed after/);
    }),
  );

  it(
    "makes every kind of death a CRASH of that run only, with its reason",
    withTempDirectory(async (folder) => {
      const main = `
export async function main({ config, progress }) {
  if (config.x === "throw") throw new TypeError("bad shape");
  if (config.x === "exit3") { console.error("last words"); process.exit(3); }
  if (config.x === "exit0") process.exit(0);
  if (config.x === "kill") process.kill(process.pid, "SIGKILL");
  if (config.x === "timer") { setTimeout(() => { throw new Error("in a timer"); }, 1); await new Promise(() => setTimeout(() => {}, 60000)); }
}`;
      const values = ["throw", "exit3", "fine", "exit0", "kill", "timer", "fine too"];
      const project = { files: { "main.js": main }, program: { module: "main.js" }, values };
      const storage = await prepareProject(folder, project);
      const { code, stderr, stdout } = await runCommand("allaunch", LIST, folder);
      expect(code).to.equal(1);
      expect(stdout).to.include("2 completed, 5 crashed");
      expect(Object.values(flagsOf(storage))).to.deep.equal([
        "CRASH",
        "CRASH",
        "COMPLETED",
        "CRASH",
        "CRASH",
        "CRASH",
        "COMPLETED",
      ]);
      const causes = [1, 2, 4, 5, 6].map((experiment) => readRunFile(storage, experiment)["cause"]);
      expect(causes)
        .to.have.nested.property("[0].trace")
        .that.matches(/TypeError: bad shape\n +at main/);
      expect(causes[1]).to.deep.include({ kind: "exit", code: 3 });
      expect(causes[2]).to.deep.include({ kind: "exit", code: 0 });
      expect(causes[3]).to.deep.include({ kind: "signal", signal: "SIGKILL" });
      expect(causes).to.have.nested.property("[4].trace").that.includes("in a timer");
      expect(readFileSync(join(storage, "experiment1/seed1/CRASH"), "utf8")).to.include(
        "bad shape",
      );
      expect(stderr).to.match(
        /crashed: \S+experiment1\/seed1: TypeError: bad shape \(see storage\/\S+CRASH\)/,
      );
    }),
  );

  it(
    "gives a command its placeholders and its environment, read by no shell",
    withTempDirectory(async (folder) => {
      const note = `it's "two  words" $(touch pwned) ; *`;
      const program = `
import { appendFileSync, readFileSync } from "node:fs";
const { HATCHERY_CONFIG, HATCHERY_RECORDER, HATCHERY_RUN_DIR, HATCHERY_ATTEMPT, HATCHERY_RESUME, HATCHERY_SEED } = process.env;
const config = JSON.parse(readFileSync(HATCHERY_CONFIG, "utf8"));
appendFileSync(HATCHERY_RECORDER, JSON.stringify({ loss: config.x }) + "\\n");
console.log(JSON.stringify([process.argv.slice(2), process.cwd() === ${JSON.stringify(folder)}, HATCHERY_RUN_DIR === process.argv[4], HATCHERY_ATTEMPT, HATCHERY_RESUME, HATCHERY_SEED]));
`;
      const storage = await prepareProject(folder, {
        files: { "train.js": program },
        program: {
          command: [NODE, "train.js", "--x={x}", "{note}", "{run_dir}", "{model.depth}", "{}"],
        },
        defaults: { note, model: { depth: 4 } },
        values: [0.5],
      });
      const { code, stderr } = await runCommand("allaunch", LIST, folder);
      expect(code, stderr).to.equal(0);
      const run = join(storage, "experiment1", "seed1");
      const printed = readFileSync(join(run, "logger.out"), "utf8").trimEnd().split("\n").at(-1);
      expect(JSON.parse(printed ?? "")).to.deep.equal([
        ["--x=0.5", note, run, "4", "{}"],
        true,
        true,
        "1",
        "0",
        "1",
      ]);
      expect(readdirSync(folder)).not.to.include("pwned");
      const recorded = readFileSync(join(run, "recorders/train_recorder.jsonl"), "utf8");
      expect(recorded).to.equal('{"loss":0.5}\n');
    }),
  );

  it(
    "keeps the end of the output of a command that fails, and says what cannot be started",
    withTempDirectory(async (folder) => {
      const failing = {
        command: [NODE, "-e", "console.log('line'.repeat(5000) + ' the end'); process.exit(5)"],
      };
      const storage = await prepareProject(folder, { program: failing, values: [1] });
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(1);
      const cause = readRunFile(storage, 1)["cause"] as { code: number; output: string };
      expect(cause.code).to.equal(5);
      expect(cause.output)
        .to.match(/the end\n$/)
        .and.to.have.length.below(9000);

      const missing = await prepareProject(folder, {
        program: { command: ["./no-such-program"] },
        values: [1],
      });
      const ended = await runCommand("allaunch", ["-s", missing.split("/").at(-1) ?? ""], folder);
      expect(ended.stderr).to.include("could not be started");
      expect(readRunFile(missing, 1)["cause"]).to.deep.include({ kind: "not-started" });
    }),
  );

  it(
    "makes a configuration that is cut a CRASH, and goes on",
    withTempDirectory(async (folder) => {
      const project = {
        files: { "main.js": COUNTED },
        program: { module: "main.js" },
        values: [1, 2],
      };
      const storage = await prepareProject(folder, project);
      writeFileSync(join(storage, "experiment1/seed1/config.json"), '{"x": 1,');
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(1);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "CRASH", "2/1": "COMPLETED" });
      expect(readFileSync(join(storage, "experiment1/seed1/CRASH"), "utf8")).to.include(
        "config.json",
      );
    }),
  );

  it(
    "executes each of hundreds of runs once, with eight workers",
    withTempDirectory(async (folder) => {
      const values = Array.from({ length: 150 }, (_, index) => index);
      const project = {
        files: { "main.js": COUNTED },
        program: { module: "main.js" },
        values,
        seeds: [1, 2],
      };
      await prepareProject(folder, project);
      const { code, stderr } = await runCommand("allaunch", [...LIST, "-p", "8"], folder);
      expect(code, stderr).to.equal(0);
      const executions = linesOf(folder, "executions");
      expect(executions).to.have.length(300);
      expect(new Set(executions)).to.have.property("size", 300);
    }),
  );

  it(
    "takes seed 1 of every experiment before seed 2 of any, and stops after --n_experiments_per_proc",
    withTempDirectory(async (folder) => {
      const project = {
        files: { "main.js": COUNTED },
        program: { module: "main.js" },
        values: [10, 20, 30],
        seeds: [1, 2],
      };
      await prepareProject(folder, project);
      await runCommand("allaunch", [...LIST, "--n_experiments_per_proc", "4"], folder);
      expect(linesOf(folder, "executions")).to.deep.equal(["10/1", "20/1", "30/1", "10/2"]);
    }),
  );

  it(
    "takes up runs that are added while it works",
    withTempDirectory(async (folder) => {
      const main = `
import { existsSync, appendFileSync } from "node:fs";
export async function main({ config }) {
  appendFileSync("executions", config.x + "\\n");
  while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
}`;
      const project = { files: { "main.js": main }, program: { module: "main.js" }, values: [1] };
      const storage = await prepareProject(folder, project);
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "executions").length === 1);
      writeSchedule(folder, { ...project, values: [1, 2, 3] });
      const name = storage.split("/").at(-1) ?? "";
      const added = await runCommand(
        "alprep",
        ["-f", "grid_schedule_small.json", "--add_to_folder", name],
        folder,
      );
      expect(added.code, added.stderr).to.equal(0);
      writeFileSync(join(folder, "go"), "");
      expect((await launched.ended).code).to.equal(0);
      expect(linesOf(folder, "executions")).to.deep.equal(["1", "2", "3"]);
    }),
  );

  it(
    "puts what runs back on SIGTERM, with grace, and exits with 143",
    withTempDirectory(async (folder) => {
      const main = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
export async function main({ tree, signal, attempt }) {
  if (attempt.resumed) return;
  writeFileSync("started", "");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  writeFileSync(join(tree.runFolder, "checkpoint"), String(signal.reason));
  throw signal.reason;
}`;
      const project = {
        files: { "main.js": main },
        program: { module: "main.js" },
        values: [1, 2],
      };
      const storage = await prepareProject(folder, project);
      const launched = startCommand("allaunch", [...LIST, ...QUICK], folder);
      await until(() => linesOf(folder, "started").length > 0);
      launched.child.kill("SIGTERM");
      const { code, stderr } = await launched.ended;
      expect(code, stderr).to.equal(143);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED", "2/1": "UNHATCHED" });
      expect(readRunFile(storage, 1)).to.deep.include({
        attempt: 1,
        outcome: "released",
        cause: { kind: "preempted", by: "SIGTERM" },
      });
      expect(readFileSync(join(storage, "experiment1/seed1/checkpoint"), "utf8")).to.include(
        "SIGTERM",
      );
    }),
  );

  it(
    "kills a program that ignores SIGTERM after the grace, and all that it started",
    withTempDirectory(async (folder) => {
      const script =
        "trap '' TERM; sleep 61 & echo $! > child; echo > started; while true; do sleep 0.1; done";
      const storage = await prepareProject(folder, {
        program: { command: ["/bin/sh", "-c", script] },
        values: [1],
      });
      const launched = startCommand("allaunch", [...LIST, ...QUICK], folder);
      await until(() => linesOf(folder, "started").length > 0);
      launched.child.kill("SIGINT");
      expect((await launched.ended).code).to.equal(130);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
      const [child = ""] = linesOf(folder, "child");
      await until(() => !isAlive(Number(child)));
    }),
  );

  it(
    "stops its workers, which put their runs back, when it is killed itself",
    withTempDirectory(async (folder) => {
      const program = { command: ["/bin/sh", "-c", "echo $$ >> started; exec sleep 62"] };
      const storage = await prepareProject(folder, { program, values: [1, 2] });
      const launched = startCommand("allaunch", [...LIST, ...QUICK, "-p", "2"], folder);
      await until(() => linesOf(folder, "started").length === 2);
      launched.child.kill("SIGKILL");
      await launched.ended;
      await until(() => Object.values(flagsOf(storage)).every((flag) => flag === "UNHATCHED"));
      for (const pid of linesOf(folder, "started")) await until(() => !isAlive(Number(pid)));
    }),
  );

  it(
    "replaces a worker that is killed, and takes its run over at once on the same machine",
    withTempDirectory(async (folder) => {
      const program = {
        command: [
          "/bin/sh",
          "-c",
          "echo $$ >> started; [ $HATCHERY_ATTEMPT = 2 ] || exec sleep 63",
        ],
      };
      const storage = await prepareProject(folder, { program, values: [1] });
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "started").length === 1);
      const [worker] = childrenOf(launched.child.pid ?? 0);
      process.kill(worker ?? 0, "SIGKILL");
      const { code, stderr, stdout } = await launched.ended;
      expect(code, stderr).to.equal(0);
      expect(stderr).to.include("another one takes its place");
      expect(stdout).to.include("1 taken over");
      expect(readRunFile(storage, 1)).to.include({ outcome: "voided" });
      expect(readRunFile(storage, 1, "run.2.json")).to.include({
        attempt: 2,
        outcome: "completed",
      });
    }),
  );

  it(
    "fences a worker that was stopped for longer than its lease: it harms nothing",
    withTempDirectory(async (folder) => {
      const script =
        "echo $$ $HATCHERY_ATTEMPT >> started; [ $HATCHERY_ATTEMPT = 2 ] || exec sleep 64";
      const storage = await prepareProject(folder, {
        program: { command: ["/bin/sh", "-c", script] },
        values: [1],
      });
      const first = startCommand("allaunch", [...LIST, ...QUICK], folder);
      await until(() => linesOf(folder, "started").length === 1);
      const [worker = 0] = childrenOf(first.child.pid ?? 0);
      process.kill(worker, "SIGSTOP");
      // The supervisor ends the program: a stopped worker cannot.
      const [program = ""] = linesOf(folder, "started");
      await until(() => !isAlive(Number(program.split(" ")[0])));
      const second = await runCommand("allaunch", [...LIST, ...QUICK, "--stay"], folder);
      expect(second.code, second.stderr).to.equal(0);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "COMPLETED" });
      process.kill(worker, "SIGCONT");
      const { stdout } = await first.ended;
      expect(stdout).to.include("1 lost");
      expect(readRunFile(storage, 1)).to.include({ outcome: "voided" });
      expect(readRunFile(storage, 1, "run.2.json")).to.include({ outcome: "completed" });
    }),
  );

  it(
    "refuses with --check_hash, naming both versions, when the code has changed",
    withTempDirectory(async (folder) => {
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
          cwd: folder,
          stdio: "pipe",
        });
      git("init", "-q");
      writeFileSync(join(folder, "main.js"), COUNTED);
      git("add", "main.js");
      git("commit", "-qm", "one");
      await prepareProject(folder, { program: { module: "main.js" }, values: [1] });
      expect(
        (await runCommand("allaunch", [...LIST, "--check_hash", "--dry_run"], folder)).code,
      ).to.equal(0);
      git("commit", "-qm", "two", "--allow-empty");
      const { code, stderr } = await runCommand("allaunch", [...LIST, "--check_hash"], folder);
      expect(code).to.equal(4);
      expect(stderr).to.match(/was [0-9a-f]{10}, is [0-9a-f]{10}/);
      expect(linesOf(folder, "executions")).to.deep.equal([]);
    }),
  );

  it(
    "reads lists with comments and blank lines, and refuses names that are paths or missing",
    withTempDirectory(async (folder) => {
      const project = {
        files: { "main.js": COUNTED },
        program: { module: "main.js" },
        values: [1],
      };
      const storage = await prepareProject(folder, project);
      const name = storage.split("/").at(-1) ?? "";
      writeFileSync(join(folder, "list.txt"), `# first\r\n\r\n ${name}  # the one\r\n`);
      expect((await runCommand("allaunch", ["-f", "list.txt"], folder)).code).to.equal(0);
      // Nothing is left to do: no error.
      expect((await runCommand("allaunch", ["-f", "list.txt"], folder)).stdout).to.include(
        "0 completed",
      );
      for (const bad of ["../storage", "a/b", "no_such_storage"]) {
        const { code, stderr } = await runCommand("allaunch", ["-s", bad], folder);
        expect(code, bad).to.equal(2);
        expect(stderr).to.include(JSON.stringify(bad));
      }
      const skipped = await runCommand(
        "allaunch",
        ["-s", "gone", "-s", name, "--skip_missing"],
        folder,
      );
      expect(skipped.code, skipped.stderr).to.equal(0);
      for (const bad of ["0", "-1", "2.5", "1e9"]) {
        expect(
          (await runCommand("allaunch", [...LIST, `--n_processes=${bad}`], folder)).code,
        ).to.equal(2);
      }
    }),
  );
});

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").flatMap((word) => (word === "" ? [] : Number(word)));
}

/** A zombie is gone: it waits for nobody but its parent. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
