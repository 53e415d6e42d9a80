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
  // A text for the digest: a Buffer costs three times the hash.
  const digest = hash("sha256", JSON.stringify(parts), "binary");
  return xoroshiro128plusFromState([
    wordAt(digest, 0),
    wordAt(digest, 4),
    wordAt(digest, 8),
    wordAt(digest, 12),
  ]);
}

/** Four bytes as a whole number with a sign, the lowest first. */
function wordAt(bytes: string, offset: number): number {
  return (
    bytes.charCodeAt(offset) |
    (bytes.charCodeAt(offset + 1) << 8) |
    (bytes.charCodeAt(offset + 2) << 16) |
    (bytes.charCodeAt(offset + 3) << 24)
  );
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
