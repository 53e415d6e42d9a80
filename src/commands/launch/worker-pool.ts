import type { Slot } from "../../core/scheduling/slots.ts";
import { UserError } from "../../errors.ts";
import type { Host, ProcessEnd } from "../../host.ts";
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
  const places = slots.map((slot) => keepPlace(slot, settings, signals, host, listen));
  const results = await Promise.allSettled(places);
  const [failure] = failures;
  if (failure) throw failure;
  const broken = results.find((result) => result.status === "rejected");
  if (broken) throw broken.reason;
}

async function keepPlace(
  slot: Slot,
  settings: WorkSettings,
  { claiming, gracefully, atOnce }: PoolSignals,
  { processes, terminal, clock }: Pick<Host, "processes" | "terminal" | "clock">,
  listen: (report: WorkReport) => void,
): Promise<void> {
  for (let replacements = 0; ; replacements++) {
    const worker = processes.startWorker(settings, slot);
    worker.onMessage((message) => {
      listen(message as WorkReport);
    });
    const left = new AbortController();
    forward(claiming, "finish", worker.send, left.signal);
    forward(gracefully, "stop", worker.send, left.signal);
    forward(atOnce, "kill", worker.send, left.signal);
    whenAborted(atOnce, left.signal, () => {
      void clock.sleep(END_AT_ONCE_MS, left.signal).then(() => {
        if (!left.signal.aborted) worker.kill();
      });
    });
    const end = await worker.ended;
    left.abort();
    const isOver = claiming.aborted || gracefully.aborted;
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
    await clock.sleep(REPLACEMENT_PAUSE_MS, AbortSignal.any([claiming, gracefully]));
  }
}

function forward(
  from: AbortSignal,
  kind: WorkOrder["kind"],
  send: (order: WorkOrder) => void,
  until: AbortSignal,
): void {
  whenAborted(from, until, () => {
    send({ kind, reason: String(from.reason) });
  });
}

function whenAborted(from: AbortSignal, until: AbortSignal, action: () => void): void {
  if (from.aborted) action();
  else from.addEventListener("abort", action, { signal: until });
}

const describe = ({ code, signal, error }: ProcessEnd) =>
  signal ?? error ?? `exit code ${String(code)}`;
