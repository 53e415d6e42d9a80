import { Worker } from "node:worker_threads";

import type { Failure, SessionOptions, SessionReport } from "./session.ts";
import { createWindow, openWindow, type ThreadOrder } from "./window.ts";

/** One input that takes longer hangs, ms; long, since the machine may have other work. */
const HANG_MS = 20_000;
const LOOK_MS = 250;
/** The heap of the thread that reads, and all memory of the process. */
const MAX_HEAP_MB = 256;
const MAX_MEMORY_BYTES = 1 << 30;

export type WatchedReport = SessionReport & { readonly peakBytes: number };

/** Runs a session in a thread of its own, and ends it when it hangs or takes too much memory. */
export async function watch(
  target: string,
  options: Omit<SessionOptions, "onInput">,
): Promise<WatchedReport> {
  const shared = createWindow();
  const window = openWindow(shared);
  const workerData: ThreadOrder = { target, ...options, shared };
  const thread = new Worker(new URL("thread.js", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const startedMs = performance.now();
  let peakBytes = 0;
  let changed = { index: -1, atMs: startedMs };
  let why: string | undefined;
  const timer = setInterval(() => {
    const now = performance.now();
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    const index = window.index();
    if (index !== changed.index) changed = { index, atMs: now };
    if (now - changed.atMs > HANG_MS) why = `one input took more than ${HANG_MS / 1000} s`;
    if (peakBytes > MAX_MEMORY_BYTES) why = `the process took ${peakBytes} bytes`;
    if (why !== undefined) void thread.terminate();
  }, LOOK_MS);
  const report = await new Promise<SessionReport>((resolve) => {
    const fail = (error: string) => {
      const index = window.index();
      const failure: Failure = { target, seed: options.seed, index, input: window.input(), error };
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({ inputs: index, seconds, corpus: 0, slowestMs: Number.NaN, failure });
    };
    // Sent by thread.ts.
    thread.on("message", (message) => {
      resolve(message as SessionReport);
    });
    thread.on("error", (error) => {
      fail(error.stack ?? error.message);
    });
    thread.on("exit", () => {
      fail(why ?? "the thread ended");
    });
  });
  clearInterval(timer);
  return { ...report, peakBytes };
}
