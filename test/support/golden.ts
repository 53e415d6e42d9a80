import { readFileSync } from "node:fs";

/**
 * Values that another program computed: `test/golden/<name>.json`, written by the Python program of
 * that name beside it.
 * @typeParam T - the shape that the program writes; a wrong one shows in the tests that use it
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what is in the file
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(`test/golden/${name}.json`, "utf8")) as T;
}

/** 32-bit xorshift, as in `test/golden/support.py`: uniform in (0, 1). */
export function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `n` numbers drawn with `random`. */
export function numbers(n: number, random: () => number): readonly number[] {
  return Array.from({ length: n }, () => random());
}
