import { mean } from "./score.ts";
import { studentTBound } from "./probability/student-t.ts";

export type Interval = { readonly low: number; readonly high: number };

/** What the seeds of one experiment say together. */
export type SeedSummary = {
  /** Number of seeds. */
  readonly n: number;
  /** NaN if any seed's score is not finite: the experiment diverged. */
  readonly mean: number;
  /** Sample standard deviation (n - 1); undefined for fewer than two seeds. */
  readonly sd: number | undefined;
  /** Standard error of the mean, sd / √n; undefined as above. */
  readonly standardError: number | undefined;
  /** Student's t interval of the mean; undefined for fewer than {@link MIN_SEEDS_FOR_INTERVAL} seeds. */
  readonly interval: Interval | undefined;
};

/** With two seeds the interval is 12.7 standard errors wide and says nothing. */
export const MIN_SEEDS_FOR_INTERVAL = 3;
export const INTERVAL_COVERAGE = 0.95;

/** @param scores - one for each seed, shape `[seeds]`, in any order */
export function summariseSeeds(scores: readonly number[]): SeedSummary {
  const n = scores.length;
  // Sorted, so that the order of the seeds cannot change the last digit and with it a tie.
  const sorted = [...scores].sort((a, b) => a - b);
  const average = sorted.every(Number.isFinite) ? mean(sorted) : Number.NaN;
  if (n < 2 || !Number.isFinite(average)) {
    return { n, mean: average, sd: undefined, standardError: undefined, interval: undefined };
  }
  const squares = sorted.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const sd = Math.sqrt(squares / (n - 1));
  const standardError = sd / Math.sqrt(n);
  if (n < MIN_SEEDS_FOR_INTERVAL) {
    return { n, mean: average, sd, standardError, interval: undefined };
  }
  const half = studentTBound(INTERVAL_COVERAGE, n - 1) * standardError;
  const interval = { low: average - half, high: average + half };
  return { n, mean: average, sd, standardError, interval };
}
