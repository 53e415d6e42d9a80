import { join } from "node:path";

import { processesIn, signalIfAlive } from "../../support/processes.ts";
import { until } from "../../support/small-project.ts";
import { judge, type Judgement } from "./judge.ts";
import { prepareSearches } from "./prepare.ts";
import { rage, type RageReport } from "./rage.ts";
import { canMount, mountSmallDisk, unmountSmallDisk } from "./small-disk.ts";
import { settleAll } from "./settle-all.ts";
import { createWatch } from "./watch.ts";
import { startWitness } from "./witness.ts";

export type LocalStorm = {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly runs: number;
  /** Most runs take one to ten of it, s. */
  readonly stepSeconds: number;
  readonly launchers: number;
  readonly workers: number;
  /** Whether run folders and what storages know of workers are deleted: then the end takes minutes. */
  readonly deletes: boolean;
  readonly onKill?: (kills: number) => void;
};

export type StormReport = Judgement & {
  readonly seed: number;
  readonly rages: readonly RageReport[];
  readonly seconds: number;
  /** What could not be tried here. */
  readonly skipped: readonly string[];
};

/** Of the project, below which its storages lie. */
const ROOT = "storage";
/** The lease is 2 s. */
const HEARTBEAT_MS = 200;
/** Long enough that somebody else would have begun before the end, if leases could be taken over wrongly. */
const LONGEST_SECONDS = 4;
const PACE_MS = 300;
const WATCH_MS = 1_000;
/** What a run's folder takes on a file system whose smallest piece is 4 KiB. */
const BYTES_PER_RUN = 64 << 10;

/** A storm on one machine. @param folder - an empty one, for the project */
export async function runLocalStorm(folder: string, storm: LocalStorm): Promise<StormReport> {
  const startedMs = performance.now();
  const witness = await startWitness({ path: join(folder, "witness.socket") });
  const root = join(folder, ROOT);
  const megabytes = 8 + Math.ceil((storm.runs * BYTES_PER_RUN) / 2 ** 20);
  const disk = canMount() ? mountSmallDisk(root, megabytes) : undefined;
  try {
    const options = { ...storm, longestSeconds: LONGEST_SECONDS };
    const search = await prepareSearches(folder, witness.address, options);
    const watch = createWatch(search.storages, search.runs);
    const watching = setInterval(watch.look, WATCH_MS);
    const { progress } = watch;
    const settings = {
      ...storm,
      ...search,
      heartbeatMs: HEARTBEAT_MS,
      paceMs: PACE_MS,
      disk,
      progress,
    };
    const raged = await rage(settings).finally(() => disk?.empty());
    await until(() => processesIn(folder).length === 0);
    watch.look();
    const completedInStorm = watch.completed();
    const failures = await settleAll(search, HEARTBEAT_MS);
    clearInterval(watching);
    watch.look();
    const rages = [raged, { ...raged, events: {}, kills: 0, failures }];
    const diskRefused = (raged.events["fill the disk"] ?? 0) > 0;
    return {
      ...judge({ search, witness, watch, rages, completedInStorm, diskRefused }),
      seed: storm.seed,
      rages: [raged],
      seconds: (performance.now() - startedMs) / 1000,
      skipped: disk === undefined ? ["a full disk, for mounting one takes root"] : [],
    };
  } finally {
    witness.close();
    disk?.unmount();
  }
}

/** Ends a storm in the middle: whatever it had started. */
export function endLocalStorm(folder: string): void {
  for (const pid of processesIn(folder)) signalIfAlive(pid, "SIGKILL");
  unmountSmallDisk(join(folder, ROOT));
}
