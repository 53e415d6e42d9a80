import type { Slot } from "../../core/scheduling/slots.ts";
import { UserError } from "../../errors.ts";
import type { Host, ProcessEnd, WorkerProcess } from "../../host.ts";
import type { WorkOrder, WorkReport, WorkSettings } from "../work/orders.ts";

/** How often a worker that was killed is replaced, for each place. */
const REPLACEMENTS = 3;
/** What a killed worker had started is gone by then, so that its run can be taken over at once, ms. */
const REPLACEMENT_PAUSE_MS = 500;
/** How long a worker has to end when it is told to end at once: it may be stopped, ms. */
const END_AT_ONCE_MS = 3_000;

export type PoolSignals = {
  /** Nothing more is to be claimed, and nobody replaced. */
  readonly claiming: AbortSignal;
  readonly gracefully: AbortSignal;
  readonly atOnce: AbortSignal;
};

/**
 * Runs a worker process for each slot, with its variables, until all have left. One that is killed from outside is replaced:
 * whoever looks for work next takes its run over.
 *
 * @throws UserError the first failure that a worker reported, when all have left
 */
export async function runWorkers(
  slots: readonly Slot[],
  settings: WorkSettings,
  signals: PoolSignals,
  host: Pick<Host, "processes" | "terminal" | "clock">,
  onReport: (report: WorkReport) => void,
): Promise<void> {
  const failures: UserError[] = [];
  const listen = (report: WorkReport) => {
    if (report.kind !== "failed") onReport(report);
    else failures.push(new UserError(report.code, report.message, report.hint));
  };
  const crew = createCrew(signals, host);
  const places = slots.map((slot) => keepPlace(slot, settings, crew, host, listen));
  const results = await Promise.allSettled(places);
  crew.dissolve();
  const [failure] = failures;
  if (failure) throw failure;
  const broken = results.find((result) => result.status === "rejected");
  if (broken) throw broken.reason;
}

async function keepPlace(
  slot: Slot,
  settings: WorkSettings,
  crew: Crew,
  { processes, terminal, clock }: Pick<Host, "processes" | "terminal" | "clock">,
  listen: (report: WorkReport) => void,
): Promise<void> {
  for (let replacements = 0; ; replacements++) {
    const worker = processes.startWorker(settings, slot);
    worker.onMessage((message) => {
      listen(message as WorkReport);
    });
    const leave = crew.join(worker);
    const end = await worker.ended;
    leave();
    const isOver = crew.isOver.aborted;
    if (end.signal === null || isOver) {
      if (end.code !== 0 && !isOver)
        throw new Error(`A worker ended with ${describe(end)}; its last words stand above.`);
      return;
    }
    if (replacements === REPLACEMENTS) {
      terminal.note(
        `A worker was ended by ${describe(end)} for the ${REPLACEMENTS + 1}th time, and is not replaced any more.`,
      );
      return;
    }
    terminal.note(`A worker was ended by ${describe(end)}; another one takes its place.`);
    await clock.sleep(REPLACEMENT_PAUSE_MS, crew.isOver);
  }
}

type Crew = {
  /** @returns to be called when the worker has left */
  readonly join: (worker: WorkerProcess) => () => void;
  /** Aborts when nobody is to be replaced any more. */
  readonly isOver: AbortSignal;
  readonly dissolve: () => void;
};

const ORDERS: Readonly<Record<keyof PoolSignals, WorkOrder["kind"]>> = {
  claiming: "finish",
  gracefully: "stop",
  atOnce: "kill",
};

/** Passes signals on to all workers there are: one listener for each signal, however many those are. */
function createCrew(signals: PoolSignals, { clock }: Pick<Host, "clock">): Crew {
  const present = new Map<WorkerProcess, AbortSignal>();
  const dissolved = new AbortController();
  const names = ["claiming", "gracefully", "atOnce"] as const;
  const pass = (name: keyof PoolSignals, worker: WorkerProcess, left: AbortSignal) => {
    worker.send({ kind: ORDERS[name], reason: String(signals[name].reason) });
    if (name !== "atOnce") return;
    void clock.sleep(END_AT_ONCE_MS, left).then(() => {
      if (!left.aborted) worker.kill();
    });
  };
  for (const name of names) {
    const passToAll = () => {
      for (const [worker, left] of present) pass(name, worker, left);
    };
    signals[name].addEventListener("abort", passToAll, { signal: dissolved.signal });
  }
  return {
    join: (worker) => {
      const left = new AbortController();
      present.set(worker, left.signal);
      for (const name of names) if (signals[name].aborted) pass(name, worker, left.signal);
      return () => {
        present.delete(worker);
        left.abort();
      };
    },
    isOver: AbortSignal.any([signals.claiming, signals.gracefully]),
    dissolve: () => {
      dissolved.abort();
    },
  };
}

const describe = ({ code, signal, error }: ProcessEnd) =>
  signal ?? error ?? `exit code ${String(code)}`;
