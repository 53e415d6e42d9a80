import type { Config, ConfigValue } from "../../config/config.ts";
import { seededGenerator } from "../../seeded-generator.ts";
import { studentTBound } from "../probability/student-t.ts";
import { type Interval, INTERVAL_COVERAGE, summariseSeeds } from "../seed-summary.ts";
import { type Feature, featuresOf } from "./features.ts";
import {
  expectedScore,
  explainedShare,
  type Forest,
  growForest,
  permutationImportance,
  shuffled,
} from "./forest.ts";

/** What a search says about which parameters mattered, within the ranges that it tried. */
export type ImportanceReport = {
  /** Experiments. */
  readonly n: number;
  /**
   * Share of the scores' variance that the forest predicts for unseen experiments. Near 0 the search
   * says nothing about importance, whatever the numbers below are.
   */
  readonly explained: number;
  /** Most important first. */
  readonly parameters: readonly ParameterImportance[];
  /** How the numbers were made. */
  readonly caption: string;
};

export type ParameterImportance = {
  readonly name: string;
  readonly kind: Feature["kind"];
  /** Rise of the squared error without the parameter's values, in variances of the scores. */
  readonly importance: number;
  readonly interval: Interval;
  /** By ascending value; at most {@link MAX_MARGINAL_POINTS} of a number's values. */
  readonly marginal: readonly MarginalPoint[];
};

/** The score to expect at one value of a parameter, the others as in the experiments. */
export type MarginalPoint = {
  /** Undefined where the parameter is not set. */
  readonly value: ConfigValue | undefined;
  readonly expected: number;
  readonly interval: Interval;
};

export type ImportanceSettings = {
  /** Of the random numbers; default 0. */
  readonly seed?: number | undefined;
  /** Default 64. */
  readonly trees?: number | undefined;
};

/** With fewer, halves are too small to grow trees on. */
export const MIN_EXPERIMENTS = 20;
export const MAX_MARGINAL_POINTS = 16;
const TREES = 64;
export const HALVES = 20;

/**
 * Permutation importance of each varied parameter on a random forest, and its marginal, with
 * intervals from forests grown on random halves of the experiments (the delete-half jackknife).
 *
 * @param experiments - their varied values, and one finite score for each (the mean over seeds)
 * @returns undefined for fewer than {@link MIN_EXPERIMENTS}, scores that are all equal, and nothing
 *   that varies
 * @throws RangeError if a score is not finite
 * @see Breiman (2001); Ishwaran & Lu, "Standard errors and confidence intervals for variable
 *   importance in random forest regression", Statistics in Medicine 38 (2019)
 */
export function parameterImportance(
  experiments: readonly { readonly values: Config; readonly score: number }[],
  { seed = 0, trees = TREES }: ImportanceSettings = {},
): ImportanceReport | undefined {
  const scores = Float64Array.from(experiments, ({ score }) => score);
  if (!scores.every(Number.isFinite)) {
    throw new RangeError(`Expected finite scores, got [${scores.join(", ")}]`);
  }
  const features = featuresOf(experiments.map(({ values }) => values));
  const isConstant = scores.every((score) => score === scores[0]);
  if (scores.length < MIN_EXPERIMENTS || isConstant || features.length === 0) return undefined;
  const random = seededGenerator("importance", seed);
  const all = [...scores.keys()];
  const forest = growForest(features, scores, shuffled(all, random), trees, random);
  const halves = Array.from({ length: HALVES }, () => {
    const half = shuffled(all, random).slice(0, Math.ceil(all.length / 2));
    const grown = growForest(features, scores, half, Math.ceil(trees / 2), random);
    return { forest: grown, importance: permutationImportance(grown, random) };
  });
  const importance = permutationImportance(forest, random);
  const parameters = features.map((feature, index) => ({
    name: feature.name,
    kind: feature.kind,
    importance: importance[index] ?? Number.NaN,
    interval: intervalAround(
      importance[index] ?? Number.NaN,
      halves.map((half) => half.importance[index] ?? Number.NaN),
    ),
    marginal: marginalOf(
      forest,
      halves.map((half) => half.forest),
      feature,
      index,
    ),
  }));
  return {
    n: scores.length,
    explained: explainedShare(forest),
    parameters: parameters.sort((a, b) => b.importance - a.importance),
    caption: `permutation importance on a random forest of ${trees} trees, 95 % intervals from ${HALVES} random halves, n = ${scores.length} experiments, seed ${seed}`,
  };
}

function marginalOf(
  forest: Forest,
  halves: readonly Forest[],
  feature: Feature,
  index: number,
): readonly MarginalPoint[] {
  return codesToShow(feature).map((code) => {
    const expected = expectedScore(forest, index, code);
    const others = halves.map((half) => expectedScore(half, index, code));
    return { value: feature.values[code], expected, interval: intervalAround(expected, others) };
  });
}

/** All categories; of a number's values evenly many in rank, the least and the greatest among them. */
function codesToShow({ kind, values }: Feature): readonly number[] {
  const codes = [...values.keys()];
  if (kind === "categorical" || codes.length <= MAX_MARGINAL_POINTS) return codes;
  const last = codes.length - 1;
  const at = (place: number) => Math.round((place * last) / (MAX_MARGINAL_POINTS - 1));
  return Array.from({ length: MAX_MARGINAL_POINTS }, (_, place) => at(place));
}

/** Halves vary as much around the whole as wholes would around the truth. */
function intervalAround(estimate: number, halves: readonly number[]): Interval {
  const { sd = Number.NaN } = summariseSeeds(halves);
  const reach = studentTBound(INTERVAL_COVERAGE, halves.length - 1) * sd;
  return { low: estimate - reach, high: estimate + reach };
}
