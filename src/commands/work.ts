import { join } from "node:path";

import { PENDING_FLAG } from "../core/run-state.ts";
import type { Host, Supervisor } from "../host.ts";
import { runName, type RunPath } from "../tree/paths.ts";
import { claim } from "../tree/run-folder.ts";
import { perform, touch } from "../tree/steps.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../tree/worker-identity.ts";
import { LEASE_HEARTBEATS } from "../tree/worker-record.ts";
import { announce } from "./work/announce.ts";
import { executeAttempt } from "./work/attempt.ts";
import { findMore, type More } from "./work/find-more.ts";
import type { StorageToWorkOn, WorkReport, WorkSettings } from "./work/orders.ts";
import { type Pulse, startPulse } from "./work/pulse.ts";
import { createRunQueue } from "./work/run-queue.ts";
import { runsToWorkOn } from "./work/runs-to-work-on.ts";
import { finishSearch } from "./work/settled-search.ts";
import { SETTLED_STEPS } from "./work/settled-steps.ts";
import type { StopSignals } from "./work/stopping.ts";
import { createExecutor, type LaunchLog, openLaunchLog } from "./work/storage-session.ts";
import { createTimeLeft, type TimeLeft } from "./work/time-left.ts";

/** Everything that one worker needs from storage to storage. */
type Worker = {
  readonly settings: WorkSettings;
  readonly identity: WorkerIdentity;
  readonly supervisor: Supervisor;
  readonly pulse: Pulse;
  readonly stop: StopSignals;
  readonly report: (report: WorkReport) => void;
  left: number;
  full: boolean;
};

/** So many walks that claim nothing, one after the other, can be lost races. */
const HURRIED_WALKS = 3;
/** After so many, what is listed as pending is not to be had: a worker gives up. */
const FRUITLESS_WALKS = 8;

/** One worker: claims a run, executes it, settles it, again, until nothing is left to claim. */
export async function work(
  settings: WorkSettings,
  host: Host,
  signals: Pick<StopSignals, "claiming" | "gracefully" | "atOnce">,
  report: (report: WorkReport) => void,
): Promise<void> {
  const { heartbeatMs, stopSignal: signal, leadMs, graceMs } = settings;
  const identity = createWorkerIdentity(heartbeatMs, host);
  const supervisor = host.processes.startSupervisor({
    worker: identity.worker,
    silenceMs: (LEASE_HEARTBEATS - 2) * heartbeatMs,
  });
  const pulse = startPulse(heartbeatMs, supervisor, host);
  const stop = { ...signals, signal, leadMs, graceMs };
  const worker: Worker = {
    settings,
    identity,
    supervisor,
    pulse,
    stop,
    report,
    left: settings.maxRuns ?? Number.POSITIVE_INFINITY,
    full: false,
  };
  try {
    await workOnStorages(worker, host);
  } finally {
    pulse.stop();
    await supervisor.close();
  }
}

const isDone = ({ left, full, stop }: Worker) => left <= 0 || full || stop.claiming.aborted;

/** What may come back is waited for when nothing else is left to do. */
async function workOnStorages(worker: Worker, host: Host): Promise<void> {
  const { storages } = worker.settings;
  const awaited: StorageToWorkOn[] = [];
  for (const storage of storages) {
    if (isDone(worker)) return;
    const isAwaited = await workOnStorage(storage, storages.length === 1, worker, host);
    if (isAwaited) awaited.push(storage);
  }
  for (const storage of awaited) {
    if (isDone(worker)) return;
    await workOnStorage(storage, true, worker, host);
  }
}

/** @returns whether it was left with runs that may come back */
async function workOnStorage(
  storage: StorageToWorkOn,
  patient: boolean,
  worker: Worker,
  host: Host,
): Promise<boolean> {
  const isAwaited = await executeRuns(storage, patient, worker, host);
  const { settings, identity, pulse, report, stop, full } = worker;
  if (!settings.finishSearches || full || stop.claiming.aborted) return isAwaited;
  const context = { identity, pulse, report, signal: stop.gracefully };
  await finishSearch(storage.path, SETTLED_STEPS, context, host);
  return isAwaited;
}

/** @returns whether it was left with runs that may come back */
async function executeRuns(
  toWorkOn: StorageToWorkOn,
  patient: boolean,
  worker: Worker,
  host: Host,
): Promise<boolean> {
  const { path: storage, repositories, renewed } = toWorkOn;
  const { identity, settings, supervisor, report } = worker;
  const origin = { host: host.machine.hostName, pid: host.machine.pid };
  // First, for it says so where the storage is gone.
  const executor = createExecutor(toWorkOn, settings.logLevel, supervisor, host, (fraction) => {
    report({ kind: "progress", fraction });
  });
  const { log, close } = openLaunchLog(storage, settings, origin, host);
  identity.introduce(storage);
  let more: More = { runs: runsToWorkOn(toWorkOn, host), isAwaited: false };
  const timeLeft = createTimeLeft(settings.endsAtMs, more.runs, host);
  const { retry, timeoutMs } = settings;
  const own = { executor, repositories, ...(renewed && { renewed }), log, timeLeft };
  const session: Session = { ...worker, retry, timeoutMs, ...own };
  try {
    for (let fruitless = 0; more.runs.length > 0 && fruitless < FRUITLESS_WALKS;) {
      const claims = await workThrough(more.runs, session, worker, host);
      if (isDone(worker) || timeLeft.objection() !== undefined) return false;
      fruitless = claims === 0 ? fruitless + 1 : 0;
      // A network file system may not find for half a minute what it lists: no use in hurrying.
      if (fruitless > HURRIED_WALKS)
        await host.clock.sleep(settings.heartbeatMs, worker.stop.claiming);
      more = await findMore(toWorkOn, patient, session, host);
    }
    if (more.runs.length > 0) {
      report({
        kind: "warning",
        text: `${more.runs.length} runs are listed as UNHATCHED and cannot be claimed, the first in ${more.runs[0]?.path ?? ""}.`,
      });
    }
    return more.isAwaited;
  } finally {
    executor.close();
    close();
  }
}

type Session = Worker &
  Pick<WorkSettings, "retry" | "timeoutMs"> &
  Pick<StorageToWorkOn, "repositories" | "renewed"> & {
    readonly executor: ReturnType<typeof createExecutor>;
    readonly log: LaunchLog;
    readonly timeLeft: TimeLeft;
  };

/** Claims and executes what is pending among `runs`, in their order. @returns how many */
async function workThrough(
  runs: readonly RunPath[],
  session: Session,
  worker: Worker,
  host: Host,
): Promise<number> {
  let claims = 0;
  const queue = createRunQueue(runs, ({ path }) => perform(touch(join(path, PENDING_FLAG)), host));
  while (!isDone(worker)) {
    const objection = session.timeLeft.objection();
    if (objection !== undefined) {
      session.report({ kind: "no-time", objection });
      break;
    }
    const next = queue.next(({ path }) => {
      // Whoever is stopped from here on until its program starts starts none (see the supervisor).
      session.supervisor.beat();
      return perform(claim(path, session.identity.nextOwner()), host);
    });
    if (next === undefined) break;
    claims += 1;
    const { run, claim: held } = next;
    session.log("info", runName(run), `claimed, attempt ${held.attempt}`);
    const end = await executeAttempt(run, held, session, host);
    worker.left -= 1;
    if (end.kind === "settled") session.timeLeft.add(end.seconds);
    if (end.kind === "disk-full") worker.full = true;
    announce(run, end, session);
  }
  return claims;
}
