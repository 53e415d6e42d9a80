import { fractionFrom, seededGenerator } from "../../seeded-generator.ts";

/**
 * The numbers from 0 to `count` - 1 in a random order, each order as likely; only what was taken is
 * kept. So the first n are a sample without replacement of a set that is never written down, and a
 * longer sample with the same seed begins with the shorter one.
 * @param count - up to 2⁵³
 * @see R. Durstenfeld, *Algorithm 235: Random permutation*, Comm. ACM 7 (1964), 420
 */
export function* shuffled(count: number, seed: number): Generator<number> {
  const generator = seededGenerator(seed, "sample of grid");
  // Of the whole deck only the cards that are not in their places.
  const moved = new Map<number, number>();
  for (let next = 0; next < count; next += 1) {
    const other = next + Math.floor(fractionFrom(generator) * (count - next));
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(next) ?? next);
    moved.delete(next);
  }
}
