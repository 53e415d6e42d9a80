import { type Config, setAt } from "../config/config.ts";
import { countGrid, expandGrid } from "./grid.ts";
import { type Draw, drawNew } from "./sampling.ts";
import type { Schedule } from "./schedule.ts";

/** What all experiments of one search have in common. */
export type SearchBase = {
  readonly defaults: Config;
  readonly algName: string;
  readonly taskName: string;
  readonly desc: string;
};

/** How many experiments a schedule asks for. */
export function countExperiments(schedule: Schedule): number {
  return schedule.kind === "grid" ? countGrid(schedule.variations) : schedule.nExperiments;
}

/**
 * The experiments of a new search, one at a time, no two the same.
 * @param samplerSeed - of a random search
 * @throws UserError `schedule-invalid` if a random space is exhausted
 */
export function* newExperiments(schedule: Schedule, samplerSeed: number): Generator<Draw> {
  if (schedule.kind === "grid") {
    let index = 0;
    for (const values of expandGrid(schedule.variations)) yield { index: index++, values };
    return;
  }
  const seen = new Set<string>();
  const isNew = (values: Config) => {
    const before = seen.size;
    // All draws have the same names in the same order, so their plain text tells them apart.
    return seen.add(JSON.stringify(values)).size > before;
  };
  let left = schedule.nExperiments;
  for (const drawn of drawNew(schedule.space, samplerSeed, 0, isNew)) {
    yield drawn;
    left -= 1;
    if (left === 0) return;
  }
}

/** An experiment's configuration: the defaults with its values; everything but the seed. */
export function experimentConfig(base: SearchBase, values: Config): Config {
  const { algName, taskName, desc } = base;
  let config = base.defaults;
  for (const [name, value] of Object.entries(values)) config = setAt(config, name, value);
  return { ...config, algName, taskName, desc };
}
