import { stateOfFlag } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { fenceMs, leaseMs } from "../../tree/lease.ts";
import { runLabel, runName, type RunPath } from "../../tree/paths.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";
import { freeEndedJobs } from "../cluster/ended-jobs.ts";
import type { StorageToWorkOn, WorkReport, WorkSettings } from "./orders.ts";
import { type HeldRun, secondLookMs, survey } from "./held-runs.ts";
import { resetHeldRun, resetMany } from "./reset-held-run.ts";
import { runsToWorkOn } from "./runs-to-work-on.ts";
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
    const isSure = areAlive(found.alive, atFirst);
    atFirst ??= found.alive;
    const isAwaited =
      silent.length > 0 ||
      !isSure ||
      // It will be pending in a moment.
      found.alive.some(isBeingReset) ||
      (settings.stay && found.alive.length > 0);
    const runs = [...found.pending, ...back];
    if (runs.length > 0 || !isAwaited || !patient) return { runs, isAwaited };
    await host.clock.sleep(Math.max(secondLookMs(silent), settings.heartbeatMs), stop.claiming);
  }
  return { runs: [], isAwaited: false };
}

/**
 * Whether all that seem to live do: a worker that leaves on the last word of a machine that died since
 * leaves runs that nobody may ever take over. A process of this machine is seen; another's must have
 * given a sign of life since the first look.
 */
function areAlive(seeming: readonly HeldRun[], atFirst: readonly HeldRun[] | undefined): boolean {
  const elsewhere = seeming.filter(({ holder }) => !holder.livesHere);
  if (atFirst === undefined) return elsewhere.length === 0;
  const first = unchangedSince(atFirst, elsewhere);
  return elsewhere.every(
    (one, index) => one === first[index] || isBeyondJudging(one, first[index]),
  );
}

/** Still for its lease by this clock, but not by the server's, which was set back or cannot be had: no wait ends. */
const isBeyondJudging = ({ holder }: HeldRun, first: HeldRun | undefined) =>
  first !== undefined &&
  holder.askedAtMs - first.holder.answeredAtMs > leaseMs(holder) + fenceMs(holder);

/** The first look at each holder from which nothing has changed: the second one comes as soon as the lease is over. */
function unchangedSince(earlier: readonly HeldRun[], now: readonly HeldRun[]): readonly HeldRun[] {
  const before = new Map(earlier.map((one) => [one.run.path, one]));
  return now.map((one) => {
    const first = before.get(one.run.path);
    const { flag, modifiedMs } = one.holder;
    return first?.holder.flag === flag && first.holder.modifiedMs === modifiedMs ? first : one;
  });
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
