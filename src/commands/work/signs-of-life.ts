import { join } from "node:path";

import type { Host } from "../../host.ts";
import { fenceMs, leaseMs } from "../../tree/lease.ts";
import { modified, perform } from "../../tree/steps.ts";
import type { HeldRun } from "./held-runs.ts";

const FIRST_STEP_MS = 100;
/** Of the time that is slept at most. */
const LONGEST_STEP = 0.1;

/** The first look at each holder from which nothing has changed: the second one comes as soon as the lease is over. */
export function unchangedSince(
  earlier: readonly HeldRun[],
  now: readonly HeldRun[],
): readonly HeldRun[] {
  const before = new Map(earlier.map((one) => [one.run.path, one]));
  return now.map((one) => {
    const first = before.get(one.run.path);
    const { flag, modifiedMs } = one.holder;
    return first?.holder.flag === flag && first.holder.modifiedMs === modifiedMs ? first : one;
  });
}

/**
 * Those of whom nobody knows whether they live: a worker that leaves on the last word of a machine that
 * died since leaves runs that nobody may ever take over. A process of this machine is seen; another's
 * must have given a sign of life since the first look.
 *
 * @param atFirst - the same at the first look; undefined if this is the first
 */
export function withoutSignOfLife(
  seeming: readonly HeldRun[],
  atFirst: readonly HeldRun[] | undefined,
): readonly HeldRun[] {
  const elsewhere = seeming.filter(({ holder }) => !holder.livesHere);
  if (atFirst === undefined) return elsewhere;
  const first = unchangedSince(atFirst, elsewhere);
  return elsewhere.filter((one, index) => one !== first[index] && isWorthAWait(one, first[index]));
}

/**
 * No wait ends for one that is still for its lease by this clock, but not by the server's: that was set
 * back, or cannot be had.
 */
const isWorthAWait = ({ holder }: HeldRun, first: HeldRun | undefined) =>
  first === undefined ||
  holder.askedAtMs - first.holder.answeredAtMs <= leaseMs(holder) + fenceMs(holder);

/** Sleeps for `ms`, or until every one of some holders has given a sign of life, or has moved on. */
export async function sleepUntilSigns(
  held: readonly HeldRun[],
  ms: number,
  host: Pick<Host, "files" | "clock">,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = host;
  if (held.length === 0) {
    await clock.sleep(ms, signal);
    return;
  }
  const endMs = clock.monotonicMs() + ms;
  let awaited = held;
  for (let stepMs = FIRST_STEP_MS; awaited.length > 0 && !signal.aborted; stepMs *= 2) {
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    await clock.sleep(Math.min(stepMs, LONGEST_STEP * ms, leftMs), signal);
    awaited = awaited.filter((one) => isStill(one, host));
  }
}

const isStill = ({ run, holder }: HeldRun, host: Pick<Host, "files" | "clock">) =>
  perform(modified(join(run.path, holder.flag)), host) === holder.modifiedMs;
