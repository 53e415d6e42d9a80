import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "chai";

import { openReader } from "../../../src/library.ts";
import { linesOf, until } from "../../support/small-project.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

/** A project whose only script launches `body`, a function of the context. */
function putProject(folder: string, body: string, config = "seed: null\nx: 1\n"): void {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules/hatchery"));
  mkdirSync(join(folder, "configs"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "configs/config.yaml"), config);
  putScript(folder, body);
}

function putScript(folder: string, body: string): void {
  writeFileSync(
    join(folder, "main.js"),
    `import { appendFileSync, existsSync } from "node:fs";
     import { launch } from "hatchery/library";
     const note = (text) => appendFileSync("notes.txt", text + "\\n");
     const runs = await launch({ configPath: "./configs" }, ${body});
     console.log("ended", JSON.stringify(runs.map(({ logId, status }) => [logId, status])));`,
  );
}

type Script = {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
};

function start(folder: string, ...words: readonly string[]): Script {
  const child = spawn(process.execPath, ["main.js", ...words], { cwd: folder });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Awaited<Script["ended"]>>((done) => {
    child.on("close", (code) => {
      done({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

const flagOf = (folder: string, id: number) =>
  readdirSync(join(folder, "logs", String(id))).find((name) => /^[A-Z]{5}/.test(name)) ?? "";
const textOf = (folder: string, name: string) => readFileSync(join(folder, "logs", name), "utf8");

describe("launch", () => {
  it(
    "gives every run of simultaneous launches a number and a folder of its own",
    withTempDirectory(async (folder) => {
      putProject(folder, "({ config, info }) => note(`${info.log_id} ${config.x} ${config.seed}`)");
      const launches = [1, 2, 3].map((seed) => start(folder, "x=1,2", `seed=${seed}`, "-p", "2"));
      for (const { ended } of launches) {
        const { code, stderr } = await ended;
        expect(code, stderr).to.equal(0);
      }
      const notes = linesOf(folder, "notes.txt").map((line) => line.split(" "));
      expect(notes.map(([id]) => Number(id)).sort()).to.deep.equal([1, 2, 3, 4, 5, 6]);
      const runs = notes.map(([, x, seed]) => `${x ?? ""} ${seed ?? ""}`).sort();
      expect(runs).to.deep.equal(["1 1", "1 2", "1 3", "2 1", "2 2", "2 3"]);
      expect([1, 2, 3, 4, 5, 6].map((id) => flagOf(folder, id))).to.deep.equal(
        Array(6).fill("COMPLETED"),
      );
    }),
  ).timeout(120_000);

  it(
    "says which runs failed and why, and goes on with them when asked to",
    withTempDirectory(async (folder) => {
      putProject(
        folder,
        `({ config, logger, attempt }) => {
           logger.logMetrics({ loss: config.x, nan: NaN, word: null }, "train_2");
           console.log("attempt", attempt);
           if (config.x === 2 && attempt === 1) throw new Error("diverged");
         }`,
      );
      const first = await start(folder, "x=1,2").ended;
      expect(first.code).to.equal(1);
      expect(first.stdout).to.match(/^attempt 1\nattempt 1\nError: diverged\n/);
      expect(first.stdout).to.include('ended [[1,"COMPLETE"],[2,"FAILED"]]');
      expect(first.stderr).to.include("log 2 failed");
      expect(flagOf(folder, 2)).to.equal("CRASH");
      expect(textOf(folder, "2/metadata/info.yaml")).to.match(/\nstatus: FAILED\n/);
      expect(textOf(folder, "2/metrics/train_2.json")).to.equal(
        '{"loss":2,"nan":NaN,"word":null}\n',
      );
      const changed = await start(folder, "--resume", "x=3").ended;
      expect(changed.code).to.equal(2);
      const again = await start(folder, "--resume").ended;
      expect(again.code, again.stderr).to.equal(0);
      expect(again.stdout).to.equal('attempt 2\nended [[2,"COMPLETE"]]\n');
      expect(textOf(folder, "2/metadata/info.yaml")).to.match(/\nstatus: COMPLETE\n/);
    }),
  ).timeout(120_000);

  it(
    "refuses a log that is being executed, and puts it back when it is stopped",
    withTempDirectory(async (folder) => {
      putProject(
        folder,
        `async ({ logger, signal }) => {
           const checkpoint = logger.loadCheckpoint();
           note("started " + (checkpoint?.step ?? 0));
           if (checkpoint) return;
           await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
           logger.logCheckpoint({ step: 7 });
         }`,
      );
      const first = start(folder);
      const end = first.ended;
      await until(() => linesOf(folder, "notes.txt").length > 0);
      const second = await start(folder, "hatchery.logger.forced_log_id=1").ended;
      expect(second.code, second.stderr + second.stdout).to.equal(4);
      expect(second.stderr).to.include("being executed by somebody else");
      first.child.kill("SIGINT");
      expect((await end).code).to.equal(130);
      expect(flagOf(folder, 1)).to.equal("UNHATCHED");
      const third = await start(folder, "hatchery.logger.forced_log_id=1").ended;
      expect(third.code, third.stderr).to.equal(0);
      expect(linesOf(folder, "notes.txt")).to.deep.equal(["started 0", "started 7"]);
    }),
  ).timeout(120_000);

  it(
    "lets one of two launches that force the same new log have it",
    withTempDirectory(async (folder) => {
      putProject(
        folder,
        `async ({ info, config }) => {
           note("started " + info.log_id + " " + config.x);
           while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
         }`,
      );
      const launches = [1, 2].map((x) =>
        start(folder, "hatchery.logger.forced_log_id=7", `x=${x}`),
      );
      const refused = await Promise.race(launches.map(({ ended }) => ended));
      expect(refused.code, refused.stderr).to.equal(4);
      writeFileSync(join(folder, "go"), "");
      const codes = (await Promise.all(launches.map(({ ended }) => ended))).map(({ code }) => code);
      expect(codes.sort()).to.deep.equal([0, 4]);
      const { x } = JSON.parse(textOf(folder, "7/config.json")) as { readonly x: number };
      expect(textOf(folder, "7/metadata/config.yaml")).to.include(`x: ${x}\n`);
      expect(JSON.parse(textOf(folder, "7/config_unique.json"))).to.deep.equal({ x });
      expect(linesOf(folder, "notes.txt")).to.deep.equal([`started 7 ${x}`]);
    }),
  ).timeout(120_000);

  it(
    "tells the truth of runs that were killed, and of launches",
    withTempDirectory(async (folder) => {
      putProject(
        folder,
        `async ({ config, attempt, info }) => {
           note("started " + info.log_id);
           if (config.x === 2) process.kill(process.pid, "SIGKILL");
           if (attempt === 1) await new Promise((resolve) => setTimeout(resolve, 600_000));
         }`,
      );
      const killed = await start(folder, "x=2").ended;
      expect(killed.code, killed.stderr).to.equal(1);
      expect(flagOf(folder, 1)).to.equal("CRASH");
      expect(textOf(folder, "1/metadata/info.yaml")).to.match(/\nstatus: FAILED\n/);

      const launch = start(folder, "x=1");
      await until(() => linesOf(folder, "notes.txt").includes("started 2"));
      const [, , worker] = flagOf(folder, 2).split(".");
      // Its launcher and its worker at once: nobody is left to settle it.
      launch.child.kill("SIGKILL");
      process.kill(Number(worker), "SIGKILL");
      await launch.ended;
      expect(flagOf(folder, 2)).to.match(/^OPENED/);
      expect(textOf(folder, "2/metadata/info.yaml")).to.match(/\nstatus: RUNNING\n/);
      const interrupted = async () =>
        (await openReader(join(folder, "logs"))).search("info.status == 'INTERRUPTED'");
      await until(async () => (await interrupted()).length === 1);
      expect((await interrupted()).at(0)?.get("info.log_id")).to.equal(2);
      const again = await start(folder, "--resume").ended;
      expect(again.stdout).to.include('[2,"COMPLETE"]');
      expect(linesOf(folder, "notes.txt")).to.deep.equal([1, 2, 1, 2].map((id) => `started ${id}`));
      expect(await interrupted()).to.have.lengthOf(0);
    }),
  ).timeout(120_000);

  it(
    "prints to files when asked, and logs nothing when told so",
    withTempDirectory(async (folder) => {
      putProject(
        folder,
        `({ logger }) => { console.log("out"); console.error("error", logger.folder); }`,
      );
      await start(folder, "hatchery.logger.log_streams_to_file=true").ended;
      expect(textOf(folder, "1/log.stdout")).to.equal("out\n");
      expect(textOf(folder, "1/log.stderr")).to.match(/^error .*logs\/1\n$/);
      const unlogged = await start(folder, "hatchery.use_logger=false", "x=1,2").ended;
      expect(unlogged).to.deep.include({ stdout: "out\nout\nended []\n", code: 0 });
      expect(readdirSync(join(folder, "logs")).sort()).to.deep.equal(
        [".launches", ".workers", "1", "search.json", "variations.json"].sort(),
      );
    }),
  ).timeout(120_000);

  it(
    "says what is wrong with a file or a command line before anything is made",
    withTempDirectory(async (folder) => {
      putProject(folder, "() => note('ran')", "a:\n\tb: 1\n");
      for (const [config, words, says] of [
        ["a:\n\tb: 1\n", [], "config.yaml"],
        ["a: 1\na: 2\n", [], "unique"],
        ["able: 1\n", ["abel=2"], "Did you mean"],
        ["a: 1\n", ["hatchery.logger.forced_log_id=x"], "forced_log_id"],
        ["a: 1\n", ["hatchery.logger.forced_log_id=1", "a=1,2"], "one log"],
        ["a: 1\n", ["hatchery.use_logger=true,false"], "several values"],
        ["a: 1\n", ["--n_proceses", "2"], "--n_processes"],
        ["a: 1\n", ["-p", "0"], "whole number"],
      ] as const) {
        writeFileSync(join(folder, "configs/config.yaml"), config);
        const { code, stderr } = await start(folder, ...words).ended;
        expect(code, stderr).to.equal(2);
        expect(stderr).to.include(says);
      }
      expect(linesOf(folder, "notes.txt")).to.deep.equal([]);
      expect(readdirSync(folder)).to.not.include("logs");
    }),
  ).timeout(120_000);
});
