import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { flagsOf, LIST, prepareProject, readRunFile } from "../support/small-project.ts";
import { writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

/** Clears the screen, sets a title, turns the direction, and begins a line of its own. */
const HOSTILE = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u200b\r\nalclean: all is well";
const OK = { command: ["true"] };

describe("commands and what others wrote", function () {
  this.timeout(60_000);

  it(
    "print nothing that a terminal obeys, whatever values, traces and names hold",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, {
        files: {
          "main.js": `export const main = ({ config, recorder }) => {
  if (config.x === "crash") throw new Error(${JSON.stringify(HOSTILE)});
  recorder.record({ [${JSON.stringify(HOSTILE)}]: 1 });
};`,
        },
        program: { module: "main.js" },
        values: [HOSTILE, "crash"],
      });
      const launched = await runCommand("allaunch", LIST, folder);
      expect(launched.stderr).to.include("crashed: ").and.include("\\u001b[2J");
      writeFileSync(join(storage, "experiment2/seed1", `${HOSTILE}.bin`), "");
      const name = `${basename(storage)}${HOSTILE.replaceAll("/", "")}`;
      renameSync(storage, join(folder, "storage", name));
      const benchFlags = ["-r", "storage", "--performance_metric", HOSTILE];
      const ends = [
        launched,
        await runCommand("alstatus", [], folder),
        await runCommand("alstatus", ["--json"], folder),
        await runCommand("alstatus", ["-s", name], folder),
        await runCommand("alstatus", [`--${HOSTILE}`], folder),
      ];
      renameSync(join(folder, "storage", name), storage);
      const bench = [...LIST, ...benchFlags, "--performance_direction", "maximise"];
      ends.push(
        await runCommand("alclean", [...LIST, "--clean_crashes", "--fresh"], folder),
        await runCommand("albench", bench, folder),
        await runCommand("albench", [...bench, "--json"], folder),
      );
      expect(ends.map(({ code }) => code)).to.deep.equal([1, 0, 0, 2, 2, 2, 0, 0]);
      for (const { stdout, stderr } of ends) {
        expect(stdout + stderr).to.not.match(/[^\n\t\P{Cc}]|[\p{Cf}\p{Cs}]/u);
        // Only as part of a line that says whose word it is.
        expect(stdout + stderr).to.not.match(/^alclean: all is well/m);
      }
      const logs = join(storage, "logs");
      for (const log of readdirSync(logs)) {
        expect(readFileSync(join(logs, log), "utf8")).to.not.match(/[^\n\P{Cc}]/u);
      }
    }),
  );

  it(
    "write no variable of the environment anywhere",
    withTempDirectory(async (folder) => {
      const secret = `s3cret-${process.pid}-${Date.now()}`;
      const names = ["HATCHERY_API_KEY", "AWS_SECRET_ACCESS_KEY", "SLURM_JWT", "HOME_SECRET"];
      for (const name of names) process.env[name] = secret;
      try {
        await prepareProject(folder, {
          program: { command: ["/bin/sh", "-c", 'test "$1" = 1', "sh", "{x}"] },
          values: [1, 2],
        });
        await runCommand("allaunch", LIST, folder);
        await runCommand("alclean", [...LIST, "--clean_crashes"], folder);
        await runCommand("allaunch", LIST, folder);
        const module = join(folder, "module");
        mkdirSync(module);
        await prepareProject(module, {
          files: { "main.js": "export const main = ({ config }) => { if (config.x) throw 1; };" },
          program: { module: "main.js" },
          values: [0, 1],
        });
        await runCommand("allaunch", LIST, module);
        await runCommand("alstatus", [], module);
      } finally {
        for (const name of names) Reflect.deleteProperty(process.env, name);
      }
      const holders = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      expect(holders.some((path) => path.endsWith("run.json"))).to.equal(true);
      expect(holders.some((path) => path.includes("/.workers/"))).to.equal(true);
      expect(holders.filter((path) => readFileSync(path, "utf8").includes(secret))).to.be.empty;
    }),
  );

  it(
    "execute nothing that a value holds",
    withTempDirectory(async (folder) => {
      const value = "$(touch pwned) `touch pwned`; touch pwned | touch pwned\n--flag {attempt}";
      const storage = await prepareProject(folder, {
        program: {
          command: ["/bin/sh", "-c", 'printf %s "$1" > "$HATCHERY_RUN_DIR/out"', "sh", "{x}"],
        },
        values: [value],
      });
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
      expect(existsSync(join(folder, "pwned"))).to.equal(false);
      expect(readFileSync(join(storage, "experiment1/seed1/out"), "utf8")).to.equal(value);
    }),
  );

  it(
    "go on where a run's files are pipes, huge, or links",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: OK, values: [1, 2, 3, 4, 5] });
      const at = (experiment: number, name: string) =>
        join(storage, `experiment${experiment}/seed1`, name);
      rmSync(at(1, "config.json"));
      execFileSync("mkfifo", [at(1, "config.json")]);
      execFileSync("truncate", ["-s", "3G", at(2, "config.json")]);
      writeFileSync(join(folder, "precious"), "precious");
      rmSync(at(3, "UNHATCHED"));
      symlinkSync(join(folder, "precious"), at(3, "UNHATCHED"));
      execFileSync("mkfifo", [at(4, `run.${"a".repeat(32)}.json`)]);
      mkdirSync(join(storage, ".workers"));
      execFileSync("truncate", [
        "-s",
        "3G",
        join(storage, ".workers/0123456789abcdef01234567.json"),
      ]);
      const { stdout, stderr } = await runCommand(
        "allaunch",
        [...LIST, "--heartbeat", "0.1"],
        folder,
      );
      expect(stdout, stderr).to.include("2 completed, 2 crashed");
      expect(stderr).to.include("1 runs are listed as UNHATCHED and cannot be claimed");
      expect(JSON.stringify(readRunFile(storage, 1))).to.include("is no regular file");
      expect(JSON.stringify(readRunFile(storage, 2))).to.include("is larger than 16 MiB");
      expect(readFileSync(join(folder, "precious"), "utf8")).to.equal("precious");
      const status = await runCommand("alstatus", LIST, folder);
      expect(status.code, status.stderr).to.equal(0);
    }),
  );

  it(
    "say so where the files of a search are pipes, or not what they should be",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: OK, values: [1] });
      rmSync(join(storage, "search.json"));
      execFileSync("mkfifo", [join(storage, "search.json")]);
      const { code, stderr } = await runCommand("allaunch", LIST, folder);
      expect(code).to.equal(2);
      expect(stderr).to.include("search.json is no regular file");
      for (const text of ["{broken", '{"rootDir":"a\\u0000b"}', '{"program":{"module":""}}']) {
        writeFileSync(join(folder, "hatchery.config.json"), text);
        const end = await runCommand("alstatus", [], folder);
        expect(end.code, text).to.equal(2);
        expect(end.stderr).to.include("hatchery.config.json");
      }
    }),
  );
});

describe("alclean --fresh", function () {
  this.timeout(60_000);
  const FRESH = [...LIST, "--clean_crashes", "--fresh", "--yes"];

  it(
    "deletes nothing through a link: neither what a run holds, nor what a run is",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, {
        program: { command: ["false"] },
        values: [1, 2],
      });
      await runCommand("allaunch", LIST, folder);
      const elsewhere = join(folder, "elsewhere");
      mkdirSync(elsewhere);
      writeFileSync(join(elsewhere, "precious"), "precious");
      symlinkSync(elsewhere, join(storage, "experiment1/seed1/checkpoints"));
      const cleaned = await runCommand("alclean", FRESH, folder);
      expect(cleaned.stdout).to.include("2 runs put back");
      expect(readdirSync(join(storage, "experiment1/seed1"))).to.not.include("checkpoints");
      expect(readdirSync(elsewhere)).to.deep.equal(["precious"]);

      await runCommand("allaunch", LIST, folder);
      const moved = join(folder, "moved");
      renameSync(join(storage, "experiment2/seed1"), moved);
      symlinkSync(moved, join(storage, "experiment2/seed1"));
      const before = readdirSync(moved).sort();
      const refused = await runCommand("alclean", FRESH, folder);
      expect(refused.code).to.equal(4);
      expect(refused.stderr).to.include("experiment2/seed1 is reached through a symbolic link");
      expect(readdirSync(moved).sort()).to.deep.equal(before);
      expect(flagsOf(storage)).to.include({ "1/1": "CRASH" });
    }),
  );

  it(
    "leaves a file whose name is no text, and resets its run",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, {
        program: { command: ["false"] },
        values: [1],
      });
      await runCommand("allaunch", LIST, folder);
      const run = join(storage, "experiment1/seed1");
      writeFileSync(Buffer.concat([Buffer.from(`${run}/caf`), Buffer.of(0xe9)]), "");
      const { stdout } = await runCommand("alclean", FRESH, folder);
      expect(stdout).to.include("1 run put back");
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
      expect(readdirSync(run)).to.not.include("logger.out");
    }),
  );
});

describe("allaunch and a module", function () {
  this.timeout(60_000);

  it(
    "are not ended by what the module writes to the line between them",
    withTempDirectory(async (folder) => {
      const main = `
import { writeSync } from "node:fs";
const id = Number(process.argv[2]);
export const main = ({ config }) => {
  if (config.x === "long") throw new Error("x".repeat(5e6));
  const one = (message) => writeSync(3, "\\n" + JSON.stringify({ id, message }) + "\\n");
  for (let number = 0; number < 5; number++) {
    one({ kind: "threw", number, trace: { deep: 1 }, fatal: "yes" });
    one({ kind: "progress", number, done: "a", total: null });
    one({ kind: "__proto__", number });
  }
};`;
      const storage = await prepareProject(folder, {
        files: { "main.js": main },
        program: { module: "main.js" },
        values: [1, "long"],
      });
      const { stdout, stderr } = await runCommand("allaunch", LIST, folder);
      expect(stdout, stderr).to.include("1 completed, 1 crashed");
      expect(stderr.length).to.be.below(2000);
      expect(JSON.stringify(readRunFile(storage, 2)).length).to.be.below(50_000);
    }),
  );
});

describe("albench", function () {
  this.timeout(60_000);

  it(
    "writes no formula into CSV, no markup into SVG, and no inherited value into either",
    withTempDirectory(async (folder) => {
      // A backslash before a quote, which vega-lite does not escape in the expressions it makes.
      const name = '<script>alert(1)</script>&\u001b\\" + (40 + 2) + "\\u{zz}';
      const lines = [JSON.stringify({ [name]: -0.5 })];
      const root = join(folder, "storage");
      const storage = await writeSmallStorage(root, {
        id: "ju1",
        metric: { name, series: "train", direction: "maximise", aggregation: "last" },
        runs: [
          {
            experiment: 1,
            seed: 1,
            flag: "COMPLETED",
            varied: { x: "=cmd|' /C calc'!A0" },
            recorded: lines,
          },
          {
            experiment: 2,
            seed: 1,
            flag: "COMPLETED",
            varied: { valueOf: 1 },
            recorded: lines,
          },
        ],
      });
      const { code, stdout, stderr } = await runCommand(
        "albench",
        ["-s", storage, "-r", root],
        folder,
      );
      expect(code, stderr).to.equal(0);
      expect(stdout).to.not.include("native code");
      const out = join(root, "benchmark", `compare_searches_${storage}`);
      const csv = readFileSync(join(out, "scores.csv"), "utf8");
      expect(csv).to.include("'=cmd|").and.include(",-0.5,").and.not.include("native code");
      const svg = readFileSync(join(out, "compare_searches.svg"), "utf8");
      expect(svg)
        .to.include("&lt;script&gt;")
        .and.not.include("<script")
        .and.not.match(/[^\n\t\P{Cc}]/u);
    }),
  );
});
