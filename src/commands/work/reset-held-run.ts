import { toIso } from "../../core/time.ts";
import { errnoOf } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { fenceMs } from "../../tree/lease.ts";
import { reset, type Reset } from "../../tree/reset.ts";
import { performWaiting } from "../../tree/steps.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";
import type { HeldRun } from "./held-runs.ts";

/**
 * Puts a run back to pending, if it still is what was looked at. Checkpoints and what was recorded
 * stay, but for the names in `remove`.
 */
export async function resetHeldRun(
  { run, names, holder }: HeldRun,
  identity: WorkerIdentity,
  heartbeatMs: number,
  host: Pick<Host, "files" | "clock">,
  remove: readonly string[] = [],
): Promise<Reset> {
  const judgement = {
    folder: run.path,
    flag: holder.flag,
    modifiedMs: holder.modifiedMs,
    names,
    fenceMs: holder.dead ? 0 : fenceMs(holder),
    remove,
  };
  identity.introduce(run.storage);
  const cleaner = {
    owner: identity.nextOwner(),
    heartbeatMs,
    now: toIso(host.clock.now()),
  };
  try {
    return await performWaiting(reset(judgement, cleaner), host);
  } catch (error) {
    // Somebody has deleted its folder, which is a way to move on; the other runs are to be reset all the same.
    if (errnoOf(error) === "ENOENT") return "moved-on";
    throw error;
  }
}

/** How many are reset at the same time: each may have to wait for its owner, but none for another one. */
const AT_ONCE = 256;

/** Resets many runs, as long as `signal` has not aborted. @returns which were reset and which were not, of those that were tried */
export async function resetMany(
  all: readonly HeldRun[],
  resetOne: (held: HeldRun) => Promise<Reset>,
  { clock }: Pick<Host, "clock">,
  signal: AbortSignal,
): Promise<{ readonly reset: readonly HeldRun[]; readonly movedOn: readonly HeldRun[] }> {
  const ends: { readonly held: HeldRun; readonly end: Reset }[] = [];
  for (let start = 0; start < all.length && !signal.aborted; start += AT_ONCE) {
    const some = all.slice(start, start + AT_ONCE);
    ends.push(
      ...(await Promise.all(some.map(async (held) => ({ held, end: await resetOne(held) })))),
    );
    // Lets signals in: where nobody has to be waited for, nothing else does.
    await clock.sleep(0);
  }
  const having = (wanted: Reset) => ends.flatMap(({ held, end }) => (end === wanted ? held : []));
  return { reset: having("reset"), movedOn: having("moved-on") };
}
