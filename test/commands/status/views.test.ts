import { mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import yargs from "yargs";

import { status, type StatusOptions } from "../../../src/commands/status.ts";
import { findRun } from "../../../src/commands/status/find-run.ts";
import type { UserError } from "../../../src/errors.ts";
import { runCommand } from "../../support/commands.ts";
import { until } from "../../support/small-project.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { STATUS_OPTIONS } from "../../support/status-options.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const never = new AbortController().signal;
const OWNER = `OPENED.node-7.12.${"a".repeat(32)}`;
const { filter: ALL } = STATUS_OPTIONS;

describe("alstatus --errors", () => {
  it(
    "groups crashes by their trace, the most frequent first, with counts and a sample",
    withTempDirectory(async (root) => {
      const runs = [1, 2, 3].flatMap((experiment) =>
        [1, 2].map((seed) => ({ experiment, seed, flag: "CRASH" })),
      );
      const name = await writeSmallStorage(root, { id: "ab1", runs });
      for (const { experiment, seed } of runs) {
        const trace =
          experiment === 1 && seed === 2
            ? "TypeError: x is not a function\n    at main (/a/main.js:1:2)"
            : `RangeError: step ${seed * 7} in '${experiment}'\n    at train (/a/main.js:3:4)`;
        crash(join(root, name, `experiment${experiment}`, `seed${seed}`), trace);
      }
      const report = await run(root, { view: { kind: "errors" } });
      if (report.kind !== "errors") throw new Error(report.kind);
      const [first, second] = report.groups;
      expect(first).to.include({
        runs: 5,
        experiments: 3,
        seeds: 2,
        title: "RangeError: step 7 in '1'",
      });
      expect(first?.sample).to.include({ run: `${name}/experiment1/seed1`, log: "logger.out" });
      expect(second).to.include({ runs: 1, experiments: 1, seeds: 1 });
      const text = status.render(report);
      expect(text).to.include("6 runs crashed in 2 ways").and.include("main.js:3:4");
      expect(text).to.include(`alstatus --log ${name}/experiment1/seed1`);
      expect(
        status
          .render(report, 40)
          .split("\n")
          .every((line) => line.length <= 40),
      ).to.equal(true);
      const some = await run(root, {
        view: { kind: "errors" },
        filter: { ...ALL, seeds: [{ from: 1, to: 1 }] },
      });
      expect(some).to.have.property("groups").with.lengthOf(1);
    }),
  );

  it(
    "reads the file CRASH where there is no record",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, {
        id: "ab1",
        runs: [{ experiment: 1, seed: 1, flag: "" }],
      });
      writeFileSync(join(root, name, "experiment1", "seed1", "CRASH.txt"), "KeyError: 'lr'\n");
      const report = await run(root, { view: { kind: "errors" } });
      expect(report).to.have.nested.property("groups[0].title", "KeyError: 'lr'");
    }),
  );

  it(
    "says that nothing has crashed",
    withTempDirectory(async (root) => {
      expect(status.render(await run(root, { view: { kind: "errors" } }))).to.equal(
        "No run has crashed.",
      );
    }),
  );
});

describe("alstatus --runs", () => {
  it(
    "lists those in some states, of some experiments and seeds, and those that are old",
    withTempDirectory(async (root) => {
      const flags = ["COMPLETED", OWNER, "UNHATCHED", "CRASH", ""];
      const runs = flags.flatMap((flag, index) =>
        [1, 2].map((seed) => ({ experiment: index + 1, seed, flag })),
      );
      const name = await writeSmallStorage(root, { id: "ab1", runs });
      const long = new Date(Date.now() - 3_600_000);
      utimesSync(join(root, name, "experiment2", "seed2", OWNER), long, long);
      const list = async (filter: Partial<StatusOptions["filter"]>) => {
        const report = await run(root, { view: { kind: "runs" }, filter: { ...ALL, ...filter } });
        return status.ids(report).map((label) => label.replace(`${name}/experiment`, ""));
      };
      expect(await list({})).to.have.length(10);
      expect(await list({ states: ["crashed", "none"] })).to.deep.equal([
        "4/seed1",
        "4/seed2",
        "5/seed1",
        "5/seed2",
      ]);
      expect(
        await list({ experiments: [{ from: 1, to: 2 }], seeds: [{ from: 2, to: 9 }] }),
      ).to.deep.equal(["1/seed2", "2/seed2"]);
      expect(await list({ olderThan: 600 })).to.deep.equal(["2/seed2"]);
      const report = await run(root, { view: { kind: "runs" } });
      expect(status.render(report)).to.match(
        /experiment2\/seed2 +running +1 h 0 min +0 +node-7 12\n/,
      );
      expect(
        status
          .render(report, 60)
          .split("\n")
          .every((line) => line.length <= 60),
      ).to.equal(true);
    }),
  );

  it(
    "is what a filter alone asks for; words that are none are refused",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, {
        id: "ab1",
        runs: [{ experiment: 1, seed: 1, flag: "CRASH" }],
      });
      const words = ["-r", ".", "--quiet", "--state"];
      const found = await runCommand("alstatus", [...words, "CRASH,pending"], root);
      expect(found.stdout).to.equal(`${name}/experiment1/seed1\n`);
      const endless = await runCommand("alstatus", ["--watch", "--json"], root);
      expect(endless)
        .to.include({ code: 2 })
        .and.to.have.property("stdout")
        .that.includes("never ends");
      for (const [given, said] of [
        [["--state", "crashd"], 'Did you mean "crashed"?'],
        [["--older_than", "soon"], "90s"],
        [["--experiment", "one"], "--experiment 1,4-6"],
        [["--follow"], "It goes with --log"],
        [["--errors", "--state", "pending"], "means nothing with --errors"],
        [["--errors", "--runs"], "exclude each other"],
        [["--watch", "0"], "--watch"],
        [["--log", "x", "--lines", "0"], "--lines"],
      ] as const) {
        const args = yargs([...given])
          .exitProcess(false)
          .fail(false);
        const error: unknown = await status.parse(args).catch((reason: unknown) => reason);
        expect(error, given.join(" ")).to.have.property("code", "usage");
        expect(String(error) + (error as UserError).hint).to.include(said);
      }
    }),
  ).timeout(20_000);
});

describe("alstatus --watch", function () {
  this.timeout(20_000);

  it(
    "paints the table over on a terminal, within its size, until it is told to stop",
    withTempDirectory(async (root) => {
      const runs = [1, 2].map((seed) => ({ experiment: 1, seed, flag: "UNHATCHED" }));
      const name = await writeSmallStorage(root, {
        id: "ab1",
        algName: "a-name-that-is-much-too-long-for-it",
        runs,
      });
      for (const id of ["ab2", "ab3"]) await writeSmallStorage(root, { id, runs: [] });
      const folder = join(root, name, "experiment1", "seed1");
      const painted = await watchUntil(root, { columns: 70, rows: 5 }, async (printed) => {
        await until(() => printed.length > 1);
        renameSync(join(folder, "UNHATCHED"), join(folder, "COMPLETED"));
        await until(() => / 2 +1 +0 +1 +0/.test(printed.at(-1) ?? ""));
      });
      expect(painted.at(-1)).to.include("… 2 more lines");
      expect(painted.slice(1).every((text) => text.startsWith("\x1B[4A\r"))).to.equal(true);
      // eslint-disable-next-line no-control-regex -- what is painted with
      const lines = painted.flatMap((text) => text.replace(/\x1B\[\d*[A-Z]|\r/g, "").split("\n"));
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(70);
    }),
  );

  it(
    "prints a table each time elsewhere, without escapes",
    withTempDirectory(async (root) => {
      await writeSmallStorage(root, {
        id: "ab1",
        runs: [{ experiment: 1, seed: 1, flag: "CRASH" }],
      });
      const printed = await watchUntil(root, undefined, (some) => until(() => some.length > 1));
      expect(printed[1]).to.match(/^\d\d:\d\d:\d\d\n storage +runs/);
      expect(printed.join("")).not.to.include("\x1B");
    }),
  );
});

describe("findRun", () => {
  it(
    "takes a storage's run, a path, a file in it, and a short form with one storage",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, {
        id: "ab1",
        runs: [{ experiment: 3, seed: 1, flag: "CRASH" }],
      });
      const storage = join(root, name);
      const host = testHost({ workingFolder: storage });
      const path = join(storage, "experiment3", "seed1");
      for (const given of [
        `${name}/experiment3/seed1`,
        `${name}/experiment3/seed1/`,
        path,
        "experiment3/seed1",
        "./experiment3/seed1",
        "experiment3/seed1/CRASH",
        "experiment3/seed1/recorders",
      ]) {
        expect(findRun(given, { root, storages: [] }, host).path, given).to.equal(path);
      }
      const elsewhere = testHost({ workingFolder: "/" });
      expect(findRun("experiment3/seed1", { root, storages: [storage] }, elsewhere).path).to.equal(
        path,
      );
      for (const [given, storages, code] of [
        ["experiment3/seed1", [], "usage"],
        ["experiment3/seed1", [storage, `${storage}2`], "usage"],
        ["nonsense", [], "usage"],
        [`${name}/experiment3/seed2`, [], "not-found"],
        [`${name}/experiment4/seed1`, [], "not-found"],
        [`other/experiment3/seed1`, [], "not-found"],
        ["/nowhere/experiment3/seed1", [], "not-found"],
        ["..", [], "usage"],
      ] as const) {
        expect(() => findRun(given, { root, storages }, elsewhere), given)
          .to.throw()
          .with.property("code", code);
      }
    }),
  );
});

function run(root: string, options: Partial<StatusOptions>) {
  return status.run({ ...STATUS_OPTIONS, rootDir: root, ...options }, testHost(), never, never);
}

/** Watches until `body` has seen enough. @returns what was printed */
async function watchUntil(
  root: string,
  size: { readonly columns: number; readonly rows: number } | undefined,
  body: (printed: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const printed: string[] = [];
  const stop = new AbortController();
  const host = testHost();
  const options = {
    ...STATUS_OPTIONS,
    rootDir: root,
    view: { kind: "watch", seconds: 1 } as const,
  };
  const output = {
    isScreen: size !== undefined,
    size: () => size,
    write: (some: string | Uint8Array) => printed.push(String(some)),
  };
  const clock = {
    ...host.clock,
    sleep: (ms: number, stop?: AbortSignal) => host.clock.sleep(Math.min(ms, 20), stop),
  };
  const watching = status.run(options, { ...host, output, clock }, stop.signal, never);
  await body(printed);
  stop.abort();
  expect(status.render(await watching)).to.equal("");
  return printed;
}

function crash(folder: string, trace: string): void {
  mkdirSync(folder, { recursive: true });
  const record = {
    schemaVersion: 1,
    attempt: 1,
    owner: `h.1.${"a".repeat(32)}`,
    outcome: "crashed",
    cause: { kind: "error", trace },
    seconds: 1,
  };
  writeFileSync(join(folder, "run.json"), JSON.stringify(record));
  writeFileSync(join(folder, "logger.out"), "");
}
