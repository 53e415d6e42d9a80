import { join, relative } from "node:path";

import { oneLine } from "../core/printable.ts";
import { formatDuration, toIsoName } from "../core/time.ts";
import type { Host } from "../host.ts";
import { cleanInterruptedRuns } from "./clean/interrupted.ts";
import { asksForJobs } from "./cluster/cluster-options.ts";
import {
  type ClusterReport,
  jobIds,
  launchOnCluster,
  renderCluster,
} from "./cluster/launch-on-cluster.ts";
import type { Command } from "./command.ts";
import { jobEnd } from "./cluster/job-end.ts";
import { checkRuns } from "./launch/check-runs.ts";
import { checkCode, chooseCode, type StorageCode } from "./launch/code-version.ts";
import { createCount, type LaunchCount } from "./launch/count.ts";
import { type LaunchOptions, parseLaunchOptions } from "./launch/launch-options.ts";
import { createLimits } from "./launch/limits.ts";
import { type CrashedRun, type Halt, type LaunchReport, renderLaunch } from "./launch/report.ts";
import { findSlots } from "./launch/slots.ts";
import { tallyStorage } from "./launch/tally.ts";
import { END_OF_TIME, secondsToStop, startTime } from "./launch/wall-time.ts";
import { type PoolSignals, runWorkers } from "./launch/worker-pool.ts";
import { chooseStorages } from "./storage-selection.ts";
import type { WorkSettings } from "./work/orders.ts";
import { describeTask, forgetSteps } from "./work/settled-search.ts";

/** Letters of a crash's first line that are shown; the whole is in its folder. */
const MAX_REASON = 400;

/** What allaunch does with workers on this machine. */
export const launchHere: Command<LaunchOptions, LaunchReport> = {
  name: "allaunch",
  summary:
    "Executes the pending runs of searches, with any number of processes on any number of machines.",
  examples: [
    [
      "allaunch --from_file schedules/digits/list_searches_digits.txt --n_processes 4",
      "four workers on this machine; start the same on others to help",
    ],
    ["allaunch -s ju12_f7b375e_mlp_digits_grid_first", "one worker on one storage"],
    ["allaunch -f list.txt --n_experiments_per_proc 10", "each worker leaves after 10 runs"],
    [
      "allaunch -f list.txt --timeout 2h --retry timeout=2,oom=1",
      "a run may take 2 h, and is tried again",
    ],
    [
      "allaunch -f list.txt --stop_signal SIGUSR1 --lead 60s --wall_time 4:00:00",
      "programs checkpoint on SIGUSR1, a minute before the end of 4 h",
    ],
    [
      "allaunch -f list.txt --scheduler slurm --nodes 4 --n_processes 2 --time 4:00:00",
      "four Slurm jobs of two workers each; returns at once",
    ],
  ],

  parse: parseLaunchOptions,

  run: async (options, host, signal, kill) => {
    const { storages, root } = await chooseStorages(options, host);
    checkRuns(options, storages, host);
    const code = chooseCode(options.dryRun ? undefined : options.code, storages, root, host);
    if (options.checkHash) checkCode(code, host);
    const startedAtMs = host.clock.monotonicMs();
    const done = createCount();
    let halt: Halt | undefined;
    if (!options.dryRun) {
      if (options.runCleanInterrupted) {
        for (const storage of storages) {
          await cleanInterruptedRuns(storage, options.heartbeat * 1000, host, signal);
        }
      }
      if (options.redoSummary) for (const storage of storages) forgetSteps(storage, host);
      halt = await runAll(options, code, { gracefully: signal, atOnce: kill }, host, done);
    }
    return {
      kind: "launched",
      dryRun: options.dryRun,
      ...done.counts(),
      seconds: (host.clock.monotonicMs() - startedAtMs) / 1000,
      stopped: signal.aborted,
      halt: halt ?? null,
      storages: storages.map((storage) => tallyStorage(storage, host)),
    };
  },

  render: renderLaunch,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) => storages.map(({ name }) => name),
  exitCode: ({ crashed, halt }) => {
    if (halt?.kind === "time") return 75;
    return crashed.length > 0 ? 1 : 0;
  },
};

/** allaunch: executes what is pending in some storages, here or as jobs of a batch scheduler. */
export const launch: Command<LaunchOptions, LaunchReport | ClusterReport> = {
  ...launchHere,
  run: (options, host, signal, kill) =>
    asksForJobs(options.cluster)
      ? launchOnCluster(options, host)
      : launchHere.run(options, host, signal, kill),
  render: (report) => (report.kind === "launched" ? renderLaunch(report) : renderCluster(report)),
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: (report) => (report.kind === "launched" ? launchHere.ids(report) : jobIds(report)),
  exitCode: (report) => (report.kind === "launched" ? (launchHere.exitCode?.(report) ?? 0) : 0),
};

/** @returns why nothing more was started, before all was done */
async function runAll(
  options: LaunchOptions,
  storages: readonly StorageCode[],
  signals: Pick<PoolSignals, "gracefully" | "atOnce">,
  host: Host,
  done: LaunchCount,
): Promise<Halt | undefined> {
  const slots = await findSlots(options, host);
  const limits = createLimits(options);
  const time = startTime(options, await jobEnd(host), host);
  const claiming = new AbortController();
  const gracefully = AbortSignal.any([signals.gracefully, time.isOver]);
  const bar = options.usePbar ? startBar(storages, host) : undefined;
  let halt: Halt | undefined;
  const stopClaiming = (reason: string) => {
    if (claiming.signal.aborted) return;
    halt = { kind: "limit", reason };
    claiming.abort(reason);
    host.terminal.note(`Nothing more is started: ${reason}.`);
  };
  gracefully.addEventListener("abort", () => {
    const seconds = secondsToStop(options);
    host.terminal.note(
      `No new run is started. What runs has ${formatDuration(seconds)} to stop, then goes back to UNHATCHED; press Ctrl-C again to end it at once.`,
    );
    if (time.isOver.aborted) halt ??= { kind: "time", reason: END_OF_TIME };
  });
  const settings = workSettings(options, storages, time.endsAtMs, host);
  const pool = { claiming: claiming.signal, gracefully, atOnce: signals.atOnce };
  try {
    await runWorkers(slots, settings, pool, host, (report) => {
      done.add(report);
      bar?.update(done.settled(), `${done.counts().crashed.length} crashed`);
      if (report.kind === "warning") host.terminal.note(report.text);
      if (report.kind === "task") host.terminal.note(describeTask(report, host));
      if (report.kind === "no-time") halt = noteNoTime(halt, report.objection, host);
      if (report.kind === "crashed") noteCrash(report, host);
      const reason = limits.add(report);
      if (reason !== undefined) stopClaiming(reason);
    });
  } finally {
    time.stop();
    bar?.stop();
  }
  return halt;
}

/** Said once: the workers go on with searches whose runs are shorter. */
function noteNoTime(halt: Halt | undefined, reason: string, { terminal }: Pick<Host, "terminal">) {
  if (halt === undefined) terminal.note(`Runs are left that would not fit: ${reason}.`);
  return halt ?? ({ kind: "time", reason } as const);
}

function workSettings(
  options: LaunchOptions,
  storages: readonly StorageCode[],
  endsAtMs: number | null,
  { clock, machine }: Pick<Host, "clock" | "machine">,
): WorkSettings {
  return {
    storages:
      options.runs.length === 0
        ? storages
        : storages.map((one) => ({ ...one, runs: options.runs })),
    launch: `${toIsoName(clock.now())}_${machine.hostName}_${machine.pid}`,
    logLevel: options.logLevel,
    maxRuns: options.nExperimentsPerProc ?? null,
    heartbeatMs: options.heartbeat * 1000,
    stopSignal: options.stopSignal,
    leadMs: options.lead * 1000,
    graceMs: options.grace * 1000,
    timeoutMs: options.timeout === undefined ? null : options.timeout * 1000,
    retry: options.retry,
    endsAtMs,
    stay: options.stay,
    finishSearches: !options.skipSummary,
  };
}

function noteCrash(
  { run, folder, reason }: CrashedRun,
  { terminal, workingFolder }: Pick<Host, "terminal" | "workingFolder">,
): void {
  terminal.note(
    `crashed: ${run}: ${oneLine(reason, MAX_REASON)} (see ${relative(workingFolder, join(folder, "CRASH"))})`,
  );
}

function startBar(storages: readonly StorageCode[], host: Host) {
  const tallies = storages.map(({ path }) => tallyStorage(path, host));
  const pending = tallies.reduce((sum, one) => sum + one.pending + one.running, 0);
  return host.terminal.progress("runs", pending);
}
