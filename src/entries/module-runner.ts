import { Socket } from "node:net";
import { hostname } from "node:os";

import type { Experiment, ExperimentContext, Logger } from "../core/experiment.ts";
import { formatLogLine, isLogged, LOG_LEVELS, type LogLevel } from "../core/log-line.ts";
import type { RunnerOrder, RunnerReport } from "../core/runner-messages.ts";
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
/** By path: `setUp` is called once in each process. */
const experiments = new Map<string, Promise<Experiment>>();

link.setEncoding("utf8");
// A runner that was killed may have left half a line: end it.
link.write("\n");
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
report({ kind: "ready" });

function obey(order: RunnerOrder): void {
  if (order.kind === "run") void run(order);
  else if (current?.order.number === order.number) current.stop.abort(new Error(order.reason));
}

async function run(order: RunOrder): Promise<void> {
  const log = diskFiles.openAppend(join(order.runFolder, logFile(order.token)));
  const recorder = createRecorder(order.runFolder, order.token, { files: diskFiles });
  current = { order, log, stop: new AbortController() };
  const logger = createLogger(order);
  logger.info(`attempt ${order.attempt} starts`);
  let answer: RunnerReport;
  try {
    const { main } = await load(order.module);
    await main(context(order, recorder, logger, current.stop.signal));
    logger.info("main() has returned");
    answer = { kind: "returned", number: order.number };
  } catch (error) {
    const trace = traceOf(error);
    logger.error(trace);
    answer = { kind: "threw", number: order.number, trace, fatal: false };
  }
  current = undefined;
  recorder.close();
  log.close();
  report(answer);
}

async function load(path: string): Promise<Experiment> {
  const known = experiments.get(path);
  if (known) return known;
  const loading = loadOnce(path);
  experiments.set(path, loading);
  return loading;
}

async function loadOnce(path: string): Promise<Experiment> {
  const exports = await userModules.load(path);
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
): ExperimentContext {
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

/** An error that nobody caught: the run is over, and this process cannot be trusted any more. */
function failCurrent(error: unknown): void {
  const trace = traceOf(error);
  if (current) {
    current.log.write(`${trace}\n`);
    const { number } = current.order;
    const message: RunnerReport = { kind: "threw", number, trace, fatal: true };
    link.write(formatMessage({ id, message } satisfies LinkMessage), () => process.exit(1));
  } else {
    process.exit(1);
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

function report(message: RunnerReport): void {
  link.write(formatMessage({ id, message } satisfies LinkMessage));
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return `Thrown: ${String(error)}`;
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\nCaused by: ${traceOf(error.cause)}`;
}
