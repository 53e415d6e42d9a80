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
import { type HeldRun, secondLookMs, survey } from "./work/held-runs.ts";
import { type Pulse, startPulse } from "./work/pulse.ts";
import { createRunQueue } from "./work/run-queue.ts";
import { createExecutor, type LaunchLog, openLaunchLog } from "./work/storage-session.ts";
import { resetHeldRun } from "./work/reset-held-run.ts";
import { join } from "node:path";

/** What a worker is started with. */
export type WorkSettings = {
  /** Storages in the order in which they are worked on, absolute. */
  readonly storages: readonly {
    readonly path: string;
    readonly repositories: readonly RepositoryState[];
  }[];
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
    for (const { path, repositories } of settings.storages) {
      if (isDone(worker)) break;
      await workOnStorage(path, repositories, worker, host);
    }
  } finally {
    pulse.stop();
    await supervisor.close();
  }
}

const isDone = ({ left, full, stop }: Worker) => left <= 0 || full || stop.gracefully.aborted;

async function workOnStorage(
  storage: string,
  repositories: readonly RepositoryState[],
  worker: Worker,
  host: WorkHost,
): Promise<void> {
  const { identity, settings, supervisor, report } = worker;
  const origin = { host: host.machine.hostName, pid: host.machine.pid };
  const { log, close } = openLaunchLog(storage, settings, origin, host);
  const executor = createExecutor(storage, settings.logLevel, supervisor, host, (fraction) => {
    report({ kind: "progress", fraction });
  });
  identity.introduce(storage);
  try {
    let runs = listRuns(storage, host);
    while (runs.length > 0) {
      await workThrough(runs, { ...worker, executor, repositories, log }, worker, host);
      if (isDone(worker)) break;
      runs = await findMore(storage, worker, log, host);
    }
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

/** Claims and executes what is pending among `runs`, in their order. */
async function workThrough(
  runs: readonly RunPath[],
  session: Session,
  worker: Worker,
  host: WorkHost,
): Promise<void> {
  const queue = createRunQueue(runs, ({ path }) => perform(touch(join(path, PENDING_FLAG)), host));
  while (!isDone(worker)) {
    const next = queue.next(({ path }) => perform(claim(path, session.identity.nextOwner()), host));
    if (next === undefined) return;
    const { run, claim: held } = next;
    session.log("info", subject(run), `claimed, attempt ${held.attempt}`);
    const end = await executeAttempt(run, held, session, host);
    worker.left -= 1;
    if (end.kind === "disk-full") worker.full = true;
    announce(run, end, session);
  }
}

function announce(run: RunPath, end: AttemptEnd, { log, report }: Session): void {
  const name = runLabel(run);
  if (end.kind === "disk-full") {
    log("error", subject(run), `put back: ${end.message}`);
    report({
      kind: "warning",
      text: `${name}: ${end.message}. The worker stops; make room, then launch again.`,
    });
  } else if (end.kind === "lost") {
    log("warn", subject(run), `lost: ${end.why}`);
    report({ kind: "ended", run: name, end: "lost" });
  } else if (end.outcome === "crashed") {
    const [reason = ""] = describeCause(end.cause).split("\n");
    log("error", subject(run), `crashed after ${end.seconds.toFixed(1)} s: ${reason}`);
    report({ kind: "crashed", run: name, folder: run.path, reason });
  } else {
    log("info", subject(run), `${end.outcome} after ${end.seconds.toFixed(1)} s`);
    report({
      kind: "ended",
      run: name,
      end: end.outcome === "completed" ? "completed" : "released",
    });
  }
}

/**
 * What there is to claim after a walk to the end: runs that came or came back meanwhile, and those
 * of workers that are gone. Empty when nothing is left, or only what living workers hold.
 */
async function findMore(
  storage: string,
  worker: Worker,
  log: LaunchLog,
  host: WorkHost,
): Promise<readonly RunPath[]> {
  const { identity, settings, stop, report } = worker;
  let silent: readonly HeldRun[] = [];
  for (;;) {
    const found = survey(storage, listRuns(storage, host), identity.worker, host, silent);
    const back: RunPath[] = [];
    for (const held of found.interrupted) {
      if (stop.gracefully.aborted) return [];
      const done = await resetHeldRun(held, identity, settings.heartbeatMs, host);
      if (done !== "reset") continue;
      back.push(held.run);
      log("warn", subject(held.run), `taken over from ${held.holder.flag}`);
      report({ kind: "ended", run: runLabel(held.run), end: "reset" });
    }
    const more = [...found.pending, ...back];
    if (more.length > 0) return more;
    if (found.silent.length === 0 && !(settings.stay && found.alive.length > 0)) return [];
    silent = found.silent;
    await host.clock.sleep(Math.max(secondLookMs(silent), settings.heartbeatMs), stop.gracefully);
    if (stop.gracefully.aborted) return [];
  }
}

const subject = ({ experiment, seed }: RunPath) => `experiment${experiment}/seed${seed}`;
