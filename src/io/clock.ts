import { openSync, readSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

import type { Clock } from "../host.ts";

export const systemClock: Clock = {
  now: Date.now,
  monotonicMs: createMonotonicClock(),
  sleep,
};

/** Longer timers fire at once, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const options = signal ? { signal } : {};
  let left = ms;
  do {
    const some = Math.min(left, LONGEST_TIMER_MS);
    await setTimeout(some, undefined, options).catch(() => undefined);
    left -= some;
  } while (left > 0 && signal?.aborted !== true);
}

/**
 * Linux's time since boot, which runs on while the machine is suspended; Node's own clock does not.
 * The file stays open, so that a look costs no path.
 */
function createMonotonicClock(): () => number {
  let descriptor: number;
  try {
    descriptor = openSync("/proc/uptime", "r");
  } catch {
    return () => performance.now();
  }
  const buffer = Buffer.alloc(64);
  return () => {
    const bytes = readSync(descriptor, buffer, 0, buffer.length, 0);
    return Number.parseFloat(buffer.toString("latin1", 0, bytes)) * 1000;
  };
}
