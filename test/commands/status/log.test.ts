import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { type LogRequest, printLog, readLog } from "../../../src/commands/status/log.ts";
import type { Host } from "../../../src/host.ts";
import { runPath } from "../../../src/tree/paths.ts";
import { until } from "../../support/small-project.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const ALL: LogRequest = { attempt: undefined, lines: undefined, follow: false };
const FOLLOW: LogRequest = { ...ALL, follow: true };
const never = new AbortController().signal;

describe("printLog", function () {
  this.timeout(20_000);

  it(
    "prints the latest attempt's log, or the one that is asked for, byte by byte",
    withTempDirectory(async (folder) => {
      const run = makeRun(folder, {
        COMPLETED: "",
        "logger.out": "one\n",
        "run.json": record(1, "a", "crashed"),
        "logger.2.out": "two\x1B[2J\n",
        "run.2.json": record(2, "b", "completed"),
      });
      expect((await print(run, ALL)).text).to.equal("two\x1B[2J\n");
      expect((await print(run, { ...ALL, attempt: 1 })).text).to.equal("one\n");
      const missing: unknown = await print(run, { ...ALL, attempt: 3 }).catch(
        (error: unknown) => error,
      );
      expect(missing).to.have.property("code", "not-found");
    }),
  );

  it(
    "makes escapes visible on a terminal, also those that come in pieces",
    withTempDirectory(async (folder) => {
      const long = "x".repeat(65_534);
      const run = makeRun(folder, {
        COMPLETED: "",
        "logger.out": `${long}\x1B[31mred\x1B[0m ü\x07\n`,
      });
      const size = () => ({ columns: 80, rows: 24 });
      expect((await print(run, ALL, { isScreen: true, size })).text).to.equal(
        `${long}\x1B[31mred\x1B[0m ü\\u0007\n`,
      );
      expect((await print(run, ALL, { isScreen: false, size })).text).to.equal(
        `${long}red ü\\u0007\n`,
      );
    }),
  );

  it(
    "follows a run from before it starts, through its attempts and renames, until it is settled",
    withTempDirectory(async (folder) => {
      const run = makeRun(folder, { UNHATCHED: "" });
      const at = (name: string) => join(run.path, name);
      const one = "a".repeat(32);
      const two = "b".repeat(32);
      const notes: string[] = [];
      const following = print(run, FOLLOW, {}, notes);
      await until(() => notes.length > 0);
      renameSync(at("UNHATCHED"), at(`OPENED.h.1.${one}`));
      writeFileSync(at(`logger.${one}.out`), "first\n");
      await until(() => following.seen().includes("first\n"));
      appendFileSync(at(`logger.${one}.out`), "last words\n");
      // Settled, and published in an unlucky order.
      writeFileSync(at(`run.${one}.json`), record(1, "a", "released"));
      renameSync(at(`OPENED.h.1.${one}`), at("UNHATCHED"));
      renameSync(at(`logger.${one}.out`), at("logger.out"));
      renameSync(at(`run.${one}.json`), at("run.json"));
      await until(() => following.seen().includes("last words\n"));
      renameSync(at("UNHATCHED"), at(`OPENED.h.1.${two}`));
      writeFileSync(at(`logger.${two}.out`), "second\n");
      await until(() => following.seen().includes("second\n"));
      expect(notes.at(-1)).to.include("attempt 2");
      appendFileSync(at(`logger.${two}.out`), "end\n");
      writeFileSync(at(`run.${two}.json`), record(2, "b", "completed"));
      renameSync(at(`OPENED.h.1.${two}`), at("COMPLETED"));
      const { text, report } = await following;
      expect(text).to.equal("first\nlast words\nsecond\nend\n");
      expect(report).to.include({ attempt: 2 });
    }),
  );

  it(
    "reads to its end what is renamed between a listing and the reading",
    withTempDirectory(async (folder) => {
      const token = "a".repeat(32);
      const log = `logger.${token}.out`;
      const run = makeRun(folder, {
        COMPLETED: "",
        [`run.${token}.json`]: record(1, "a", "completed"),
        [log]: "all\n",
      });
      const { files } = testHost();
      const list = (path: string) => {
        const names = files.list(path);
        if (names?.includes(log) === true) renameSync(join(path, log), join(path, "logger.out"));
        return names;
      };
      // The first look is for the attempt's number.
      let looks = 0;
      const late = {
        ...files,
        list: (path: string) => (looks++ === 0 ? files.list(path) : list(path)),
      };
      expect((await print(run, FOLLOW, {}, [], never, { files: late })).text).to.equal("all\n");
    }),
  );

  it(
    "ends with the attempt that is asked for, or when it is told to",
    withTempDirectory(async (folder) => {
      const run = makeRun(folder, {
        UNHATCHED: "",
        "logger.out": "one\n",
        "run.json": record(1, "a", "released"),
      });
      expect((await print(run, { ...FOLLOW, attempt: 1 })).text).to.equal("one\n");
      const stop = new AbortController();
      const following = print(run, FOLLOW, {}, [], stop.signal);
      await until(() => following.seen() === "one\n");
      stop.abort();
      expect((await following).text).to.equal("one\n");
    }),
  );

  it(
    "says that a run has not begun, or is gone",
    withTempDirectory(async (folder) => {
      const run = makeRun(folder, { UNHATCHED: "" });
      const early: unknown = await print(run, ALL).catch((error: unknown) => error);
      expect(early).to.have.property("code", "not-found");
      const following = print(run, FOLLOW);
      rmSync(run.path, { recursive: true });
      const gone: unknown = await following.catch((error: unknown) => error);
      expect(gone).to.have.property("code", "not-found");
    }),
  );

  it("prints the last lines, whatever the log is like", async function () {
    await withTempDirectory(async (folder) => {
      const run = makeRun(folder, { COMPLETED: "", "logger.out": "" });
      const LINE = fc.oneof(fc.constant(""), fc.constant("ab"), fc.constant("x".repeat(70_000)));
      await fc.assert(
        fc.asyncProperty(
          fc.array(LINE, { maxLength: 6 }),
          fc.boolean(),
          fc.integer({ min: 1, max: 7 }),
          async (texts, ends, lines) => {
            const text = texts.join("\n") + (ends && texts.length > 0 ? "\n" : "");
            writeFileSync(join(run.path, "logger.out"), text);
            const whole = text === "" ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
            const expected = whole.slice(-lines).join("");
            expect((await print(run, { ...ALL, lines })).text).to.equal(expected);
          },
        ),
        { numRuns: 60 },
      );
    })();
  });
});

describe("readLog", () => {
  it(
    "gives the end of a log without printing it",
    withTempDirectory((folder) => {
      const run = makeRun(folder, { COMPLETED: "", "logger.out": "one\ntwo\n" });
      const report = readLog(run, { ...ALL, lines: 1 }, testHost());
      expect(report).to.include({ attempt: 1, bytes: 8, text: "two\n" });
      return Promise.resolve();
    }),
  );
});

function makeRun(folder: string, files: Readonly<Record<string, string>>) {
  const run = runPath(join(folder, "st"), 1, 1);
  mkdirSync(run.path, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(run.path, name), text);
  return run;
}

function record(attempt: number, letter: string, outcome: string): string {
  const owner = `h.1.${letter.repeat(32)}`;
  const cause = { kind: "done" };
  return JSON.stringify({ schemaVersion: 1, attempt, owner, outcome, cause, seconds: 1 });
}

function print(
  run: ReturnType<typeof makeRun>,
  request: LogRequest,
  output: Partial<Host["output"]> = {},
  notes: string[] = [],
  signal: AbortSignal = never,
  overrides: Partial<Host> = {},
) {
  let seen = "";
  const decoder = new TextDecoder();
  const host = testHost(overrides);
  const write = (some: string | Uint8Array) => {
    seen += typeof some === "string" ? some : decoder.decode(some, { stream: true });
  };
  const printed = printLog(
    run,
    request,
    {
      ...host,
      clock: { ...host.clock, sleep: (ms, stop) => host.clock.sleep(Math.min(ms, 5), stop) },
      output: { ...host.output, ...output, write },
      terminal: { ...host.terminal, note: (line) => notes.push(line) },
    },
    signal,
  ).then((report) => ({ report, text: seen }));
  return Object.assign(printed, { seen: () => seen });
}
