import { basename } from "node:path";

import { type Config, uniqueConfig, withoutPath } from "../../core/config/config.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { variedNames } from "../../core/search/schedule.ts";
import { formatSearchName } from "../../core/search-name.ts";
import { labelsOf, soundConfig } from "./check-configurations.ts";
import type { PlannedStorage } from "./new-storages.ts";
import { candidates, type PlannedAddition } from "./plan-addition.ts";
import type { PrepareRequest } from "./request.ts";
import type { PlannedExperiment, StoragePlan } from "./storage-report.ts";

/** More are no plan that anybody reads. */
const MAX_PLANNED = 100_000;

export function planOfStorage(
  request: PrepareRequest,
  { name, samplerSeed }: PlannedStorage,
): StoragePlan {
  const labels = labelsOf(name);
  const configs = mapped(newExperiments(request.schedule, samplerSeed ?? Number.NaN), (draw) =>
    soundConfig(request, draw.values, labels),
  );
  return toPlan(request, formatSearchName(name), 1, configs);
}

/** What an addition would write, beside the seeds that existing experiments lack. */
export function planOfAddition(request: PrepareRequest, plan: PlannedAddition): StoragePlan {
  const known = new Set(plan.stored.map(({ identity }) => identity));
  const added = mapped(
    candidates(request, plan, (identity) => !known.has(identity)),
    ({ config, identity }) => {
      known.add(identity);
      return config;
    },
  );
  return toPlan(request, basename(plan.storage), plan.highest + 1, added, plan.nNew);
}

/** @param first - the number of the first experiment */
function toPlan(
  { schedule: { seeds }, schedule }: PrepareRequest,
  storage: string,
  first: number,
  configs: Iterable<Config>,
  count = Number.POSITIVE_INFINITY,
): StoragePlan {
  const varied = variedNames(schedule);
  const experiments: PlannedExperiment[] = [];
  if (count > 0) {
    for (const whole of configs) {
      // The defaults of a program may have one.
      const config = withoutPath(whole, "seed");
      if (experiments.length === MAX_PLANNED) return { storage, seeds, experiments: null };
      const experiment = first + experiments.length;
      experiments.push({ experiment, values: uniqueConfig(config, varied), config });
      // Draws have no end.
      if (experiments.length === count) break;
    }
  }
  return { storage, seeds, experiments };
}

function* mapped<From, To>(items: Iterable<From>, map: (item: From) => To): Generator<To> {
  for (const item of items) yield map(item);
}
