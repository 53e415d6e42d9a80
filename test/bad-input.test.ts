import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "./support/commands.ts";
import { until } from "./support/small-project.ts";
import { flagsOf, LIST, prepareProject } from "./support/small-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";
import { treeText } from "./support/tree-text.ts";

const COMMON = {
  algNames: ["a"],
  taskNames: ["t"],
  seeds: [1],
  program: { command: ["true"] },
  defaults: { x: 0 },
};
const GRID = { ...COMMON, variations: { x: [1] } };
const SPACE = { x: { kind: "uniform", low: 0, high: 1 } };
const js = (schedule: object, more = "") =>
  `export default { ...${JSON.stringify(schedule)} ${more} }`;

/** Schedules by their file's name: the text, and what is said besides the file. */
const SCHEDULES: Readonly<Record<string, readonly [string, RegExp]>> = {
  "syntax.ts": [
    "export default { variations: { x: [1, }",
    /syntax\.ts:1:\d+[^]*Correct the (schedule|file)/,
  ],
  "syntax.yaml": [
    "algNames: [a\nseeds: {",
    /\(syntax\.yaml:2\): Flow sequence[^]*Correct the (schedule|file)/,
  ],
  "syntax.json": ['{ "a": 1, }', /position 10[^]*Correct the (schedule|file)/],
  "no_export.ts": [
    "export const x = 1;",
    /expected a schedule as the default export[^]*defineGridSchedule/,
  ],
  "empty.yaml": ["", /expected a schedule[^]*YAML and JSON hold the keys/],
  "throws.ts": ['throw new Error("boom")', /Error: boom[^]*Correct the (schedule|file)/],
  "kind.txt": ["hello", /ends in one of \.ts, .*\.yaml, \.yml, got "\.txt"[^]*Rename/],
  "list.json": ["[1]", /expected a schedule .*got a list of 1/],
  "type.js": [js({ ...GRID, variations: 3 }), /variations.*: expected an object, got 3/],
  "no_experiments.js": [
    js({ ...COMMON, space: SPACE, nExperiments: 0 }),
    /nExperiments.*: expected a whole number above 0, got 0/,
  ],
  "no_values.js": [
    js({ ...GRID, variations: { x: [] } }),
    /variations\.x.*: expected a list of at least one/,
  ],
  "no_seeds.js": [js({ ...GRID, seeds: [] }), /seeds.*: expected a list of at least one/],
  "twice.js": [js(GRID, ", variations: { x: [1, 1.0] }"), /variations\.x\[1\].*: repeats 1/],
  "seed.js": [
    js({ ...GRID, variations: { seed: [1] } }),
    /variations\.seed.*: is set by the schedule[^]*seeds/,
  ],
  "proto.js": [
    js(GRID, `, variations: JSON.parse('{"__proto__":[1]}')`),
    /variations\.__proto__.*: is not a parameter/,
  ],
  "slash.js": [
    js({ ...GRID, defaults: { "a/b": 0 }, variations: { "a/b": [1] } }),
    /defaults\["a\/b"\].*: expected a name .*without "\." and "\/"/,
  ],
  "nearly.js": [
    js({ ...COMMON, defaults: { rate: 1 }, variations: { rat: [1] } }),
    /Did you mean "rate"\?/,
  ],
};

describe("a schedule that cannot be prepared", function () {
  this.timeout(60_000);
  it(
    "is named, with what was expected and what to do, and nothing is written",
    withTempDirectory(async (folder) => {
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      for (const [name, [text]] of Object.entries(SCHEDULES))
        writeFileSync(join(folder, name), text);
      mkdirSync(join(folder, "schedules"));
      writeFileSync(join(folder, "schedules", "grid_schedule_a.yaml"), "");
      const before = treeText(folder);
      const cases: readonly (readonly [string, RegExp])[] = [
        ...Object.entries(SCHEDULES).map(([name, [, said]]) => [name, said] as const),
        ["schedules", /is a folder, expected the file of a schedule[^]*grid_schedule_a\.yaml/],
        ["missing.ts", /There is no schedule[^]*Name a file/],
        ["syntx.yaml", /There is no schedule .* Did you mean "syntax\.yaml"/],
      ];
      for (const [name, said] of cases) {
        const { code, stderr, stdout } = await runCommand("alprep", ["-f", name], folder);
        expect(code, stderr).to.equal(2);
        expect(stderr, name).to.match(said).and.include(join(folder, name));
        expect(stdout).to.equal("");
      }
      expect(treeText(folder)).to.deep.equal(before);
    }),
  );
});

describe("a list that names what is not there", function () {
  this.timeout(60_000);
  it(
    "is named with the line, and the storage that was probably meant",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: { command: ["true"] }, values: [1] });
      const name = storage.split("/").at(-1) ?? "";
      const lists: Readonly<Record<string, readonly [string, RegExp]>> = {
        "gone.txt": [
          `# mine\n\n${name}x # the second`,
          new RegExp(`gone.txt:3: There is no storage "${name}x" in .*Did you mean "${name}"`),
        ],
        "path.txt": [`${name}\na/b`, /path\.txt:2: Expected the name of a storage, got "a\/b"/],
        "none.txt": ["# none\n", /none\.txt names no storage/],
      };
      for (const [list, [text]] of Object.entries(lists)) writeFileSync(join(folder, list), text);
      mkdirSync(join(folder, "folder"));
      writeFileSync(join(folder, "folder", "list_searches_a.txt"), "");
      const before = treeText(folder);
      for (const command of ["allaunch", "alstatus", "alclean", "alcopy"]) {
        for (const [list, [, said]] of Object.entries(lists)) {
          const { code, stderr } = await runCommand(command, ["-f", list], folder);
          expect(code, stderr).to.equal(2);
          expect(stderr).to.match(said);
        }
      }
      const { code, stderr } = await runCommand("alstatus", ["-f", "folder"], folder);
      expect(code).to.equal(2);
      expect(stderr).to.match(/is a folder, expected the file of a list[^]*list_searches_a\.txt/);
      const misspelt = await runCommand("alstatus", ["-f", "gonee.txt"], folder);
      expect(misspelt.stderr).to.match(/There is no list file .* Did you mean "gone\.txt"/);
      expect(treeText(folder)).to.deep.equal(before);
    }),
  );
});

describe("a config.json that is cut, empty or no object", function () {
  this.timeout(60_000);
  it(
    "is a crash of that run only, which names the file and what to do",
    withTempDirectory(async (folder) => {
      const program = { command: ["true"] };
      const storage = await prepareProject(folder, { program, values: [1, 2, 3, 4] });
      for (const [number, text] of [
        [1, '{"x": 1'],
        [2, ""],
        [3, "[1]"],
      ] as const) {
        writeFileSync(join(storage, `experiment${number}`, "seed1", "config.json"), text);
      }
      const { code, stderr } = await runCommand("allaunch", [...LIST, "-p", "1"], folder);
      expect(code, stderr).to.equal(1);
      expect(flagsOf(storage)).to.deep.equal({
        "1/1": "CRASH",
        "2/1": "CRASH",
        "3/1": "CRASH",
        "4/1": "COMPLETED",
      });
      for (const number of [1, 2, 3]) {
        const crash = readFileSync(join(storage, `experiment${number}`, "seed1", "CRASH"), "utf8");
        expect(crash)
          .to.include(`experiment${number}/seed1/config.json`)
          .and.include("Fix the file");
      }
      const errors = await runCommand("alstatus", [...LIST, "--errors"], folder);
      expect(errors.stdout).to.include("is not valid JSON").and.include("expected one JSON object");
    }),
  );
});

describe("a root that cannot be", function () {
  this.timeout(60_000);
  it(
    "is named with what is in its way, by alprep and alcopy, and nothing is written",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, { program: { command: ["true"] }, values: [1] });
      writeFileSync(join(folder, "file"), "");
      symlinkSync(join(folder, "gone", "far"), join(folder, "link"));
      const schedule = ["-f", "grid_schedule_small.json", "--desc", "b"];
      for (const root of ["file", "link", "file/below"]) {
        const { code, stderr } = await runCommand("alprep", [...schedule, "-r", root], folder);
        expect(stderr, root).to.match(/The folder of storages .* cannot be made[^]*--root_dir/);
        expect(stderr).to.include(join(folder, root));
        expect(code).to.equal(2);
      }
      const { code, stderr } = await runCommand("alstatus", ["-r", "missing"], folder);
      expect(stderr).to.match(/There is no folder of storages at .*missing[^]*--root_dir/);
      expect(code).to.equal(2);
      expect(readdirSync(folder)).to.not.include.members(["gone", "missing"]);
    }),
  );
});

describe("--n_processes", function () {
  this.timeout(60_000);
  it(
    "that is no number of workers is refused with the bounds, and nothing is started",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, { program: { command: ["true"] }, values: [1] });
      for (const wrong of ["0", "-1", "2.5", "1e9", "many"]) {
        const words = [...LIST, `--n_processes=${wrong}`];
        const { code, stderr } = await runCommand("allaunch", words, folder);
        expect(code).to.equal(2);
        expect(stderr).to.match(
          /--n_processes: expected a whole number from 1 to 1024[^]*For example/,
        );
      }
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
    }),
  );
});

describe("a program that misbehaves", function () {
  this.timeout(120_000);

  it(
    "and prints 100 MB, or what is no text, loses nothing of it",
    withTempDirectory(async (folder) => {
      const main = `
        const [, , x] = process.argv;
        const some = x === "1" ? Buffer.alloc(1 << 20, "a") : Buffer.from([0, 255, 254, 27, 91, 50, 74, 10]);
        const write = (left) => {
          if (left > 0) process.stdout.write(some, () => write(left - 1));
        };
        write(x === "1" ? 100 : 10);
      `;
      const program = { command: [process.execPath, "main.js", "{x}"] };
      const storage = await prepareProject(folder, {
        files: { "main.js": main },
        program,
        values: [1, 2],
      });
      const { code, stdout, stderr } = await runCommand("allaunch", [...LIST, "-p", "2"], folder);
      expect(code, stderr).to.equal(0);
      // eslint-disable-next-line no-control-regex -- it is what must not be printed
      expect(stdout + stderr).to.not.match(/\u001b\[2J/);
      const log = (number: number) => join(storage, `experiment${number}`, "seed1", "logger.out");
      expect(statSync(log(1)).size).to.be.at.least(100 * (1 << 20));
      expect(readFileSync(log(2)).includes(Buffer.from([0, 255, 254, 27]))).to.equal(true);
      const shown = await runCommand(
        "alstatus",
        ["--log", "experiment1/seed1", "-s", storage.split("/").at(-1) ?? ""],
        folder,
      );
      expect(shown.code, shown.stderr).to.equal(0);
    }),
  );

  it(
    "and never ends, is ended by --timeout, which the CRASH says",
    withTempDirectory(async (folder) => {
      const program = { command: [process.execPath, "-e", "setInterval(() => {}, 1000)"] };
      const storage = await prepareProject(folder, { program, values: [1] });
      const words = [...LIST, "--timeout", "1s", "--grace", "1s", "--retry", "timeout=0"];
      const { code, stderr } = await runCommand("allaunch", words, folder);
      expect(code, stderr).to.equal(1);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "CRASH" });
      const crash = readFileSync(join(storage, "experiment1", "seed1", "CRASH"), "utf8");
      expect(crash).to.include("The program was still running");
    }),
  );

  it(
    "and whose folder is deleted, is said to be lost, and the others go on",
    withTempDirectory(async (folder) => {
      const main = `
        import { existsSync, writeFileSync } from "node:fs";
        const [, , x] = process.argv;
        writeFileSync("started" + x, "");
        const wait = () => (x === "2" || existsSync("go") ? undefined : setTimeout(wait, 20));
        wait();
      `;
      const program = { command: [process.execPath, "main.js", "{x}"] };
      const storage = await prepareProject(folder, {
        files: { "main.js": main },
        program,
        values: [1, 2],
      });
      const launched = startCommand("allaunch", [...LIST, "--heartbeat", "0.5"], folder);
      await until(() => readdirSync(folder).includes("started1"));
      rmSync(join(storage, "experiment1", "seed1"), { recursive: true });
      writeFileSync(join(folder, "go"), "");
      const { stderr } = await launched.ended;
      expect(stderr).to.match(/experiment1\/seed1.*(gone|lost)/);
      expect(flagsOf(storage)).to.deep.equal({ "2/1": "COMPLETED" });
      expect(readdirSync(join(storage, "experiment1"))).to.deep.equal([]);
    }),
  );

  it(
    "is executed once by two launchers at once",
    withTempDirectory(async (folder) => {
      const main = `
        import { appendFileSync } from "node:fs";
        appendFileSync("executed", process.argv[2] + "\\n");
      `;
      const program = { command: [process.execPath, "main.js", "{x}"] };
      const values = Array.from({ length: 12 }, (_, index) => index);
      const storage = await prepareProject(folder, { files: { "main.js": main }, program, values });
      const ends = await Promise.all([1, 2].map(() => runCommand("allaunch", LIST, folder)));
      expect(ends.map(({ code }) => code)).to.deep.equal([0, 0]);
      expect(new Set(Object.values(flagsOf(storage)))).to.deep.equal(new Set(["COMPLETED"]));
      const executed = readFileSync(join(folder, "executed"), "utf8").trim().split("\n");
      expect(executed.map(Number).sort((a, b) => a - b)).to.deep.equal(values);
    }),
  );
});
