import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";

/** A stream of chance that a checkpoint can hold. */
export type Random = {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** A uniform integer in [0, count). */
  readonly below: (count: number) => number;
  /** For {@link restoreRandom}. */
  readonly state: () => readonly number[];
};

/** The stream of a seed. @param seed - integer, 32 bits of it are used */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // The first numbers of neighbouring seeds resemble each other.
  skipN(generator, 64);
  return restoreRandom(generator.getState());
}

/**
 * A stream that goes on where `state` was taken.
 * @throws Error if `state` is not one
 */
export function restoreRandom(state: readonly number[]): Random {
  const generator = xoroshiro128plusFromState(state);
  return {
    uniform: () => uniformFloat64(generator),
    below: (count) => uniformInt(generator, 0, count - 1),
    state: () => generator.getState(),
  };
}

/** The integers 0 to `count` - 1 in random order. */
export function permutation(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const moved = order[last] ?? Number.NaN;
    order[last] = order[other] ?? Number.NaN;
    order[other] = moved;
  }
  return order;
}
