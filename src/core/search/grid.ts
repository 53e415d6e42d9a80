import type { Config } from "../config/config.ts";
import type { Variations } from "./schedule.ts";

/** How many combinations there are; nothing is expanded. */
export function countGrid(variations: Variations): number {
  return Object.values(variations).reduce((product, values) => product * values.length, 1);
}

/** Every combination, by dotted names, one at a time; the last parameter varies fastest. */
export function* expandGrid(variations: Variations): Generator<Config> {
  const count = countGrid(variations);
  for (let index = 0; index < count; index += 1) yield gridAt(variations, index);
}

/** The combination at `index`, from 0, in the order of {@link expandGrid}. */
function gridAt(variations: Variations, index: number): Config {
  const digits: (readonly [string, Config[string]])[] = [];
  let rest = index;
  for (const [name, values] of Object.entries(variations).reverse()) {
    digits.push([name, values[rest % values.length] ?? null]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(digits.reverse());
}
