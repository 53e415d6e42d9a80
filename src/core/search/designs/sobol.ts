import { fractionFrom, seededGenerator } from "../../seeded-generator.ts";
import { DIRECTION_NUMBERS } from "./sobol-directions.ts";

/** One coordinate of a Sobol sequence. */
export type SobolDimension = {
  /** For each binary digit of a point's number, what it changes; 32 bits, the first the highest. */
  readonly directions: Uint32Array;
  /** Added to each point, digit by digit. */
  readonly shift: number;
};

const BITS = 32;
const POLYNOMIALS = DIRECTION_NUMBERS.trim()
  .split("\n")
  .map((line) => line.split(" ").map(Number));

export const MAX_SOBOL_DIMENSIONS = POLYNOMIALS.length + 1;

/**
 * The published sequence's coordinate. @param dimension - from 0
 * @throws RangeError for a dimension without direction numbers
 */
export function sobolDimension(dimension: number): SobolDimension {
  return { directions: directionNumbers(dimension), shift: 0 };
}

/**
 * The coordinate with its digits mixed by a random matrix and shifted: as evenly spread, but without
 * the published sequence's pattern and its point in the corner.
 * @see J. Matoušek, *On the L2-discrepancy for anchored boxes*, J. Complexity 14 (1998), 527-556: the
 *   "random linear scrambling", with a digital shift
 */
export function scrambledSobolDimension(dimension: number, seed: number): SobolDimension {
  const generator = seededGenerator(seed, "sobol", dimension);
  const word = () => Math.floor(fractionFrom(generator) * 2 ** BITS);
  // Each digit of the result is the parity of this digit and a random choice of those before it.
  const rows = Uint32Array.from({ length: BITS }, (_, digit) => {
    const own = 2 ** (BITS - 1 - digit);
    return own + (word() & ~(2 * own - 1));
  });
  const directions = directionNumbers(dimension).map((column) =>
    rows.reduce((sum, row, digit) => sum + parity(column & row) * 2 ** (BITS - 1 - digit), 0),
  );
  return { directions, shift: word() };
}

/** The coordinate of a point, in [0, 1). @param index - from 0, below 2³² */
export function sobolCoordinate({ directions, shift }: SobolDimension, index: number): number {
  let bits = shift;
  // In the order of Gray's code, as published: neighbours differ in one digit.
  for (let code = index ^ (index >>> 1), digit = 0; code !== 0; code >>>= 1, digit += 1) {
    if ((code & 1) === 1) bits ^= directions[digit] ?? Number.NaN;
  }
  return (bits >>> 0) / 2 ** BITS;
}

/** @see P. Bratley and B. L. Fox, *Algorithm 659*, ACM Trans. Math. Softw. 14 (1988), 88-100 */
function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  if (dimension === 0) return numbers.map((_, digit) => 2 ** (BITS - 1 - digit));
  const polynomial = POLYNOMIALS[dimension - 1];
  if (polynomial === undefined) throw new RangeError(`No Sobol dimension ${dimension}.`);
  const [degree = 0, coefficients = 0, ...initial] = polynomial;
  for (let digit = 0; digit < BITS; digit += 1) {
    const before = numbers[digit - degree] ?? 0;
    let bits = digit < degree ? (initial[digit] ?? 0) << (BITS - 1 - digit) : before;
    if (digit >= degree) bits ^= before >>> degree;
    for (let k = 1; k < degree && digit >= degree; k += 1) {
      if (((coefficients >>> (degree - 1 - k)) & 1) === 1) bits ^= numbers[digit - k] ?? 0;
    }
    numbers[digit] = bits;
  }
  return numbers;
}

function parity(word: number): number {
  let ones = word;
  for (let half = BITS / 2; half >= 1; half /= 2) ones ^= ones >>> half;
  return ones & 1;
}
