import { hash } from "node:crypto";

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

export type { RandomGenerator };

/**
 * Random numbers that depend on `parts` only: the same parts, the same numbers on every machine.
 * Parts that differ anywhere give unrelated numbers, which consecutive plain seeds would not.
 */
export function seededGenerator(...parts: readonly (string | number)[]): RandomGenerator {
  const digest = digestOf(...parts);
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}

/** SHA-256 of the parts. */
export function digestOf(...parts: readonly (string | number)[]): Buffer {
  return hash("sha256", JSON.stringify(parts), "buffer");
}

/**
 * An integer in [0, n), each as likely up to n / 2³². It takes the high bits of one draw: the low
 * ones of this generator are its weak ones.
 * @param n - 1 to 2³²
 */
export function indexBelow(generator: RandomGenerator, n: number): number {
  return Math.floor(((generator.next() >>> 0) / 2 ** 32) * n);
}

/** Uniform in [0, 1). */
export function fractionFrom(generator: RandomGenerator): number {
  return uniformFloat64(generator);
}
