import { indexBelow, type RandomGenerator } from "../../seeded-generator.ts";
import type { Feature } from "./features.ts";
import { growTree, predict, type Tree } from "./tree.ts";

/** Trees, each grown on a resample of the experiments. */
export type Forest = {
  readonly features: readonly Feature[];
  readonly scores: Float64Array;
  /** The experiments that the forest knows, in random order. */
  readonly rows: readonly number[];
  readonly trees: readonly {
    readonly tree: Tree;
    /** Experiments that the tree has not seen. */
    readonly unseen: readonly number[];
  }[];
};

const MIN_LEAF = 3;
const MOST_AVERAGED = 100;
/** Enough to tell which parameters matter where few do. */
const TRIED_SHARE = 2 / 3;

/**
 * A random forest of regression trees.
 * @param rows - experiments to learn from, each once, in random order
 * @see Breiman, "Random forests", Machine Learning 45 (2001)
 */
export function growForest(
  features: readonly Feature[],
  scores: Float64Array,
  rows: readonly number[],
  trees: number,
  random: RandomGenerator,
): Forest {
  const settings = { minLeaf: MIN_LEAF, tried: Math.ceil(TRIED_SHARE * features.length) };
  const grown = Array.from({ length: trees }, () => {
    const drawn = rows.map(() => rows[indexBelow(random, rows.length)] ?? 0);
    const seen = new Set(drawn);
    return {
      tree: growTree(features, scores, drawn, settings, random),
      unseen: rows.filter((row) => !seen.has(row)),
    };
  });
  return { features, scores, rows, trees: grown };
}

/**
 * The share of the scores' variance that the forest predicts for experiments that its trees have not
 * seen; 0 or less if it is no better than the mean.
 */
export function explainedShare({ features, scores, rows, trees }: Forest): number {
  const sums = new Map<number, { sum: number; n: number }>();
  for (const { tree, unseen } of trees) {
    for (const row of unseen) {
      const found = sums.get(row) ?? { sum: 0, n: 0 };
      found.sum += predict(tree, (feature) => features[feature]?.codes[row] ?? 0);
      found.n += 1;
      sums.set(row, found);
    }
  }
  let squares = 0;
  for (const [row, { sum, n }] of sums) squares += (sum / n - (scores[row] ?? Number.NaN)) ** 2;
  return 1 - squares / sums.size / varianceOf(scores, rows);
}

/**
 * How much worse trees predict unseen experiments when the values of one feature are dealt out among
 * these anew: the rise of the mean squared error, in variances of the scores. About 0 for a feature
 * that does not matter; it can be a little below.
 * @returns shape `[features]`
 */
export function permutationImportance(forest: Forest, random: RandomGenerator): Float64Array {
  const { features, scores, rows, trees } = forest;
  const variance = varianceOf(scores, rows);
  const rise = new Float64Array(features.length);
  for (const { tree, unseen } of trees) {
    if (unseen.length === 0) continue;
    const squaredError = (row: number, codeOf: (feature: number) => number) =>
      (predict(tree, codeOf) - (scores[row] ?? Number.NaN)) ** 2 / unseen.length;
    for (const permuted of features.keys()) {
      const others = shuffled(unseen, random);
      for (const [place, row] of unseen.entries()) {
        const other = others[place] ?? row;
        const plain = (feature: number) => features[feature]?.codes[row] ?? 0;
        const exchanged = (feature: number) =>
          feature === permuted ? (features[feature]?.codes[other] ?? 0) : plain(feature);
        const worse = squaredError(row, exchanged) - squaredError(row, plain);
        rise[permuted] = (rise[permuted] ?? 0) + worse / trees.length / variance;
      }
    }
  }
  return rise;
}

/**
 * What the forest expects on average over its experiments if one feature had a given code in all of
 * them (partial dependence). Of many experiments, the first {@link MOST_AVERAGED} rows stand for all.
 */
export function expectedScore(
  { features, rows, trees }: Forest,
  set: number,
  code: number,
): number {
  let sum = 0;
  const averaged = rows.slice(0, MOST_AVERAGED);
  for (const { tree } of trees) {
    for (const row of averaged) {
      sum += predict(tree, (feature) =>
        feature === set ? code : (features[feature]?.codes[row] ?? 0),
      );
    }
  }
  return sum / trees.length / averaged.length;
}

/** `rows` in another order. */
export function shuffled(rows: readonly number[], random: RandomGenerator): readonly number[] {
  const result = [...rows];
  for (let i = result.length - 1; i > 0; i--) {
    const j = indexBelow(random, i + 1);
    [result[i], result[j]] = [result[j] ?? 0, result[i] ?? 0];
  }
  return result;
}

function varianceOf(scores: Float64Array, rows: readonly number[]): number {
  const values = rows.map((row) => scores[row] ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
}
