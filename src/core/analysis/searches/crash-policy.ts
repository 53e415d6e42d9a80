import type { Metric } from "../../search/metric.ts";

/** What becomes of runs that crashed, or whose score is not finite. */
export const CRASH_POLICIES = ["drop", "worst", "nan"] as const;
export type CrashPolicy = (typeof CRASH_POLICIES)[number];

export type TreatedScores = {
  readonly scores: readonly number[];
  /** How many were not finite. */
  readonly failed: number;
};

/**
 * Scores without those that are no number:
 *
 * - `drop`: left out. Says how good the runs that worked are, and flatters what crashes often.
 * - `worst`: as bad as the worst of `others`, the finite scores of everything that is compared, so
 *   that all failures cost the same. There must be one, or nothing can be said: all stay NaN.
 * - `nan`: each becomes NaN, and so does whatever is computed from it.
 *
 * @param scores - undefined for a run without a score
 */
export function treatFailed(
  scores: readonly (number | undefined)[],
  policy: CrashPolicy,
  direction: Metric["direction"],
  others: readonly (number | undefined)[] = scores,
): TreatedScores {
  const isScore = (score: number | undefined): score is number => Number.isFinite(score);
  const failed = scores.filter((score) => !isScore(score)).length;
  if (policy === "drop") return { scores: scores.filter(isScore), failed };
  const replacement = policy === "worst" ? worstOf(others.filter(isScore), direction) : Number.NaN;
  return { scores: scores.map((score) => (isScore(score) ? score : replacement)), failed };
}

/** How the method statement says it. */
export function describeCrashPolicy(policy: CrashPolicy): string {
  switch (policy) {
    case "drop":
      return "runs that crashed or diverged are left out";
    case "worst":
      return "runs that crashed or diverged count as the worst score of all that is compared";
    case "nan":
      return "where a run crashed or diverged there is no number";
  }
}

function worstOf(scores: readonly number[], direction: Metric["direction"]): number {
  if (scores.length === 0) return Number.NaN;
  return scores.reduce((a, b) => (direction === "maximise" ? Math.min(a, b) : Math.max(a, b)));
}
