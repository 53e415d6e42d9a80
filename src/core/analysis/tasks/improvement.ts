import { indexBelow, seededGenerator } from "../../seeded-generator.ts";
import type { AggregateEstimate } from "./aggregates.ts";
import { percentileInterval, type StratifiedSettings } from "./stratified-resamples.ts";
import { canResample, checkTaskScores, type TaskScores } from "./task-scores.ts";

/** How likely a run of one algorithm is to beat one of another. */
export type Improvement = AggregateEstimate & {
  /** Shape `[tasks]`. */
  readonly byTask: readonly { readonly task: string; readonly probability: number }[];
};

export const IMPROVEMENT_RESAMPLES = 10_000;

/**
 * The probability that a run of `x` scores higher than one of `y` on the same task, a tie counting
 * as half, averaged over tasks: Mann and Whitney's U, divided by the number of pairs. The interval
 * is a percentile one, runs of both resampled within each task.
 *
 * @throws RangeError if the tasks differ, or a score is not finite
 * @see Agarwal et al. (2021), arXiv 2108.13264, section 4.3
 */
export function probabilityOfImprovement(
  x: TaskScores,
  y: TaskScores,
  settings: Omit<StratifiedSettings, "resampleTasks"> = {},
): Improvement {
  const { resamples = IMPROVEMENT_RESAMPLES, seed = 0, coverage } = settings;
  const pairs = pairTasks(x, y);
  const byTask = pairs.map(({ task, wins }) => ({ task, probability: meanWins(wins) }));
  const generator = seededGenerator("improvement", seed);
  const found = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    let sum = 0;
    for (const { wins } of pairs) {
      const [first] = wins;
      const width = first?.length ?? 0;
      const drawn = new Uint32Array(width);
      for (let i = 0; i < width; i++) {
        const place = indexBelow(generator, width);
        drawn[place] = (drawn[place] ?? Number.NaN) + 1;
      }
      let won = 0;
      for (let left = wins.length; left > 0; left--) {
        const row = wins[indexBelow(generator, wins.length)];
        for (let j = 0; j < width; j++) won += (drawn[j] ?? Number.NaN) * (row?.[j] ?? Number.NaN);
      }
      sum += won / (wins.length * width);
    }
    found[b] = sum / pairs.length;
  }
  const sum = byTask.reduce((total, { probability }) => total + probability, 0);
  return {
    estimate: sum / byTask.length,
    interval: canResample([...x, ...y]) ? percentileInterval(found, coverage) : undefined,
    byTask,
  };
}

/** Share of the pairs in which the first is higher; a tie counts as half. NaN without pairs. */
export function superiority(x: readonly number[], y: readonly number[]): number {
  return meanWins(winsOf(x, y));
}

type TaskPair = { readonly task: string; readonly wins: readonly Float64Array[] };

function pairTasks(x: TaskScores, y: TaskScores): readonly TaskPair[] {
  checkTaskScores(x);
  checkTaskScores(y);
  const names = (tasks: TaskScores) => tasks.map(({ task }) => task).sort();
  if (names(x).join("\n") !== names(y).join("\n")) {
    throw new RangeError(`Expected the same tasks, got ${names(x).join()} and ${names(y).join()}`);
  }
  return x.map(({ task, scores }) => {
    const other = y.find((one) => one.task === task)?.scores ?? [];
    return { task, wins: winsOf(sorted(scores), sorted(other)) };
  });
}

function sorted(scores: readonly number[]): readonly number[] {
  return [...scores].sort((a, b) => a - b);
}

/** Shape `[runs of x][runs of y]`. */
function winsOf(x: readonly number[], y: readonly number[]): readonly Float64Array[] {
  return x.map((one) =>
    Float64Array.from(y, (other) => (one === other ? 0.5 : Number(one > other))),
  );
}

function meanWins(wins: readonly Float64Array[]): number {
  let sum = 0;
  let n = 0;
  for (const row of wins) {
    n += row.length;
    for (const won of row) sum += won;
  }
  return n === 0 ? Number.NaN : sum / n;
}
