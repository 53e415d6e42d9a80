import type { Locks } from "../host.ts";

/** A holder that gives no sign for so long is dead, ms. */
const STALE_MS = 10_000;
/** Together longer than that, so that a dead holder is outlived. */
const RETRIES = { retries: 40, minTimeout: 50, maxTimeout: 500, factor: 1.3 };

export const lockFiles: Locks = {
  withLock: async (path, action) => {
    const { lock } = await import("proper-lockfile");
    const release = await lock(path, {
      stale: STALE_MS,
      retries: RETRIES,
      // The file to append to may not exist yet.
      realpath: false,
      // The section is synchronous and short: it is over before anybody could take the lock over.
      onCompromised: () => undefined,
    });
    try {
      return action();
    } finally {
      // Gone if it was taken over; then it is not ours to remove.
      await release().catch(() => undefined);
    }
  },
};
