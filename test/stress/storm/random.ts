/** Chance that a seed repeats. */
export type Chance = {
  /** From 0 up to 1. */
  readonly next: () => number;
  readonly between: (low: number, high: number) => number;
  /** One of them; undefined of none. */
  readonly pick: <One>(all: readonly One[]) => One | undefined;
};

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    pick: (all) => all[Math.floor(all.length * next())],
  };
}
