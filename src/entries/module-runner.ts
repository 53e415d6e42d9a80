import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { hostname } from "node:os";
import { inspect } from "node:util";

import { evaluateRun } from "../core/evaluate-run.ts";
import type { Experiment, ExperimentContext, Logger } from "../core/experiment.ts";
import { formatLogLine, isLogged, LOG_LEVELS, type LogLevel } from "../core/log-line.ts";
import { cutTrace, type RunnerOrder, type RunnerReport } from "../core/runner-messages.ts";
import { STOP_SIGNALS } from "../core/stop-signal.ts";
import { diskFiles } from "../io/files.ts";
import { createMessageReader, formatMessage } from "../io/messages.ts";
import { userModules } from "../io/modules.ts";
import type { LinkMessage } from "../io/supervisor-messages.ts";
import { logFile } from "../tree/attempts.ts";
import { createRecorder } from "../tree/recorder.ts";
import { join } from "node:path";

/**
 * Runs module experiments, one after the other, in a process that may block, leak or die without
 * harm to anything but its own run. Argument: its number on the line to the worker (descriptor 3).
 */
const id = Number(process.argv[2]);
const HOST = hostname();
/** Progress is for people: no more often than this, ms. */
const PROGRESS_MS = 200;

type RunOrder = RunnerOrder & { kind: "run" };
type Current = {
  readonly order: RunOrder;
  readonly stop: AbortController;
  readonly log: { write: (text: string) => void; close: () => void };
};

const link = new Socket({ fd: 3 });
let current: Current | undefined;
/** The number of the run that some code belongs to: a timer may outlive its run. */
const runOf = new AsyncLocalStorage<number>();
/** By path: `setUp` is called once in each process. */
const experiments = new Map<string, Promise<Experiment>>();

link.setEncoding("utf8");
link.on(
  "data",
  createMessageReader((received) => {
    const { id: addressee, message } = received as LinkMessage;
    if (addressee === id) obey(message as RunnerOrder);
  }),
);
for (const event of ["end", "error", "close"] as const) link.on(event, () => process.exit());
// What the program prints belongs to the run that prints it.
for (const stream of [process.stdout, process.stderr]) redirect(stream);
process.on("uncaughtException", failCurrent);
process.on("unhandledRejection", failCurrent);
// Schedulers signal every process of a job: what it means for the run is the worker's to say.
for (const signal of STOP_SIGNALS) process.on(signal, () => undefined);
report({ kind: "ready" });

function obey(order: RunnerOrder): void {
  if (order.kind === "run") void runOf.run(order.number, run, order);
  else if (current?.order.number === order.number) current.stop.abort(new Error(order.reason));
}

async function run(order: RunOrder): Promise<void> {
  const recorder = createRecorder(order.runFolder, order.token, { files: diskFiles });
  const said = { done: false };
  const logger = createLogger(order);
  let answer: RunnerReport & { number: number } = { kind: "returned", number: order.number };
  try {
    const log = diskFiles.openAppend(join(order.runFolder, logFile(order.token)));
    current = { order, log, stop: new AbortController() };
    const what = order.evaluations === undefined ? `attempt ${order.attempt}` : "evaluation";
    logger.info(`${what} starts`);
    // The run before may have left for another folder.
    process.chdir(order.project);
    const { main, evaluate } = await load(order.module);
    const done = () => {
      said.done = true;
    };
    const given = { ...context(order, recorder, logger, current.stop.signal), done };
    if (order.evaluations !== undefined) {
      await evaluateRun({ evaluate, module: order.module }, order.evaluations, given);
    } else {
      await main(given);
      logger.info("main() has returned");
      if (said.done) answer = { ...answer, isDone: true };
    }
  } catch (error) {
    const trace = traceOf(error);
    logger.error(trace);
    answer = { kind: "threw", number: order.number, trace, fatal: false };
  }
  const { log } = current ?? {};
  current = undefined;
  recorder.close();
  log?.close();
  report(answer);
}

async function load(path: string): Promise<Experiment> {
  const known = experiments.get(path);
  if (known) return known;
  // What it sets up is for all runs, and belongs to none.
  const loading = runOf.exit(loadOnce, path);
  experiments.set(path, loading);
  // Another run may have more luck.
  loading.catch(() => experiments.delete(path));
  return loading;
}

async function loadOnce(path: string): Promise<Experiment> {
  const exports = await userModules.load(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be loaded: ${reason}`, { cause });
  });
  const experiment = {
    ...(exports["default"] as object | undefined),
    ...exports,
  } as Partial<Experiment>;
  if (typeof experiment.main !== "function") {
    throw new TypeError(
      `${path} exports ${Object.keys(exports).join(", ") || "nothing"}; expected a function main({ config, recorder, … }).`,
    );
  }
  await experiment.setUp?.();
  return experiment as Experiment;
}

function context(
  order: RunOrder,
  recorder: ExperimentContext["recorder"],
  logger: Logger,
  signal: AbortSignal,
): Omit<ExperimentContext, "done"> {
  const { config, runFolder, storage, project, number, attempt } = order;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    config,
    tree: { runFolder, storage, project },
    recorder: { record: recorder.record, resume: recorder.resume },
    logger,
    progress: (done, total) => {
      const now = performance.now();
      if (now - reportedAt < PROGRESS_MS) return;
      reportedAt = now;
      report({ kind: "progress", number, done, total });
    },
    signal,
    attempt: { number: attempt, resumed: attempt > 1 },
  };
}

function createLogger({ label, logLevel }: RunOrder): Logger {
  const origin = { host: HOST, pid: process.pid, subject: label };
  const lineOf = (level: LogLevel) => (text: string) => {
    if (!isLogged(level, logLevel)) return;
    current?.log.write(formatLogLine(origin, level, text, Date.now()));
  };
  return Object.fromEntries(LOG_LEVELS.map((level) => [level, lineOf(level)])) as Logger;
}

/**
 * An error that nobody caught: the run is over, and this process cannot be trusted any more. One
 * that a former run left behind harms nobody: that run has its end.
 */
function failCurrent(error: unknown): void {
  const trace = traceOf(error);
  const culprit = runOf.getStore();
  if (culprit !== undefined && culprit !== current?.order.number) {
    logQuietly(`An earlier run of this process had not ended all that it started:\n${trace}\n`);
  } else if (current) {
    logQuietly(`${trace}\n`);
    const { number } = current.order;
    const message: RunnerReport = { kind: "threw", number, trace, fatal: true };
    report(message, () => process.exit(1));
  } else {
    process.exit(1);
  }
}

function logQuietly(text: string): void {
  try {
    current?.log.write(text);
  } catch {
    // A full disk: the worker will notice.
  }
}

function redirect(stream: NodeJS.WriteStream): void {
  const original = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: []) => {
    if (current === undefined) return original(chunk, ...rest);
    current.log.write(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    for (const callback of rest as readonly unknown[]) {
      if (typeof callback === "function") process.nextTick(callback);
    }
    return true;
  };
}

function report(message: RunnerReport, onSent?: () => void): void {
  // A program, or a runner that was killed, may have left half a line: end it.
  link.write(`\n${formatMessage({ id, message } satisfies LinkMessage)}`, onSent);
}

/** Everything that can be thrown, with its causes, however they are linked. */
function traceOf(error: unknown): string {
  try {
    return cutTrace(error instanceof Error ? inspect(error) : `Thrown: ${inspect(error)}`);
  } catch {
    return "Thrown: something that cannot be shown";
  }
}
