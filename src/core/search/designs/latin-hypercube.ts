import { indexBelow, seededGenerator } from "../../seeded-generator.ts";

/**
 * The strata of one coordinate of a Latin hypercube of `size` points: each of them once, in an order
 * that depends on the seed, the coordinate's name and the hypercube's first point.
 * @see M. D. McKay, R. J. Beckman and W. J. Conover, *A comparison of three methods for selecting
 *   values of input variables*, Technometrics 21 (1979), 239-245
 */
export function latinStrata(seed: number, name: string, first: number, size: number): Uint32Array {
  const generator = seededGenerator(seed, "latinHypercube", name, first, size);
  const strata = Uint32Array.from({ length: size }, (_, stratum) => stratum);
  for (let last = size - 1; last > 0; last -= 1) {
    const other = indexBelow(generator, last + 1);
    [strata[last], strata[other]] = [strata[other] ?? 0, strata[last] ?? 0];
  }
  return strata;
}
