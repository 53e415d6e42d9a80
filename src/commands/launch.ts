import { join, relative } from "node:path";

import { LOG_LEVELS, type LogLevel } from "../core/log-line.ts";
import { oneLine } from "../core/printable.ts";
import { toIsoName } from "../core/time.ts";
import type { Host } from "../host.ts";
import { DEFAULT_HEARTBEAT_MS, MAX_HEARTBEAT_MS } from "../tree/worker-record.ts";
import type { Command } from "./command.ts";
import { cleanInterruptedRuns } from "./clean/interrupted.ts";
import { checkCode, readCode, type StorageCode } from "./launch/code-version.ts";
import { createCount, type LaunchCount } from "./launch/count.ts";
import { tallyStorage } from "./launch/tally.ts";
import { runWorkers } from "./launch/worker-pool.ts";
import { checkInteger, checkNumber, storageChoice, storageOptions } from "./options.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import { type CrashedRun, type LaunchReport, renderLaunch } from "./launch/report.ts";

export type LaunchOptions = StorageChoice & {
  readonly nProcesses: number;
  readonly nExperimentsPerProc: number | undefined;
  readonly checkHash: boolean;
  readonly runCleanInterrupted: boolean;
  readonly usePbar: boolean;
  readonly logLevel: LogLevel;
  readonly stay: boolean;
  /** s */
  readonly heartbeat: number;
  /** s */
  readonly grace: number;
  readonly dryRun: boolean;
};

const MAX_PROCESSES = 1024;
/** Letters of a crash's first line that are shown; the whole is in its folder. */
const MAX_REASON = 400;

/** allaunch: executes what is pending in some storages. */
export const launch: Command<LaunchOptions, LaunchReport> = {
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
  ],

  parse: async (args) => {
    const given = await storageOptions(args)
      .option("n_processes", {
        alias: "p",
        type: "number",
        default: 1,
        describe: "workers to start",
      })
      .option("n_experiments_per_proc", {
        type: "number",
        defaultDescription: "all",
        describe: "runs that each worker executes at most",
      })
      .option("check_hash", {
        type: "boolean",
        default: false,
        describe: "refuse when the code is not the one that was prepared",
      })
      .option("run_clean_interrupted", {
        type: "boolean",
        default: false,
        describe: "first reset what was interrupted, as alclean does",
      })
      .option("use_pbar", { type: "boolean", default: false, describe: "show a progress bar" })
      .option("log_level", {
        choices: LOG_LEVELS,
        default: "info" as const,
        describe: "the lowest level that is written to the logs",
      })
      .option("stay", {
        type: "boolean",
        default: false,
        describe: "wait for runs that others hold, and take those that come back",
      })
      .option("heartbeat", {
        type: "number",
        default: DEFAULT_HEARTBEAT_MS / 1000,
        describe: "seconds between two signs of life; ten without one end a claim",
      })
      .option("grace", {
        type: "number",
        default: 10,
        describe: "seconds that a program has to stop when it is told to",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "count, start nothing" })
      .parseAsync();
    return {
      ...storageChoice(given),
      nProcesses: given.n_processes,
      nExperimentsPerProc: given.n_experiments_per_proc,
      checkHash: given.check_hash,
      runCleanInterrupted: given.run_clean_interrupted,
      usePbar: given.use_pbar,
      logLevel: given.log_level,
      stay: given.stay,
      heartbeat: given.heartbeat,
      grace: given.grace,
      dryRun: given.dry_run,
    };
  },

  run: async (options, host, signal, kill) => {
    checkOptions(options);
    const { storages } = await chooseStorages(options, host);
    const code = readCode(storages, host);
    if (options.checkHash) checkCode(code, host);
    const startedAtMs = host.clock.monotonicMs();
    const done = createCount();
    if (!options.dryRun) {
      if (options.runCleanInterrupted) {
        for (const storage of storages) {
          await cleanInterruptedRuns(storage, options.heartbeat * 1000, host, signal);
        }
      }
      await runAll(options, code, { gracefully: signal, atOnce: kill }, host, done);
    }
    return {
      dryRun: options.dryRun,
      ...done.counts(),
      seconds: (host.clock.monotonicMs() - startedAtMs) / 1000,
      stopped: signal.aborted,
      storages: storages.map((storage) => tallyStorage(storage, host)),
    };
  },

  render: renderLaunch,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) => storages.map(({ name }) => name),
  exitCode: ({ crashed }) => (crashed.length > 0 ? 1 : 0),
};

function checkOptions({ nProcesses, nExperimentsPerProc, heartbeat, grace }: LaunchOptions): void {
  checkInteger("n_processes", nProcesses, { min: 1, max: MAX_PROCESSES });
  if (nExperimentsPerProc !== undefined) {
    checkInteger("n_experiments_per_proc", nExperimentsPerProc, { min: 1, max: 1e9 });
  }
  checkNumber("heartbeat", heartbeat, { min: 0.1, max: MAX_HEARTBEAT_MS / 1000 });
  checkNumber("grace", grace, { min: 0, max: 86_400 });
}

async function runAll(
  options: LaunchOptions,
  storages: readonly StorageCode[],
  signals: { readonly gracefully: AbortSignal; readonly atOnce: AbortSignal },
  host: Host,
  done: LaunchCount,
): Promise<void> {
  const settings = {
    storages,
    launch: `${toIsoName(host.clock.now())}_${host.machine.hostName}_${host.machine.pid}`,
    logLevel: options.logLevel,
    maxRuns: options.nExperimentsPerProc ?? null,
    heartbeatMs: options.heartbeat * 1000,
    graceMs: options.grace * 1000,
    stay: options.stay,
  };
  const bar = options.usePbar ? startBar(storages, host) : undefined;
  signals.gracefully.addEventListener("abort", () => {
    host.terminal.note(
      `No new run is started. What runs has ${options.grace} s to stop, then goes back to UNHATCHED; press Ctrl-C again to end it at once.`,
    );
  });
  try {
    await runWorkers(options.nProcesses, settings, signals, host, (report) => {
      done.add(report);
      bar?.update(done.settled(), `${done.counts().crashed.length} crashed`);
      if (report.kind === "warning") host.terminal.note(report.text);
      if (report.kind === "crashed") noteCrash(report, host);
    });
  } finally {
    bar?.stop();
  }
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
