import { describeCause, formatRunRecord, parseRunRecord } from "../../../src/core/run-record.ts";
import { parseRunnerReport } from "../../../src/core/runner-messages.ts";
import { createMessageReader, formatMessage } from "../../../src/io/messages.ts";
import { describeMachine } from "../../../src/io/machine.ts";
import { parseRecordFile, recordFile } from "../../../src/tree/attempts.ts";
import { isRemovable, readPlan } from "../../../src/tree/reset-plan.ts";
import { perform } from "../../../src/tree/steps.ts";
import {
  isKnownDead,
  MAX_HEARTBEAT_MS,
  readWorkerRecord,
} from "../../../src/tree/worker-record.ts";
import { hold, holdUnpolluted, type Target } from "../target.ts";
import { json, readingOf } from "./support.ts";

const WORKER = "0123456789abcdef01234567";
const OWNER = `node-1.4242.${WORKER}00000001`;
const MACHINE = { ...describeMachine(), hasProcessOf: () => false, processStart: () => undefined };

export const owner: Target = {
  name: "owner",
  seeds: [
    json({
      schemaVersion: 1,
      worker: WORKER,
      hostName: "node-1",
      machineId: MACHINE.machineId,
      bootId: MACHINE.bootId,
      pidNamespace: MACHINE.pidNamespace,
      userId: MACHINE.userId,
      pid: 4242,
      processStart: "77",
      scheduler: { cluster: "c", job: "9", restartCount: 0 },
      heartbeatMs: 15000,
      startedAt: "2026-01-01T00:00:00.000Z",
    }),
  ],
  words: ["worker", WORKER, "heartbeatMs", "pid", "processStart", "schemaVersion"],
  check: (text) => {
    const record = perform(readWorkerRecord("/storage", WORKER), readingOf(text));
    holdUnpolluted();
    if (record === undefined) return "no record";
    hold(record.worker === WORKER, "it is the record of whom it names");
    hold(record.heartbeatMs > 0 && record.heartbeatMs <= MAX_HEARTBEAT_MS, "a lease ends");
    hold(Number.isSafeInteger(record.pid) && record.pid > 0, "a process has a number");
    return isKnownDead(record, MACHINE) ? "dead" : "unknown";
  },
};

export const run: Target = {
  name: "run",
  seeds: [
    { kind: "done" },
    { kind: "error", trace: "Error: x\n at y" },
    { kind: "exit", code: 3, output: "o" },
    { kind: "signal", signal: "SIGKILL", output: "" },
    { kind: "lost", by: OWNER },
  ].map((cause) =>
    json({
      schemaVersion: 1,
      attempt: 2,
      owner: OWNER,
      outcome: cause.kind === "done" ? "completed" : "crashed",
      cause,
      startedAt: "2026-01-01T00:00:00.000Z",
      endedAt: "2026-01-01T00:00:01.000Z",
      seconds: 1.5,
      repositories: [],
    }),
  ),
  words: [
    "attempt",
    "cause",
    "kind",
    "seconds",
    "trace",
    "voided",
    "released",
    "stopped",
    "disk-full",
    "timeout",
    "out-of-memory",
    "preempted",
    "limitSeconds",
  ],
  check: (text) => {
    const record = parseRunRecord(text);
    holdUnpolluted();
    if (record === undefined) return "no record";
    const { attempt, cause, seconds } = record;
    hold(parseRecordFile(recordFile(attempt)) === attempt, "its number can be part of a name");
    hold(typeof describeCause(cause) === "string", "its cause can be told");
    hold(seconds === null || (Number.isFinite(seconds) && seconds >= 0), "it took some time");
    const written = formatRunRecord(record);
    const again = parseRunRecord(written);
    hold(again !== undefined && formatRunRecord(again) === written, "it reads back");
    return `${record.outcome} ${cause.kind}`;
  },
};

export const plan: Target = {
  name: "plan",
  seeds: [
    json({
      flag: `OPENED.${OWNER}`,
      records: ["run.json"],
      remove: ["logger.out", "checkpoint.bin"],
      fenceMs: 30000,
      voids: OWNER,
      formers: [`${WORKER}00000002`],
    }),
  ],
  words: [
    "remove",
    "formers",
    "records",
    "fenceMs",
    "UNHATCHED",
    "run.2.json",
    ".reset.",
    "COMPLETED",
  ],
  check: (text) => {
    const read = perform(readPlan("/run", `${WORKER}00000001`), readingOf(text));
    holdUnpolluted();
    if (read === undefined) return "no plan";
    hold(read.remove.every(isRemovable), "flags, records and desks stay");
    const all = [read.flag, ...read.remove, ...read.records, ...read.formers];
    hold(
      all.every((name) => name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name)),
      "names lie in the run folder",
    );
    hold(read.fenceMs >= 0 && read.fenceMs < 1e9, "a wait ends");
    return `plan ${Math.min(read.remove.length, 3)}`;
  },
};

export const messages: Target = {
  name: "messages",
  seeds: [
    formatMessage({ id: 1, message: { kind: "ready" } }),
    `\n${formatMessage({ id: 1, message: { kind: "progress", number: 1, done: 1, total: 2 } })}`,
    `half of a li${formatMessage({ id: 2, message: { kind: "returned", number: 2 } })}`,
    formatMessage({ id: 1, message: { kind: "threw", number: 1, trace: "x", fatal: true } }) +
      formatMessage([1]),
  ],
  words: ["\n", '"message":', '"kind":', "threw", "returned", "progress", '"number":1'],
  check: (text) => {
    const whole = heard([text]);
    const third = Math.ceil(text.length / 3);
    const inPieces = heard([
      text.slice(0, third),
      text.slice(third, 2 * third),
      text.slice(2 * third),
    ]);
    hold(json(whole) === json(inPieces), "where the line is cut makes no difference");
    const reports = whole.flatMap((message) => {
      const inner: unknown = Reflect.get(message, "message");
      return typeof inner === "object" && inner !== null ? (parseRunnerReport(inner) ?? []) : [];
    });
    for (const report of reports) {
      if (report.kind === "threw") hold(typeof report.trace === "string", "a trace is a text");
      if (report.kind === "progress") hold(typeof report.done === "number", "progress is a number");
    }
    holdUnpolluted();
    return `${Math.min(whole.length, 4)} ${[...new Set(reports.map(({ kind }) => kind))].join(" ")}`;
  },
};

function heard(pieces: readonly string[]): readonly object[] {
  const all: object[] = [];
  const read = createMessageReader((message) => {
    hold(typeof message === "object" && message !== null, "messages are objects");
    all.push(message);
  });
  for (const piece of pieces) read(piece);
  return all;
}
