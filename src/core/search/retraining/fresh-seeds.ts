/** Programs in other languages may keep a seed in 31 bits. */
const MAX_SEED = 2 ** 31 - 1;

/**
 * Seeds that were not used: those behind the highest that was, or, where those would be too large
 * for some programs, the lowest free ones.
 * @param count - at least 0
 * @returns ascending, shape `[count]`
 */
export function freshSeeds(used: readonly number[], count: number): readonly number[] {
  const highest = used.reduce((most, seed) => Math.max(most, seed), 0);
  if (highest + count <= MAX_SEED) {
    return Array.from({ length: count }, (_, index) => highest + 1 + index);
  }
  const taken = new Set(used);
  const fresh: number[] = [];
  for (let seed = 0; fresh.length < count; seed += 1) if (!taken.has(seed)) fresh.push(seed);
  return fresh;
}
