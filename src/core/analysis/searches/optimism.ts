import type { Metric } from "../../search/metric.ts";
import { compareMeans } from "../comparison/compare-means.ts";
import type { Interval, SeedSummary } from "../seed-summary.ts";

/** What a search promised of an experiment, and what came of it when it was trained anew. */
export type OptimismGap = {
  /** Scores in the search, with its seeds. */
  readonly searched: SeedSummary;
  /** Scores of the retraining, with fresh seeds. */
  readonly retrained: SeedSummary;
  /**
   * By how much the search's mean is better: positive if it promised too much, whichever direction
   * is good. NaN if one of them has no score.
   */
  readonly gap: number;
  /** Welch's, 95 %; undefined for fewer than two seeds on one side, and where nothing varies. */
  readonly interval: Interval | undefined;
  /**
   * `too-good`: the interval lies above 0; `kept`: it holds 0; `exceeded`: it lies below, as a
   * longer training may make it; `unknown`: there is none.
   */
  readonly verdict: "too-good" | "kept" | "exceeded" | "unknown";
};

/**
 * The optimism of a search about one of its experiments.
 *
 * An experiment that was chosen for its score has a score that is too good on average, since luck
 * helped to choose it; with fresh seeds there is no such choice, so the retraining's mean is without
 * bias, and the gap estimates the bias, along with what a longer training adds. The interval takes the
 * seeds for independent, and says nothing of the choice itself.
 *
 * @param searched - in the search, one for each seed
 * @param retrained - with fresh seeds
 * @param direction - of the scores: of times, short ones are good
 */
export function optimismGap(
  searched: readonly number[],
  retrained: readonly number[],
  direction: Metric["direction"],
): OptimismGap {
  const { a, b, difference, test } = compareMeans(searched, retrained);
  const isHigh = direction === "maximise";
  const interval =
    test === undefined || isHigh
      ? test?.interval
      : { low: -test.interval.high, high: -test.interval.low };
  const gap = isHigh ? difference : -difference;
  return { searched: a, retrained: b, gap, interval, verdict: verdictOf(interval) };
}

function verdictOf(interval: Interval | undefined): OptimismGap["verdict"] {
  if (interval === undefined) return "unknown";
  if (interval.low > 0) return "too-good";
  return interval.high < 0 ? "exceeded" : "kept";
}
