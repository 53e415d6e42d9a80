import { toIso } from "../../core/time.ts";
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
export function resetHeldRun(
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
  return performWaiting(reset(judgement, cleaner), host);
}
