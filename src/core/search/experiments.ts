import type { Config } from "../config/config.ts";
import { planGrid } from "./grid/plan.ts";
import { type Draw, drawNew, samplingOf } from "./sampling.ts";
import type { Schedule } from "./schedule.ts";

/**
 * How many experiments a schedule asks for.
 * @throws UserError `schedule-invalid` for a grid that cannot be counted
 */
export function countExperiments(schedule: Schedule): number {
  return schedule.kind === "grid" ? planGrid(schedule).count : schedule.nExperiments;
}

/**
 * The experiments of a new search, one at a time, no two the same.
 * @param samplerSeed - of a random search, or a sample of a grid
 * @throws UserError `schedule-invalid` if a random space is exhausted
 */
export function* newExperiments(schedule: Schedule, samplerSeed: number): Generator<Draw> {
  if (schedule.kind === "grid") {
    let index = 0;
    for (const values of planGrid(schedule).experiments(samplerSeed)) {
      yield { index: index++, values };
    }
    return;
  }
  const seen = new Set<string>();
  const isNew = (values: Config) => {
    const before = seen.size;
    // All draws have their names in the same order, so their plain text tells them apart.
    return seen.add(JSON.stringify(values)).size > before;
  };
  let left = schedule.nExperiments;
  for (const drawn of drawNew(samplingOf(schedule, samplerSeed), 0, isNew)) {
    yield drawn;
    left -= 1;
    if (left === 0) return;
  }
}
