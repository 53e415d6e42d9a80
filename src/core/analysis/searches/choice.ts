import type { Metric } from "../../search/metric.ts";
import { type ExperimentScores, rankByTask, type RankedExperiment } from "../ranking.ts";
import { type CrashPolicy, treatFailed } from "./crash-policy.ts";
import { topExperiments } from "./top.ts";

/** The experiments of one search that are chosen for their scores. */
export type Choice = {
  /** Best first; equal scores by their number. */
  readonly chosen: readonly RankedExperiment[];
  /** How many had a score. */
  readonly candidates: number;
  /** Those not chosen that cannot be told from the last one chosen, best first. */
  readonly ties: readonly Tie[];
  /** Whether there are too few seeds to tell anything apart. */
  readonly isBlind: boolean;
  /** Those with a run that failed whose other runs are better than the last one chosen. */
  readonly passedOver: readonly number[];
};

/** `equal`: the same score; `overlap`: the 95 % intervals overlap. */
export type Tie = { readonly experiment: number; readonly kind: "equal" | "overlap" };

export type ChoiceRule = {
  readonly count: number;
  /** Of the scores: of times, short ones are good. */
  readonly direction: Metric["direction"];
  /** What becomes of an experiment with runs that failed. */
  readonly policy: CrashPolicy;
};

/**
 * The `count` best experiments of one search, fewer if fewer have a score.
 * @param experiments - of one task
 * @param crashed - the seeds of crashed runs, by experiment
 */
export function chooseBest(
  experiments: readonly ExperimentScores[],
  crashed: ReadonlyMap<number, readonly number[]>,
  { count, direction, policy }: ChoiceRule,
): Choice {
  const everything = experiments.flatMap((one) => one.seeds.map(({ score }) => score));
  const treated = (by: CrashPolicy) => {
    const treat = (one: ExperimentScores) =>
      treatExperiment(one, crashed.get(one.experiment) ?? [], by, direction, everything);
    const [ranking] = rankByTask(experiments.map(treat), direction);
    return (ranking?.experiments ?? []).filter(({ rank }) => rank !== undefined);
  };
  const ranked = treated(policy);
  const chosen = ranked.slice(0, count);
  const last = chosen.at(-1);
  const [, ...others] = topExperiments(ranked.slice(Math.max(0, chosen.length - 1)), ranked.length);
  return {
    chosen,
    candidates: ranked.length,
    ties: others.flatMap(({ experiment, standing, summary }) =>
      standing === "tied"
        ? { experiment, kind: summary.mean === last?.summary.mean ? "equal" : "overlap" }
        : [],
    ),
    isBlind: others.some(({ standing }) => standing === "unknown"),
    passedOver: betterThan(last, treated("drop"), direction)
      .filter((one) => !ranked.some(({ experiment }) => experiment === one.experiment))
      .map(({ experiment }) => experiment),
  };
}

function treatExperiment(
  one: ExperimentScores,
  crashed: readonly number[],
  policy: CrashPolicy,
  direction: Metric["direction"],
  everything: readonly number[],
): ExperimentScores {
  const all = [...one.seeds, ...crashed.map((seed) => ({ seed, score: undefined }))];
  if (policy === "drop") {
    return { ...one, seeds: one.seeds.filter(({ score }) => Number.isFinite(score)) };
  }
  const { scores } = treatFailed(
    all.map(({ score }) => score),
    policy,
    direction,
    everything,
  );
  return {
    ...one,
    seeds: all.map(({ seed }, index) => ({ seed, score: scores[index] ?? Number.NaN })),
  };
}

function betterThan(
  last: RankedExperiment | undefined,
  ranked: readonly RankedExperiment[],
  direction: Metric["direction"],
): readonly RankedExperiment[] {
  if (last === undefined) return ranked;
  const sign = direction === "maximise" ? 1 : -1;
  return ranked.filter(({ summary }) => sign * summary.mean > sign * last.summary.mean);
}
