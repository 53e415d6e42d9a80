import { indexBelow, seededGenerator } from "../../seeded-generator.ts";

/** One coordinate of a Halton sequence. */
export type HaltonDimension = {
  readonly base: number;
  /** What each digit becomes, for each place of a point's number; empty: it stays as it is. */
  readonly permutations: readonly Uint16Array[];
};

const BELOW_ONE = 1 - 2 ** -53;

/** The sequence's coordinate in the base of a prime. @param dimension - from 0 */
export function haltonDimension(dimension: number): HaltonDimension {
  return { base: primeAt(dimension), permutations: [] };
}

/**
 * The coordinate with its digits, zeros behind the last one too, permuted at random: for each place
 * another permutation.
 * @see A. B. Owen, *A randomized Halton algorithm in R* (2017), https://arxiv.org/abs/1706.02808
 */
export function scrambledHaltonDimension(dimension: number, seed: number): HaltonDimension {
  const base = primeAt(dimension);
  const generator = seededGenerator(seed, "halton", dimension);
  // As many places as a number between 0 and 1 can hold.
  const places = Math.ceil(54 / Math.log2(base));
  const permutations = Array.from({ length: places }, () => {
    const digits = Uint16Array.from({ length: base }, (_, digit) => digit);
    for (let last = base - 1; last > 0; last -= 1) {
      const other = indexBelow(generator, last + 1);
      [digits[last], digits[other]] = [digits[other] ?? 0, digits[last] ?? 0];
    }
    return digits;
  });
  return { base, permutations };
}

/** The coordinate of a point, in [0, 1): its number's digits, read behind the point. @param index - from 0 */
export function haltonCoordinate({ base, permutations }: HaltonDimension, index: number): number {
  let coordinate = 0;
  let rest = index;
  let weight = 1 / base;
  for (let place = 0; rest > 0 || place < permutations.length; place += 1) {
    const digit = rest % base;
    coordinate += (permutations[place]?.[digit] ?? digit) * weight;
    rest = (rest - digit) / base;
    weight /= base;
  }
  return Math.min(coordinate, BELOW_ONE);
}

/** The prime at `index`, from 0: 2, 3, 5, … */
function primeAt(index: number): number {
  const primes: number[] = [];
  for (let number = 2; primes.length <= index; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes[index] ?? Number.NaN;
}
