import { failureWord } from "../../search/aggregation.ts";
import type { Metric } from "../../search/metric.ts";
import type { RankedExperiment } from "../ranking.ts";

/**
 * What an experiment without a number came to: under some policies runs that crashed leave it without
 * one, as runs that diverged do.
 */
export function failureName(
  { diverged, crashed = [] }: Pick<RankedExperiment, "diverged" | "crashed">,
  { aggregation }: Pick<Metric, "aggregation">,
): string {
  const hasCrashed = diverged.some((seed) => crashed.includes(seed));
  if (!hasCrashed) return failureWord(aggregation);
  const isAllCrashed = diverged.every((seed) => crashed.includes(seed));
  return isAllCrashed ? "crashed" : `crashed or ${failureWord(aggregation)}`;
}
