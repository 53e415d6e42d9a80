import { MIN_SEEDS_FOR_INTERVAL } from "../seed-summary.ts";

/** What the runs of one algorithm scored on each task. Runs need not be as many on each. */
export type TaskScores = readonly {
  readonly task: string;
  /** Finite, at least one: see the crash policy for the others. */
  readonly scores: readonly number[];
}[];

/** @throws RangeError for no tasks, a task without runs, and a score that is not finite */
export function checkTaskScores(tasks: TaskScores): void {
  if (tasks.length === 0) throw new RangeError("Expected at least one task, got none");
  for (const { task, scores } of tasks) {
    if (scores.length > 0 && scores.every(Number.isFinite)) continue;
    throw new RangeError(`Expected finite scores for ${task}, got [${scores.join(", ")}]`);
  }
}

/**
 * Whether resampling can say how sure an aggregate is: it takes {@link MIN_SEEDS_FOR_INTERVAL} runs
 * of each task, or so many tasks where tasks are resampled. From one run on each, intervals would
 * have no width.
 */
export function canResample(tasks: TaskScores, resampleTasks = false): boolean {
  if (resampleTasks) return tasks.length >= MIN_SEEDS_FOR_INTERVAL;
  return tasks.every(({ scores }) => scores.length >= MIN_SEEDS_FOR_INTERVAL);
}

/** All runs of all tasks in ascending order of their scores, so that resamples need no sorting. */
export type PooledRuns = {
  /** Ascending, shape `[runs]`. */
  readonly scores: Float64Array;
  /** Where each run of each task stands in `scores`, shape `[tasks][runs of the task]`. */
  readonly places: readonly Uint32Array[];
};

/** Runs of a task in ascending order too: their order cannot change a result. */
export function poolRuns(tasks: TaskScores): PooledRuns {
  const runs = tasks.flatMap(({ scores }, task) => scores.map((score) => ({ task, score })));
  runs.sort((a, b) => a.score - b.score || a.task - b.task);
  const places: number[][] = tasks.map(() => []);
  for (const [place, { task }] of runs.entries()) places[task]?.push(place);
  return {
    scores: Float64Array.from(runs, ({ score }) => score),
    places: places.map((task) => Uint32Array.from(task)),
  };
}
