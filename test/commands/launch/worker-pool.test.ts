import { expect } from "chai";

import { runWorkers } from "../../../src/commands/launch/worker-pool.ts";
import type { WorkReport, WorkSettings } from "../../../src/commands/work/orders.ts";
import { DEFAULT_RETRY } from "../../../src/core/failure.ts";
import type { ProcessEnd, WorkerProcess } from "../../../src/host.ts";
import { testHost } from "../../support/test-host.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const LEFT: ProcessEnd = { code: 0, signal: null, error: null };
const KILLED: ProcessEnd = { code: null, signal: "SIGKILL", error: null };
const SETTINGS: WorkSettings = {
  storages: [],
  launch: "test",
  logLevel: "info",
  maxRuns: null,
  heartbeatMs: 1000,
  graceMs: 1000,
  stopSignal: "SIGTERM",
  leadMs: 0,
  timeoutMs: null,
  retry: DEFAULT_RETRY,
  endsAtMs: null,
  stay: false,
  finishSearches: false,
};

describe("runWorkers", () => {
  it("starts so many, and waits for all", async () => {
    const { workers } = await runPool(3, (worker) => {
      worker.end(LEFT);
    });
    expect(workers).to.have.length(3);
  });

  it("replaces one that is killed, up to three times in a place", async () => {
    const { workers, notes } = await runPool(1, (worker) => {
      worker.end(KILLED);
    });
    expect(workers).to.have.length(4);
    expect(notes.slice(0, 3).every((note) => note.includes("takes its place"))).to.equal(true);
    expect(notes[3]).to.include("not replaced any more");
  });

  it("passes reports on, and throws what the user can mend when all have left", async () => {
    const reports: WorkReport[] = [];
    const ended = runPool(
      2,
      (worker, index) => {
        worker.say({ kind: "warning", text: "careful" });
        if (index === 0) {
          worker.say({ kind: "failed", code: "disk", message: "full", hint: "make room" });
        }
        worker.end(LEFT);
      },
      reports,
    );
    const error: unknown = await ended.catch((reason: unknown) => reason);
    expect(error).to.include({ name: "UserError", code: "disk", message: "full" });
    expect(reports).to.have.length(2);
  });

  it("takes a worker that ends with an error for a bug", async () => {
    const ended = runPool(1, (worker) => {
      worker.end({ ...LEFT, code: 1 });
    });
    const error: unknown = await ended.catch((reason: unknown) => reason);
    expect(error).to.be.an("error").with.property("message").that.includes("exit code 1");
  });

  it("tells all to stop, and replaces nobody then", async () => {
    const { workers, orders } = await runPool(2, (worker, _index, signals) => {
      signals.stop.abort("SIGTERM");
      worker.end(KILLED);
    });
    expect(orders).to.deep.equal(["stop SIGTERM", "stop SIGTERM"]);
    expect(workers).to.have.length(2);
  });

  it("passes on that nothing more is to be claimed, and replaces nobody then", async () => {
    const { workers, orders } = await runPool(1, (worker, _index, signals) => {
      signals.finish.abort("enough");
      worker.end(KILLED);
    });
    expect(orders).to.deep.equal(["finish enough"]);
    expect(workers).to.have.length(1);
  });

  it("tells many as it tells one, without a warning of Node", async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error) => warnings.push(name);
    process.on("warning", listen);
    const { orders } = await runPool(40, (worker, _index, signals) => {
      signals.stop.abort("SIGINT");
      signals.kill.abort("SIGINT");
      worker.end(KILLED);
    });
    // Warnings are given a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(orders).to.have.length(80);
    expect(warnings).to.deep.equal([]);
  });

  it("kills one that does not end when it is told to end at once", async () => {
    const { workers, orders } = await runPool(1, (worker, _index, signals) => {
      signals.stop.abort("SIGINT");
      signals.kill.abort("SIGINT");
      worker.onKill(() => {
        worker.end(KILLED);
      });
    });
    expect(orders).to.deep.equal(["stop SIGINT", "kill SIGINT"]);
    expect(workers).to.have.length(1);
  });
});

type FakeWorker = {
  readonly end: (how: ProcessEnd) => void;
  readonly say: (report: WorkReport) => void;
  readonly onKill: (listener: () => void) => void;
};

type Signals = Record<"finish" | "stop" | "kill", AbortController>;

/** Runs a pool of workers that do what `behave` says. */
async function runPool(
  count: number,
  behave: (worker: FakeWorker, index: number, signals: Signals) => void,
  reports: WorkReport[] = [],
) {
  const clock = createVirtualClock();
  const signals = {
    finish: new AbortController(),
    stop: new AbortController(),
    kill: new AbortController(),
  };
  const workers: WorkerProcess[] = [];
  const orders: string[] = [];
  const notes: string[] = [];
  const startWorker = () => {
    let listener: (message: unknown) => void = () => undefined;
    let onKill: () => void = () => undefined;
    let end: (how: ProcessEnd) => void = () => undefined;
    const ended = new Promise<ProcessEnd>((resolve) => (end = resolve));
    const worker: WorkerProcess = {
      pid: 1,
      send: (message) => {
        const { kind, reason } = message as { kind: string; reason: string };
        orders.push(`${kind} ${reason}`);
      },
      onMessage: (one) => (listener = one),
      ended,
      kill: () => {
        onKill();
      },
    };
    const fake: FakeWorker = {
      end,
      say: (report) => {
        listener(report);
      },
      onKill: (one) => (onKill = one),
    };
    const index = workers.push(worker) - 1;
    setImmediate(() => {
      behave(fake, index, signals);
    });
    return worker;
  };
  const { processes, terminal } = testHost();
  const host = {
    clock,
    processes: { ...processes, startWorker },
    terminal: { ...terminal, note: (line: string) => notes.push(line) },
  };
  const pool = {
    claiming: signals.finish.signal,
    gracefully: signals.stop.signal,
    atOnce: signals.kill.signal,
  };
  const slots = Array.from({ length: count }, () => ({}));
  await clock.runWhile(runWorkers(slots, SETTINGS, pool, host, (report) => reports.push(report)));
  return { workers, orders, notes };
}
