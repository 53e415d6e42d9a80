import type { RankedExperiment } from "../ranking.ts";
import type { Interval } from "../seed-summary.ts";

/** An experiment among the best, and whether it can be told from the very best one. */
export type TopExperiment = RankedExperiment & {
  /**
   * `tied`: its interval and that of the best overlap, or their means are equal; `apart`: they do
   * not; `unknown`: one of them has too few seeds for an interval. The best itself is `best`.
   */
  readonly standing: "best" | "tied" | "apart" | "unknown";
};

/**
 * The first `k` of ranked experiments that have a score, and behind them those that share the rank
 * of the last one.
 *
 * Overlapping intervals are a cautious rule: experiments that it calls tied may still differ in a
 * test ({@link compareMeans}); those that it calls apart differ in it. It does not correct for having
 * looked at many experiments: the best of a search is the best partly by luck. Retrain with fresh
 * seeds before reporting its score.
 *
 * @param ranked - best first
 */
export function topExperiments(
  ranked: readonly RankedExperiment[],
  k: number,
): readonly TopExperiment[] {
  const scored = ranked.filter(({ rank }) => rank !== undefined);
  const lastRank = scored[k - 1]?.rank ?? Number.POSITIVE_INFINITY;
  const top = scored.filter(({ rank }, index) => index < k || rank === lastRank);
  const [best] = top;
  return top.map((experiment) => ({ ...experiment, standing: standingOf(experiment, best) }));
}

function standingOf(
  experiment: RankedExperiment,
  best: RankedExperiment | undefined,
): TopExperiment["standing"] {
  if (best === undefined || experiment === best) return "best";
  if (experiment.summary.mean === best.summary.mean) return "tied";
  const [a, b] = [experiment.summary.interval, best.summary.interval];
  if (a === undefined || b === undefined) return "unknown";
  return overlap(a, b) ? "tied" : "apart";
}

function overlap(a: Interval, b: Interval): boolean {
  return a.low <= b.high && b.low <= a.high;
}
