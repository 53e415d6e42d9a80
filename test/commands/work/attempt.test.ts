import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type AttemptEnd, executeAttempt } from "../../../src/commands/work/attempt.ts";
import type { Execution, ExecutionEnd } from "../../../src/commands/work/execution.ts";
import type { Loss } from "../../../src/commands/work/pulse.ts";
import { DEFAULT_RETRY, parseRetry } from "../../../src/core/failure.ts";
import { formatRunRecord, type RunRecord } from "../../../src/core/run-record.ts";
import { flagsAmong, formatOwner, runningFlag } from "../../../src/core/run-state.ts";
import type { StopSignal } from "../../../src/core/stop-signal.ts";
import type { Files } from "../../../src/host.ts";
import { logFile, recordFile } from "../../../src/tree/attempts.ts";
import { runPath, type RunPath } from "../../../src/tree/paths.ts";
import { claim } from "../../../src/tree/run-folder.ts";
import { perform } from "../../../src/tree/steps.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const OWNER = { host: "node", pid: 7, token: "a".repeat(32) };
const THIEF = { ...OWNER, token: "b".repeat(32) };
const RECORD: RunRecord = {
  schemaVersion: 1,
  attempt: 1,
  owner: formatOwner(OWNER),
  outcome: "completed",
  cause: { kind: "done" },
  startedAt: null,
  endedAt: "2026-01-01T00:00:00.000Z",
  seconds: null,
  repositories: [],
};
const COMPLETED: ExecutionEnd = { kind: "completed" };
const THREW: ExecutionEnd = { kind: "crashed", cause: { kind: "error", trace: "Error: NaN" } };

describe("executeAttempt", () => {
  it(
    "settles a run as its program ended",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (end) => {
          end(COMPLETED);
        },
      });
      expect(done.end).to.include({ kind: "settled", outcome: "completed" });
      expect(done.flags).to.deep.equal(["COMPLETED"]);
      expect(done.record).to.deep.include({ attempt: 1, outcome: "completed" });
      expect(done.record).to.have.property("repositories").with.length(1);
    }),
  );

  it(
    "settles a crash with its cause, for people too",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (end) => {
          end(THREW);
        },
      });
      expect(done.flags).to.deep.equal(["CRASH"]);
      expect(readFileSync(join(done.run.path, "CRASH"), "utf8")).to.equal(
        "\nattempt 1: Error: NaN\n",
      );
    }),
  );

  it(
    "puts a run back that was told to stop, even if it says that it is done",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (end, { stop }) => {
          stop.abort("SIGTERM");
          end(COMPLETED);
        },
      });
      expect(done.asked).to.deep.equal(["stop SIGTERM"]);
      expect(done.flags).to.deep.equal(["UNHATCHED"]);
      expect(done.record).to.deep.include({
        outcome: "released",
        cause: { kind: "preempted", by: "SIGTERM" },
      });
    }),
  );

  it(
    "takes a run for complete that says so, though it was told to stop, but not one that it lost",
    withTempDirectory(async (folder) => {
      const stop = new AbortController();
      const done: ExecutionEnd = { kind: "completed", isDone: true };
      const asked = await attempt(join(folder, "a"), {
        stop,
        program: (end) => {
          stop.abort("SIGTERM");
          end(done);
        },
      });
      expect(asked.record).to.deep.include({ outcome: "completed", cause: { kind: "done" } });
      const dead = await attempt(join(folder, "c"), {
        stop: new AbortController(),
        program: (end, { lose }) => {
          lose("silent");
          end(done);
        },
      });
      expect(dead.flags).to.deep.equal(["UNHATCHED"]);
    }),
  );

  it(
    "kills a program that goes on after its grace, and not before",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (_end, { stop }) => {
          stop.abort("SIGINT");
        },
      });
      expect(done.asked).to.deep.equal(["stop SIGINT", "kill"]);
      expect(done.seconds).to.equal(10);
      expect(done.flags).to.deep.equal(["UNHATCHED"]);
    }),
  );

  it(
    "kills a program at once when it is told to",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (_end, { kill }) => {
          kill.abort("SIGINT");
        },
      });
      expect(done.asked).to.deep.equal(["kill"]);
      expect(done.seconds).to.equal(0);
      expect(done.record).to.deep.include({ outcome: "released" });
    }),
  );

  it(
    "starts no program when it is told to stop before, but to tell it",
    withTempDirectory(async (folder) => {
      const stop = new AbortController();
      stop.abort("SIGTERM");
      const done = await attempt(folder, { stop, program: () => undefined });
      expect(done.asked).to.deep.equal(["stop SIGTERM", "kill"]);
      expect(done.flags).to.deep.equal(["UNHATCHED"]);
    }),
  );

  it(
    "puts back what was ended for want of heartbeats, or with its supervisor",
    withTempDirectory(async (folder) => {
      const ends: ExecutionEnd = { kind: "silenced", by: "an accident" };
      const done = await attempt(folder, {
        program: (end) => {
          end(ends);
        },
      });
      expect(done.record).to.deep.include({
        outcome: "released",
        cause: { kind: "stopped", by: "an accident" },
      });
      const late = await attempt(join(folder, "late"), {
        program: (_end, { lose }) => {
          lose("silent");
        },
      });
      expect(late.asked).to.deep.equal(["kill"]);
      expect(late.flags).to.deep.equal(["UNHATCHED"]);
    }),
  );

  it(
    "asks by the signal that is wanted, then by SIGTERM, then not any more",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        signal: "SIGUSR1",
        program: (_end, { stop }) => {
          stop.abort("SIGUSR2");
        },
      });
      expect(done.asked).to.deep.equal(["SIGUSR1 SIGUSR2", "stop SIGUSR2", "kill"]);
      expect(done.seconds).to.equal(70);
      expect(done.record).to.deep.include({ cause: { kind: "preempted", by: "SIGUSR2" } });
    }),
  );

  it(
    "ends a program that takes longer than it may, with what it printed last",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        timeoutMs: 90_000,
        program: (_end, { run }) => {
          writeFileSync(join(run.path, logFile(OWNER.token)), "step 7\n");
        },
      });
      expect(done.asked).to.deep.equal(["stop its time limit", "kill"]);
      expect(done.seconds).to.equal(100);
      expect(done.flags).to.deep.equal(["CRASH"]);
      expect(done.record).to.deep.include({
        outcome: "crashed",
        cause: { kind: "timeout", limitSeconds: 90, output: "step 7\n" },
      });
    }),
  );

  it(
    "does not wait for the limit of a program that has ended",
    withTempDirectory(async (folder) => {
      const program = (end: (how: ExecutionEnd) => void) => {
        end(COMPLETED);
      };
      const done = await attempt(folder, { timeoutMs: 1e12, program });
      expect(done.seconds).to.equal(0);
      expect(done.flags).to.deep.equal(["COMPLETED"]);
    }),
  );

  it(
    "puts a run back as often as the rule for its failure allows",
    withTempDirectory(async (folder) => {
      const timeout = {
        outcome: "released",
        cause: { kind: "timeout", limitSeconds: 1, output: "" },
      } as const;
      const trial = { retry: "timeout=2", timeoutMs: 1000, program: () => undefined };
      const second = await attempt(join(folder, "a"), { ...trial, earlier: [timeout] });
      expect(second.flags).to.deep.equal(["UNHATCHED"]);
      expect(second.record).to.deep.include({ outcome: "released" });
      const third = await attempt(join(folder, "b"), { ...trial, earlier: [timeout, timeout] });
      expect(third.flags).to.deep.equal(["CRASH"]);
    }),
  );

  it(
    "does not start a run again that has taken too many workers with it",
    withTempDirectory(async (folder) => {
      const lost = { outcome: "voided", cause: { kind: "lost", by: "node.1" } } as const;
      const trial = {
        retry: "lost=1",
        program: (end: (how: ExecutionEnd) => void) => {
          end(COMPLETED);
        },
      };
      const again = await attempt(join(folder, "a"), { ...trial, earlier: [lost] });
      expect(again.flags).to.deep.equal(["COMPLETED"]);
      const enough = await attempt(join(folder, "b"), { ...trial, earlier: [lost, lost] });
      expect(enough.flags).to.deep.equal(["CRASH"]);
      expect(enough.record).to.deep.include({ attempt: 3, cause: lost.cause });
    }),
  );

  it(
    "changes nothing once somebody else has the run",
    withTempDirectory(async (folder) => {
      const others = runningFlag({ ...OWNER, token: "b".repeat(32) });
      const done = await attempt(folder, {
        program: (_end, { run, lose }) => {
          renameSync(join(run.path, runningFlag(OWNER)), join(run.path, others));
          lose("fenced");
        },
      });
      expect(done.end).to.include({ kind: "lost" });
      expect(done.flags).to.deep.equal([others]);
      expect(done.names).not.to.include("run.json");
    }),
  );

  it(
    "does not settle a run that was taken over without its notice",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (end, { run }) => {
          renameSync(join(run.path, runningFlag(OWNER)), join(run.path, "UNHATCHED"));
          end(COMPLETED);
        },
      });
      expect(done.end).to.include({ kind: "lost" });
      expect(done.flags).to.deep.equal(["UNHATCHED"]);
      expect(done.names).not.to.include("run.json");
    }),
  );

  for (const code of ["EIO", "EACCES", "EROFS"]) {
    it(
      `puts a run back before it ends over a disk that answers ${code}`,
      withTempDirectory(async (folder) => {
        const replaced = code === "EIO" ? "rename" : "write";
        const refuse = (path: string) => {
          if (path.endsWith(".tmp")) throw Object.assign(new Error(`${code}: refused`), { code });
        };
        const files: Partial<Files> =
          replaced === "rename"
            ? {
                rename: (from, to) => {
                  refuse(from);
                  diskFiles.rename(from, to);
                },
              }
            : {
                write: (path, text) => {
                  refuse(path);
                  diskFiles.write(path, text);
                },
              };
        const failed = attempt(folder, {
          program: (end) => {
            end(COMPLETED);
          },
          files,
        });
        expect(await failed.catch((error: unknown) => error)).to.have.property("code", code);
        const [run = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
          (name) => name.endsWith("UNHATCHED"),
        );
        expect(run).to.match(/UNHATCHED$/);
      }),
    );
  }

  it(
    "puts a run back without a record when the disk is full",
    withTempDirectory(async (folder) => {
      const write: Files["write"] = () => {
        throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      };
      const done = await attempt(folder, {
        program: (end) => {
          end(COMPLETED);
        },
        files: { write },
      });
      expect(done.end).to.include({ kind: "disk-full" });
      expect(done.flags).to.deep.equal(["UNHATCHED"]);
      const early = await attempt(join(folder, "early"), {
        program: (_end, { lose }) => {
          lose("disk-full");
        },
      });
      expect(early.end).to.include({ kind: "disk-full" });
      expect(early.flags).to.deep.equal(["UNHATCHED"]);
    }),
  );

  it(
    "executes nothing where the configuration is cut or missing",
    withTempDirectory(async (folder) => {
      for (const [name, config] of Object.entries({ cut: '{"x": 1,', missing: undefined })) {
        const program = () => expect.fail("executed");
        const done = await attempt(join(folder, name), { program, config });
        expect(done.flags).to.deep.equal(["CRASH"]);
        expect(readFileSync(join(done.run.path, "CRASH"), "utf8")).to.include("config.json");
      }
    }),
  );

  it(
    "says that a run is lost whose folder is gone",
    withTempDirectory(async (folder) => {
      const done = await attempt(folder, {
        program: (end, { run }) => {
          renameSync(run.path, `${run.path}.gone`);
          end(COMPLETED);
        },
      });
      expect(done.end).to.have.property("why").that.includes("its folder is gone");
    }),
  );

  describe("of a run that is to be renewed", () => {
    const renewed = { "config.json": '{"x": 2}', "metadata/config.yaml": "x: 2\n" };

    it(
      "writes its new files before it is executed",
      withTempDirectory(async (folder) => {
        const seen: string[] = [];
        const done = await attempt(folder, {
          renewed,
          program: (end, { run }) => {
            for (const name of Object.keys(renewed)) {
              seen.push(readFileSync(join(run.path, name), "utf8"));
            }
            end(COMPLETED);
          },
        });
        expect(done.end).to.include({ kind: "settled", outcome: "completed" });
        expect(seen).to.deep.equal(Object.values(renewed));
      }),
    );

    it(
      "writes nothing once somebody else has it",
      withTempDirectory(async (folder) => {
        const done = await attempt(folder, {
          renewed,
          claimed: ({ path }) => {
            renameSync(join(path, runningFlag(OWNER)), join(path, runningFlag(THIEF)));
          },
          program: () => expect.fail("executed"),
        });
        expect(done.end).to.have.property("kind", "lost");
        expect(readFileSync(join(done.run.path, "config.json"), "utf8")).to.equal('{"x": 1}');
      }),
    );

    it(
      "puts it back where there is no room for them",
      withTempDirectory(async (folder) => {
        const replace = () => {
          throw Object.assign(new Error("full"), { code: "ENOSPC" });
        };
        const program = () => expect.fail("executed");
        const done = await attempt(folder, { renewed, files: { replace }, program });
        expect(done.end).to.have.property("kind", "disk-full");
        expect(done.flags).to.deep.equal(["UNHATCHED"]);
      }),
    );
  });
});

type Trial = {
  /** What the program does; it may end, or wait to be killed. */
  readonly program: (
    end: (how: ExecutionEnd) => void,
    world: {
      readonly run: RunPath;
      readonly stop: AbortController;
      readonly kill: AbortController;
      readonly lose: (why: Loss) => void;
    },
  ) => void;
  readonly config?: string | undefined;
  readonly renewed?: Readonly<Record<string, string>>;
  /** Happens right after the claim. */
  readonly claimed?: (run: RunPath) => void;
  readonly files?: Partial<Files>;
  readonly stop?: AbortController;
  readonly retry?: string;
  readonly timeoutMs?: number;
  readonly signal?: StopSignal;
  /** How its earlier attempts ended. */
  readonly earlier?: readonly Pick<RunRecord, "outcome" | "cause">[];
};

async function attempt(
  folder: string,
  trial: Trial,
): Promise<{
  readonly run: RunPath;
  readonly end: AttemptEnd;
  readonly asked: readonly string[];
  readonly names: readonly string[];
  readonly flags: readonly string[];
  readonly record: unknown;
  readonly seconds: number;
}> {
  const run = runPath(folder, 1, 1);
  mkdirSync(join(run.path, "metadata"), { recursive: true });
  writeFileSync(join(run.path, "UNHATCHED"), "\n");
  const config = "config" in trial ? trial.config : '{"x": 1}';
  if (config !== undefined) writeFileSync(join(run.path, "config.json"), config);
  const earlier = trial.earlier ?? [];
  for (const [index, { outcome, cause }] of earlier.entries()) {
    const record = { ...RECORD, attempt: index + 1, outcome, cause };
    writeFileSync(join(run.path, recordFile(index + 1)), formatRunRecord(record));
  }
  const clock = createVirtualClock();
  const held = perform(claim(run.path, OWNER), testHost());
  if (held === undefined) throw new Error("Expected a claim");
  trial.claimed?.(run);

  const asked: string[] = [];
  const { stop = new AbortController() } = trial;
  const kill = new AbortController();
  let lose: (why: Loss) => void = () => undefined;
  const start = (): Execution => {
    let end: (how: ExecutionEnd) => void = () => undefined;
    const ended = new Promise<ExecutionEnd>((resolve) => (end = resolve));
    setImmediate(() => {
      trial.program(end, { run, stop, kill, lose });
    });
    return {
      ended,
      stop: (reason, signal) =>
        asked.push(signal === "SIGTERM" ? `stop ${reason}` : `${signal} ${reason}`),
      kill: () => {
        asked.push("kill");
        end({ kind: "crashed", cause: { kind: "signal", signal: "SIGKILL", output: "" } });
      },
    };
  };
  const context = {
    executor: { start, close: () => undefined },
    pulse: {
      hold: (_claim: unknown, onLoss: typeof lose) => (lose = onLoss),
      letGo: () => (lose = () => undefined),
      stop: () => undefined,
    },
    stop: {
      claiming: stop.signal,
      gracefully: stop.signal,
      atOnce: kill.signal,
      signal: trial.signal ?? "SIGTERM",
      leadMs: 60_000,
      graceMs: 10_000,
    },
    retry: trial.retry === undefined ? DEFAULT_RETRY : parseRetry(trial.retry),
    timeoutMs: trial.timeoutMs ?? null,
    repositories: [{ path: ".", commit: null, diffHash: null }],
    ...(trial.renewed && { renewed: trial.renewed }),
  };
  const host = { clock, files: { ...diskFiles, ...trial.files } };
  const end = await clock.runWhile(executeAttempt(run, held, context, host));
  const names = diskFiles.list(run.path) ?? [];
  return {
    run,
    end,
    asked,
    names,
    flags: flagsAmong(names),
    record: names.includes(recordFile(earlier.length + 1))
      ? JSON.parse(readFileSync(join(run.path, recordFile(earlier.length + 1)), "utf8"))
      : undefined,
    seconds: clock.monotonicMs() / 1000,
  };
}
