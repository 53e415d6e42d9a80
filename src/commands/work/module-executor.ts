import { join } from "node:path";

import type { LogLevel } from "../../core/log-line.ts";
import type { Cause } from "../../core/run-record.ts";
import { parseRunnerReport, type RunnerOrder } from "../../core/runner-messages.ts";
import type { Host, SupervisedEnd, SupervisedProcess, Supervisor } from "../../host.ts";
import { logFile } from "../../tree/attempts.ts";
import { runName } from "../../tree/paths.ts";
import {
  type Assignment,
  endOfProcess,
  type ExecutionEnd,
  type Executor,
  OUTPUT_BYTES,
} from "./execution.ts";
import { type MemoryShortage, ownWords, watchMemory } from "./memory-shortage.ts";

type ModuleProgram = {
  /** Absolute paths. */
  readonly module: string;
  readonly project: string;
  /** The lowest level that the runs' loggers write. */
  readonly logLevel: LogLevel;
};

/** How often an order is given to another runner, where none has got as far as to begin it. */
const START_TRIES = 3;

/** Runs a module's `main` in a process that is kept from run to run, as long as it is well. */
export function createModuleExecutor(
  program: ModuleProgram,
  supervisor: Supervisor,
  { files, machine }: Pick<Host, "files" | "machine">,
  onProgress: (fraction: number) => void,
): Executor {
  const runners = createRunners(program.project, supervisor);
  let number = 0;
  return {
    start: (assignment) => {
      const log = join(assignment.run.path, logFile(assignment.claim.owner.token));
      const order = runOrder(++number, program, assignment);
      let runner = runners.take();
      const shortage = watchMemory(machine);
      let isKilled = false;
      const execute = async (): Promise<ExecutionEnd> => {
        for (let tries = 1; ; tries++) {
          const ended = await executeIn(runner, order, runners.discard, onProgress);
          if (ended.kind === "answered") return ended.end;
          // A runner opens the log before anything else. It may have died of what the run before
          // had left behind, before it got the order: then nothing of this run was executed.
          const isBegun = files.size(log) !== undefined;
          if (isBegun || isKilled || tries === START_TRIES) {
            return endOfRunner(ended.death, files.readEnd(log, OUTPUT_BYTES), shortage);
          }
          runner = runners.take();
        }
      };
      return {
        ended: execute(),
        stop: (reason) => {
          runner.send({ kind: "stop", number: order.number, reason } satisfies RunnerOrder);
        },
        kill: () => {
          isKilled = true;
          runners.discard(runner);
        },
      };
    },
    close: runners.close,
  };
}

/** The process in which the next run is to be executed. */
function createRunners(project: string, supervisor: Supervisor) {
  let kept: SupervisedProcess | undefined;
  const start = () => {
    const started = supervisor.start({
      command: "module-runner",
      folder: project,
      environment: {},
    });
    void started.ended.then(() => {
      if (kept === started) kept = undefined;
    });
    return started;
  };
  const discard = (one: SupervisedProcess) => {
    one.kill("SIGKILL");
    if (kept === one) kept = undefined;
  };
  // It starts while the first run is being looked for.
  kept = start();
  return {
    take: () => (kept ??= start()),
    discard,
    close: () => {
      if (kept) discard(kept);
    },
  };
}

function runOrder(
  number: number,
  program: ModuleProgram,
  { run, claim, config, evaluations }: Assignment,
): RunnerOrder & { kind: "run" } {
  return {
    kind: "run",
    number,
    ...program,
    runFolder: run.path,
    storage: run.storage,
    config,
    token: claim.owner.token,
    attempt: claim.attempt,
    label: runName(run),
    ...(evaluations !== undefined && { evaluations }),
  };
}

/** `answered`: what the run came to; `ended`: its runner ended without a word about it. */
type RunnerEnd =
  | { readonly kind: "answered"; readonly end: ExecutionEnd }
  | { readonly kind: "ended"; readonly death: SupervisedEnd };

function executeIn(
  runner: SupervisedProcess,
  order: RunnerOrder & { kind: "run" },
  discard: (runner: SupervisedProcess) => void,
  onProgress: (fraction: number) => void,
): Promise<RunnerEnd> {
  const { number } = order;
  return new Promise((resolve) => {
    const answer = (end: ExecutionEnd) => {
      resolve({ kind: "answered", end });
    };
    runner.onMessage((message) => {
      const report = isObject(message) ? parseRunnerReport(message) : undefined;
      if (report === undefined || report.kind === "ready" || report.number !== number) return;
      if (report.kind === "progress") {
        onProgress(report.done / report.total);
        return;
      }
      if (report.kind === "returned") answer(completed(report.isDone));
      else answer({ kind: "crashed", cause: causeOf(report.trace) });
      if (report.kind === "threw" && report.fatal) discard(runner);
    });
    void runner.ended.then((death) => {
      resolve({ kind: "ended", death });
    });
    runner.send(order);
  });
}

const completed = (isDone?: true): ExecutionEnd =>
  isDone ? { kind: "completed", isDone } : { kind: "completed" };

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function causeOf(trace: string): Cause {
  const [message = ""] = trace.split("\n");
  const evidence = ownWords(message);
  return evidence === undefined
    ? { kind: "error", trace }
    : { kind: "out-of-memory", evidence, output: trace };
}

/** A program that calls `process.exit(0)` has not returned from `main`. */
function endOfRunner(death: SupervisedEnd, log: string, shortage: MemoryShortage): ExecutionEnd {
  // What the program prints is in its log; what Node itself says in its last moments is not.
  const output = `${log}${death.tail}`.slice(-OUTPUT_BYTES);
  const end = endOfProcess(death, output, shortage);
  return end.kind === "completed"
    ? { kind: "crashed", cause: { kind: "exit", code: 0, output } }
    : end;
}
