import type { Clock } from "../../src/host.ts";

export type VirtualClock = Clock & {
  /** Lets time pass, sleeper by sleeper, while `work` goes on. */
  readonly runWhile: <Result>(work: Promise<Result>) => Promise<Result>;
};

type Sleeper = { readonly atMs: number; readonly wake: () => void };

/** A clock whose time passes only while everybody sleeps, and then at once. */
export function createVirtualClock(): VirtualClock {
  let nowMs = 0;
  const sleepers = new Set<Sleeper>();
  const passTime = () => {
    const [next] = [...sleepers].sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
  };
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          atMs: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted) sleeper.wake();
        else signal?.addEventListener("abort", sleeper.wake);
      }),
    runWhile: async (work) => {
      const over = new AbortController();
      const end = () => {
        over.abort();
      };
      work.then(end, end);
      while (!over.signal.aborted) {
        // What is not asleep goes first.
        await new Promise(setImmediate);
        passTime();
      }
      return work;
    },
  };
}
