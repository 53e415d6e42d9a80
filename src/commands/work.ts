import type { LogLevel } from "../core/log-line.ts";
import { describeCause } from "../core/run-record.ts";
import { PENDING_FLAG } from "../core/run-state.ts";
import type { RepositoryState } from "../core/search/search-facts.ts";
import type { UserErrorCode } from "../errors.ts";
import type { Host, Supervisor } from "../host.ts";
import { listRuns } from "../tree/directory-tree.ts";
import { runLabel, type RunPath } from "../tree/paths.ts";
import { claim } from "../tree/run-folder.ts";
import { perform, touch } from "../tree/steps.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../tree/worker-identity.ts";
import { LEASE_HEARTBEATS } from "../tree/worker-record.ts";
import { type AttemptEnd, executeAttempt, type StopSignals } from "./work/attempt.ts";
import { findMore, type More } from "./work/find-more.ts";
import { type Pulse, startPulse } from "./work/pulse.ts";
import { createRunQueue } from "./work/run-queue.ts";
import {
  createExecutor,
  type LaunchLog,
  openLaunchLog,
  subjectOf,
} from "./work/storage-session.ts";
import { join } from "node:path";

type StorageToWorkOn = {
  /** Absolute. */
  readonly path: string;
  /** The code that its runs will use. */
  readonly repositories: readonly RepositoryState[];
};

/** What a worker is started with. */
export type WorkSettings = {
  /** In the order in which they are worked on. */
  readonly storages: readonly StorageToWorkOn[];
  /** Names the launch's log file. */
  readonly launch: string;
  /** The lowest level that is written, in the launch's log and in those of the runs. */
  readonly logLevel: LogLevel;
  /** How many runs at most; null for all. */
  readonly maxRuns: number | null;
  readonly heartbeatMs: number;
  /** How long a program may take to stop, ms. */
  readonly graceMs: number;
  /** Whether to wait for the runs of others, which may come back. */
  readonly stay: boolean;
};

/** What a worker tells its launcher. */
export type WorkReport =
  | { readonly kind: "progress"; readonly fraction: number }
  | {
      readonly kind: "ended";
      readonly run: string;
      readonly end: "completed" | "released" | "lost" | "reset";
    }
  | {
      readonly kind: "crashed";
      readonly run: string;
      readonly folder: string;
      readonly reason: string;
    }
  | { readonly kind: "warning"; readonly text: string }
  /** The worker cannot go on, for a reason that the user can mend. */
  | {
      readonly kind: "failed";
      readonly code: UserErrorCode;
      readonly message: string;
      readonly hint: string;
    };

/** What a launcher tells a worker: to end what runs gracefully, or at once. */
export type WorkOrder = { readonly kind: "stop" | "kill"; readonly reason: string };

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

type WorkHost = Pick<Host, "files" | "clock" | "machine" | "token" | "environment" | "processes">;

/** So many walks that claim nothing, one after the other, can be lost races. */
const HURRIED_WALKS = 3;
/** After so many, what is listed as pending is not to be had: a worker gives up. */
const FRUITLESS_WALKS = 8;

/** One worker: claims a run, executes it, settles it, again, until nothing is left to claim. */
export async function work(
  settings: WorkSettings,
  host: WorkHost,
  signals: Pick<StopSignals, "gracefully" | "atOnce">,
  report: (report: WorkReport) => void,
): Promise<void> {
  const { heartbeatMs, graceMs } = settings;
  const identity = createWorkerIdentity(heartbeatMs, host);
  const supervisor = host.processes.startSupervisor({
    worker: identity.worker,
    silenceMs: (LEASE_HEARTBEATS - 2) * heartbeatMs,
  });
  const pulse = startPulse(heartbeatMs, supervisor, host);
  const stop = { ...signals, graceMs };
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

const isDone = ({ left, full, stop }: Worker) => left <= 0 || full || stop.gracefully.aborted;

/** What may come back is waited for when nothing else is left to do. */
async function workOnStorages(worker: Worker, host: WorkHost): Promise<void> {
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
  { path: storage, repositories }: StorageToWorkOn,
  patient: boolean,
  worker: Worker,
  host: WorkHost,
): Promise<boolean> {
  const { identity, settings, supervisor, report } = worker;
  const origin = { host: host.machine.hostName, pid: host.machine.pid };
  // First, for it says so where the storage is gone.
  const executor = createExecutor(storage, settings.logLevel, supervisor, host, (fraction) => {
    report({ kind: "progress", fraction });
  });
  const { log, close } = openLaunchLog(storage, settings, origin, host);
  identity.introduce(storage);
  const session: Session = { ...worker, executor, repositories, log };
  try {
    let more: More = { runs: listRuns(storage, host), isAwaited: false };
    for (let fruitless = 0; more.runs.length > 0 && fruitless < FRUITLESS_WALKS;) {
      const claims = await workThrough(more.runs, session, worker, host);
      if (isDone(worker)) return false;
      fruitless = claims === 0 ? fruitless + 1 : 0;
      // A network file system may not find for half a minute what it lists: no use in hurrying.
      if (fruitless > HURRIED_WALKS)
        await host.clock.sleep(settings.heartbeatMs, worker.stop.gracefully);
      more = await findMore(storage, patient, session, host);
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

type Session = Worker & {
  readonly executor: ReturnType<typeof createExecutor>;
  readonly repositories: readonly RepositoryState[];
  readonly log: LaunchLog;
};

/** Claims and executes what is pending among `runs`, in their order. @returns how many */
async function workThrough(
  runs: readonly RunPath[],
  session: Session,
  worker: Worker,
  host: WorkHost,
): Promise<number> {
  let claims = 0;
  const queue = createRunQueue(runs, ({ path }) => perform(touch(join(path, PENDING_FLAG)), host));
  while (!isDone(worker)) {
    const next = queue.next(({ path }) => perform(claim(path, session.identity.nextOwner()), host));
    if (next === undefined) break;
    claims += 1;
    const { run, claim: held } = next;
    session.log("info", subjectOf(run), `claimed, attempt ${held.attempt}`);
    const end = await executeAttempt(run, held, session, host);
    worker.left -= 1;
    if (end.kind === "disk-full") worker.full = true;
    announce(run, end, session);
  }
  return claims;
}

function announce(run: RunPath, end: AttemptEnd, { log, report }: Session): void {
  const name = runLabel(run);
  if (end.kind === "disk-full") {
    log("error", subjectOf(run), `put back: ${end.message}`);
    report({
      kind: "warning",
      text: `${name}: ${end.message}. The worker stops; make room, then launch again.`,
    });
  } else if (end.kind === "lost") {
    log("warn", subjectOf(run), `lost: ${end.why}`);
    report({ kind: "ended", run: name, end: "lost" });
  } else if (end.outcome === "crashed") {
    const [reason = ""] = describeCause(end.cause).split("\n");
    log("error", subjectOf(run), `crashed after ${end.seconds.toFixed(1)} s: ${reason}`);
    report({ kind: "crashed", run: name, folder: run.path, reason });
  } else {
    log("info", subjectOf(run), `${end.outcome} after ${end.seconds.toFixed(1)} s`);
    report({
      kind: "ended",
      run: name,
      end: end.outcome === "completed" ? "completed" : "released",
    });
  }
}
