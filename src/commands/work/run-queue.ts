import type { RunPath } from "../../tree/paths.ts";

/** Runs still to be claimed, in the order of work. */
export type RunQueue = {
  /** The next run that `tryClaim` gets; undefined when the end is reached. */
  readonly next: <Claim>(
    tryClaim: (run: RunPath) => Claim | undefined,
  ) => { readonly run: RunPath; readonly claim: Claim } | undefined;
};

/** After so many lost runs in a row, the others have taken the whole beginning. */
const LOSSES_BEFORE_JUMP = 2;

/**
 * Walks a list once. All workers walk the same order, so what others have claimed is a prefix of
 * it: after lost races the end of that prefix is searched in ever longer steps, then by halving,
 * instead of stumbling over every taken run. What the jump leaves behind, such as runs that were
 * released meanwhile, is for the next walk.
 *
 * @param isPending - whether a run is still to be claimed
 */
export function createRunQueue(
  runs: readonly RunPath[],
  isPending: (run: RunPath) => boolean,
): RunQueue {
  let position = 0;
  let losses = 0;
  return {
    next: (tryClaim) => {
      for (;;) {
        const run = runs[position];
        if (run === undefined) return undefined;
        position += 1;
        const claim = tryClaim(run);
        if (claim !== undefined) {
          losses = 0;
          return { run, claim };
        }
        losses += 1;
        if (losses >= LOSSES_BEFORE_JUMP) {
          position = firstPending(runs, position, isPending);
          losses = 0;
        }
      }
    },
  };
}

/** Index of the first pending run from `start` on, if the pending ones are a suffix; else of some pending run, or the end. */
function firstPending(
  runs: readonly RunPath[],
  start: number,
  isPending: (run: RunPath) => boolean,
): number {
  const pendingAt = (index: number) => {
    const run = runs[index];
    return run === undefined || isPending(run);
  };
  let taken = start - 1;
  let step = 1;
  while (!pendingAt(taken + step)) {
    taken += step;
    step *= 2;
  }
  let pending = Math.min(taken + step, runs.length);
  while (pending - taken > 1) {
    const middle = taken + Math.floor((pending - taken) / 2);
    if (pendingAt(middle)) pending = middle;
    else taken = middle;
  }
  return pending;
}
