import { stateOfFlag } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { runLabel, runName, type RunPath } from "../../tree/paths.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";
import { freeEndedJobs } from "../cluster/ended-jobs.ts";
import type { StorageToWorkOn, WorkReport, WorkSettings } from "./orders.ts";
import { type HeldRun, secondLookMs, survey } from "./held-runs.ts";
import { resetHeldRun, resetMany } from "./reset-held-run.ts";
import { runsToWorkOn } from "./runs-to-work-on.ts";
import { sleepUntilSigns, unchangedSince, withoutSignOfLife } from "./signs-of-life.ts";
import type { LaunchLog } from "./storage-session.ts";

/** What there is to claim after a walk to the end. */
export type More = {
  /** Runs that came or came back meanwhile, and those of workers that are gone. */
  readonly runs: readonly RunPath[];
  /** Whether there will be more, soon or perhaps, if one waits. */
  readonly isAwaited: boolean;
};

type Search = {
  readonly settings: Pick<WorkSettings, "heartbeatMs" | "stay">;
  readonly identity: WorkerIdentity;
  readonly stop: { readonly claiming: AbortSignal };
  readonly report: (report: WorkReport) => void;
  readonly log: LaunchLog;
};

/**
 * Looks for runs to claim, and takes over what was interrupted.
 * @param patient - whether to wait for what may come; else it is only said
 */
export async function findMore(
  storage: StorageToWorkOn,
  patient: boolean,
  search: Search,
  host: Pick<Host, "files" | "clock" | "machine" | "processes" | "modules">,
): Promise<More> {
  const { settings, stop, identity } = search;
  let earlier: readonly HeldRun[] = [];
  let atFirst: readonly HeldRun[] | undefined;
  while (!stop.claiming.aborted) {
    const all = runsToWorkOn(storage, host);
    const look = survey(storage.path, all, identity.worker, host, earlier);
    const found = await freeEndedJobs(storage.path, look, host);
    const back = await takeOver(found.interrupted, search, host);
    const { silent } = found;
    earlier = unchangedSince(earlier, [...silent, ...found.alive]);
    const unsure = withoutSignOfLife(found.alive, atFirst);
    atFirst ??= found.alive;
    const isAwaited =
      silent.length > 0 ||
      unsure.length > 0 ||
      // It will be pending in a moment.
      found.alive.some(isBeingReset) ||
      (settings.stay && found.alive.length > 0);
    const runs = [...found.pending, ...back];
    if (runs.length > 0 || !isAwaited || !patient) return { runs, isAwaited };
    const ms = Math.max(secondLookMs(silent), settings.heartbeatMs);
    await sleepUntilSigns(unsure, ms, host, stop.claiming);
  }
  return { runs: [], isAwaited: false };
}

async function takeOver(
  interrupted: readonly HeldRun[],
  { identity, settings, log, report, stop }: Search,
  host: Pick<Host, "files" | "clock">,
): Promise<readonly RunPath[]> {
  const resetOne = (held: HeldRun) => resetHeldRun(held, identity, settings.heartbeatMs, host);
  const { reset } = await resetMany(interrupted, resetOne, host, stop.claiming);
  for (const { run, holder } of reset) {
    log("warn", runName(run), `taken over from ${holder.flag}`);
    report({ kind: "ended", run: runLabel(run), end: "reset" });
  }
  return reset.map(({ run }) => run);
}

const isBeingReset = ({ holder }: HeldRun) => stateOfFlag(holder.flag)?.kind === "resetting";
