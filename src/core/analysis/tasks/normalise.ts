import type { TaskScores } from "./task-scores.ts";

/** The scores that count as 0 and as 1 on a task. Where less is better, `zero` is above `one`. */
export type Reference = { readonly zero: number; readonly one: number };

/**
 * Scores on the scale of each task's reference: (score - zero) / (one - zero), such as
 * (score - random) / (human - random). They may leave [0, 1].
 * @throws RangeError for a task without a reference, or with one that has no width
 */
export function normaliseScores(
  tasks: TaskScores,
  references: ReadonlyMap<string, Reference>,
): TaskScores {
  return tasks.map(({ task, scores }) => {
    const reference = references.get(task);
    if (reference === undefined) throw new RangeError(`Expected a reference for ${task}, got none`);
    const { zero, one } = reference;
    if (!Number.isFinite(zero) || !Number.isFinite(one) || zero === one) {
      throw new RangeError(`Expected two different numbers for ${task}, got ${zero} and ${one}`);
    }
    // Adding 0 makes -0 a plain 0.
    return { task, scores: scores.map((score) => (score - zero) / (one - zero) + 0) };
  });
}

/**
 * References from what was seen: on each task the worst run of all algorithms counts as 0, the best
 * one as 1. Such scores depend on which algorithms are compared; say so where they are shown.
 * Tasks on which all scores are equal get no reference.
 */
export function minMaxReferences(
  algorithms: readonly TaskScores[],
  direction: "maximise" | "minimise",
): ReadonlyMap<string, Reference> {
  const seen = new Map<string, number[]>();
  for (const { task, scores } of algorithms.flat()) {
    seen.set(task, [...(seen.get(task) ?? []), ...scores.filter(Number.isFinite)]);
  }
  const references = new Map<string, Reference>();
  for (const [task, scores] of seen) {
    const low = scores.reduce((least, score) => Math.min(least, score), Infinity);
    const high = scores.reduce((most, score) => Math.max(most, score), -Infinity);
    if (!(low < high)) continue;
    references.set(
      task,
      direction === "maximise" ? { zero: low, one: high } : { zero: high, one: low },
    );
  }
  return references;
}
