import type { LogLevel } from "../../core/log-line.ts";
import type { RunnerOrder, RunnerReport } from "../../core/runner-messages.ts";
import type { SupervisedProcess, Supervisor } from "../../host.ts";
import {
  type Assignment,
  endOfProcess,
  type Execution,
  type ExecutionEnd,
  type Executor,
} from "./execution.ts";

type ModuleProgram = {
  /** Absolute paths. */
  readonly module: string;
  readonly project: string;
  /** The lowest level that the runs' loggers write. */
  readonly logLevel: LogLevel;
};

/** Runs a module's `main` in a process that is kept from run to run, as long as it is well. */
export function createModuleExecutor(
  program: ModuleProgram,
  supervisor: Supervisor,
  onProgress: (fraction: number) => void,
): Executor {
  let runner: SupervisedProcess | undefined;
  let number = 0;
  const startRunner = () => {
    const started = supervisor.start({
      command: "module-runner",
      folder: program.project,
      environment: {},
    });
    void started.ended.then(() => {
      if (runner === started) runner = undefined;
    });
    return started;
  };
  const discard = (one: SupervisedProcess) => {
    one.kill("SIGKILL");
    if (runner === one) runner = undefined;
  };
  // It starts while the first run is being looked for.
  runner = startRunner();
  return {
    start: (assignment) => {
      const one = (runner ??= startRunner());
      const order = runOrder(++number, program, assignment);
      return executeIn(one, order, discard, onProgress);
    },
    close: () => {
      if (runner) discard(runner);
    },
  };
}

function runOrder(
  number: number,
  program: ModuleProgram,
  { run, claim, config }: Assignment,
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
    label: `experiment${run.experiment}/seed${run.seed}`,
  };
}

function executeIn(
  runner: SupervisedProcess,
  order: RunnerOrder & { kind: "run" },
  discard: (runner: SupervisedProcess) => void,
  onProgress: (fraction: number) => void,
): Execution {
  const { number } = order;
  const ended = new Promise<ExecutionEnd>((resolve) => {
    runner.onMessage((message) => {
      const report = message as RunnerReport;
      if (report.kind === "ready" || report.number !== number) return;
      if (report.kind === "progress") {
        onProgress(report.done / report.total);
        return;
      }
      if (report.kind === "returned") resolve({ kind: "completed" });
      else resolve({ kind: "crashed", cause: { kind: "error", trace: report.trace } });
      if (report.kind === "threw" && report.fatal) discard(runner);
    });
    void runner.ended.then((end) => {
      const died = endOfProcess(end, end.tail);
      resolve(died.kind === "completed" ? leftEarly(end.tail) : died);
    });
    runner.send(order);
  });
  return {
    ended,
    stop: (reason) => {
      runner.send({ kind: "stop", number, reason } satisfies RunnerOrder);
    },
    kill: () => {
      discard(runner);
    },
  };
}

/** A program that calls `process.exit(0)` has not returned from `main`. */
function leftEarly(output: string): ExecutionEnd {
  return { kind: "crashed", cause: { kind: "exit", code: 0, output } };
}
