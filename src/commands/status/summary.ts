import { basename, join } from "node:path";

import { parseRunRecord } from "../../core/run-record.ts";
import { type Owner, type RunState, stateOf, workerOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { lastAttempt, recordFile } from "../../tree/attempts.ts";
import { type ListedRun, visitRuns } from "../../tree/directory-tree.ts";
import { perform } from "../../tree/steps.ts";
import { readWorkerRecord, workerProcess } from "../../tree/worker-record.ts";
import { countJobs, type JobCounts } from "../cluster/count-jobs.ts";
import type { Tally } from "../launch/tally.ts";

export type StorageStatus = Tally & {
  /** Of the running ones, those whose worker is known to be gone; of others it cannot be known at a look. */
  readonly interrupted: number;
  /** Mean duration of a completed run in seconds, of a sample; null if none has completed. */
  readonly secondsPerRun: number | null;
  /** Runs that end in an hour, at the present number of running ones. */
  readonly runsPerHour: number | null;
  /** Estimate of what is left at that rate, seconds; null if nothing runs, or nothing is known. */
  readonly secondsLeft: number | null;
  /** Batch jobs that work, or will work, on it; null if none were ever submitted. */
  readonly jobs: JobCounts | null;
};

/** How many completed runs are read to estimate how long one takes. */
const SAMPLE = 50;
/** So many listings, and signals are let in. */
const AT_ONCE = 1000;

type SummaryHost = Pick<Host, "files" | "clock" | "machine" | "processes" | "modules">;

/**
 * Counts the runs and jobs of storages.
 * @param storages - absolute, in one folder
 * @returns those of which all were seen before `signal` aborted
 */
export async function summarise(
  storages: readonly string[],
  host: SummaryHost,
  signal: AbortSignal,
): Promise<readonly StorageStatus[]> {
  const jobs = await countJobs(storages, host);
  const found: StorageStatus[] = [];
  for (const storage of storages) {
    const one = await summariseStorage(storage, host, signal);
    if (one === undefined) break;
    found.push({ ...one, jobs: jobs.get(storage) ?? null });
  }
  return found;
}

/** Undefined if `signal` aborts meanwhile. */
async function summariseStorage(
  storage: string,
  host: SummaryHost,
  signal: AbortSignal,
): Promise<Omit<StorageStatus, "jobs"> | undefined> {
  const counts = { pending: 0, running: 0, completed: 0, crashed: 0, other: 0 };
  const sample = createSample(SAMPLE);
  const workers = createWorkerCensus(storage, host);
  let total = 0;
  for (const { run, names } of visitRuns(storage, {}, host)) {
    const state = stateOf(names);
    counts[columnOf(state.kind)] += 1;
    total += 1;
    if (state.kind === "running") workers.add(state.owner);
    if (state.kind === "completed") sample.add({ run, names });
    if (total % AT_ONCE > 0) continue;
    await host.clock.sleep(0);
    if (signal.aborted) return undefined;
  }
  const tally = { name: basename(storage), runs: total, ...counts };
  return { ...tally, interrupted: workers.gone(), ...estimate(tally, sample.items(), host) };
}

export function columnOf(
  kind: RunState["kind"],
): "pending" | "running" | "completed" | "crashed" | "other" {
  return kind === "resetting" || kind === "none" || kind === "conflict" ? "other" : kind;
}

/** Which of the workers that hold runs are gone; each is looked up once. */
function createWorkerCensus(storage: string, host: SummaryHost) {
  const held = new Map<string, number>();
  return {
    add: (owner: Owner | undefined) => {
      if (owner === undefined) return;
      const worker = workerOf(owner);
      held.set(worker, (held.get(worker) ?? 0) + 1);
    },
    gone: () => {
      let runs = 0;
      for (const [worker, count] of held) {
        const record = perform(readWorkerRecord(storage, worker), host);
        if (record !== undefined && workerProcess(record, host.machine) === "gone") runs += count;
      }
      return runs;
    },
  };
}

/** Evenly spread members of a sequence of unknown length: at least `count`, at most twice as many. */
function createSample(count: number) {
  let kept: ListedRun[] = [];
  let step = 1;
  let seen = 0;
  return {
    add: (item: ListedRun) => {
      if (seen % step === 0) kept.push(item);
      seen += 1;
      if (kept.length < 2 * count) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      step *= 2;
    },
    items: (): readonly ListedRun[] => kept,
  };
}

function estimate(
  { pending, running }: Pick<Tally, "pending" | "running">,
  completed: readonly ListedRun[],
  { files }: Pick<Host, "files">,
): Pick<StorageStatus, "secondsPerRun" | "runsPerHour" | "secondsLeft"> {
  const seconds = completed.flatMap(({ run, names }) => {
    const text = files.read(join(run.path, recordFile(lastAttempt(names))));
    return (text === undefined ? undefined : parseRunRecord(text)?.seconds) ?? [];
  });
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  const secondsPerRun = mean > 0 ? mean : null;
  const rate = secondsPerRun === null || running === 0 ? null : running / secondsPerRun;
  return {
    secondsPerRun,
    runsPerHour: rate === null ? null : rate * 3600,
    // The running ones are half through, on average.
    secondsLeft: rate === null ? null : (pending + running / 2) / rate,
  };
}
