import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Chance that a seed makes the same again. */
export type Chance = {
  /** A whole number from 0 to `below`, which is not included. */
  readonly below: (below: number) => number;
  readonly oneOf: <Item>(items: readonly Item[]) => Item;
  /** True once in `times`. */
  readonly oneIn: (times: number) => boolean;
};

export function createChance(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const below = (limit: number) => (limit <= 1 ? 0 : uniformInt(generator, 0, limit - 1));
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("expected at least one item");
      return item;
    },
    oneIn: (times) => below(times) === 0,
  };
}
