import type { Host } from "../../host.ts";

/** Runs written between two looks at the rest of the world; some 100 ms. */
const RUNS_BETWEEN_LOOKS = 1000;

/**
 * Writing blocks the event loop. The pace of a long task lets signals in now and then, and shows
 * how far it is.
 */
export type Pace = {
  /** Counts runs that were written. False once the signal has aborted: no more are wanted. */
  readonly advance: (runs: number) => Promise<boolean>;
  readonly stop: () => void;
};

export function startPace(
  total: number,
  { clock, terminal }: Pick<Host, "clock" | "terminal">,
  signal: AbortSignal,
): Pace {
  const progress = total > RUNS_BETWEEN_LOOKS ? terminal.progress("preparing", total) : undefined;
  let done = 0;
  let nextLook = RUNS_BETWEEN_LOOKS;
  return {
    advance: async (runs) => {
      done += runs;
      if (done < nextLook) return !signal.aborted;
      nextLook = done + RUNS_BETWEEN_LOOKS;
      progress?.update(done);
      await clock.sleep(0);
      return !signal.aborted;
    },
    stop: () => progress?.stop(),
  };
}
