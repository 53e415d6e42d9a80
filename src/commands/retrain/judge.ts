import { basename } from "node:path";

import type { ExperimentScores } from "../../core/analysis/ranking.ts";
import { chooseBest, type Choice } from "../../core/analysis/searches/choice.ts";
import { stateOf } from "../../core/run-state.ts";
import { needsDirection, scoreDirection } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { checkScored } from "../benchmark/check-scored.ts";
import { isSeriesOf, type ScoredSearch, scoreSearches } from "../benchmark/collect.ts";
import { CurveAxis } from "../benchmark/curve-axis.ts";
import { chooseMetric, requireDirection } from "../benchmark/metric.ts";
import { evaluateFor } from "../evaluate/evaluation-metric.ts";
import type { RetrainOptions } from "./options.ts";

/** A search that is to be retrained. */
export type Source = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
};

/** The searches' experiments with their scores, and by what these were computed. */
export type Judgement = {
  readonly metric: Metric;
  readonly searches: readonly ScoredSearch[];
};

/**
 * Scores all runs of the searches. What a person has chosen needs no score, and is judged if it can be.
 * @returns undefined if `signal` aborted, or for what is chosen and nobody says by what to judge it
 * @throws UserError `usage` without a metric, `not-found` if nothing has a score
 */
export async function judge(
  sources: readonly Source[],
  options: RetrainOptions,
  host: Host,
  signal: AbortSignal,
): Promise<Judgement | undefined> {
  const isChosen = options.mapping !== undefined;
  if (isChosen && options.performanceMetric === undefined && !shareMetric(sources))
    return undefined;
  const { options: judged } = await evaluateFor(options, sources, host, signal);
  const chosen = chooseMetric(
    judged,
    sources.map(({ facts }) => facts),
    (series) => sources.some(({ storage }) => isSeriesOf(storage, series, host)),
  );
  if (needsDirection(chosen.aggregation)) requireDirection(chosen);
  const searches = await scoreSearches(sources, chosen, host, signal);
  if (searches === undefined) return undefined;
  if (!isChosen) checkScored(searches, { ...chosen, axis: new CurveAxis(undefined, false) }, host);
  return { metric: requireDirection(chosen), searches };
}

function shareMetric(sources: readonly Source[]): boolean {
  const metrics = new Set(sources.map(({ facts }) => JSON.stringify(facts.metric)));
  return metrics.size === 1 && !metrics.has("null");
}

/**
 * The best experiments of one search.
 * @throws UserError `refused` if runs are still to be executed, `not-found` if none has a score
 */
export function chooseOf(
  search: ScoredSearch,
  metric: Metric,
  { topK, crashPolicy, allowUnfinished }: RetrainOptions,
  host: Pick<Host, "files">,
): Choice {
  if (search.unfinished > 0 && !allowUnfinished) {
    throw new UserError(
      "refused",
      `${search.name}: ${search.unfinished} of ${search.runs} runs are not finished; its best experiment may be another one when they are.`,
      "Run them with allaunch, or pass --allow_unfinished.",
    );
  }
  const crashed = crashedSeeds(search.storage, host);
  const direction = scoreDirection(metric);
  const choice = chooseBest(search.experiments, crashed, {
    count: topK,
    direction,
    policy: crashPolicy,
  });
  if (choice.chosen.length > 0) return choice;
  const [example] = choice.passedOver;
  throw new UserError(
    "not-found",
    `${search.name}: no experiment has a score${example === undefined ? "." : ` of which every run counts: each has runs that crashed or diverged.`}`,
    example === undefined
      ? "See `albench` for what its runs recorded."
      : `Pass --crash_policy drop to judge by the other runs; experiment${example} would be the best.`,
  );
}

/** The scores of one experiment's runs that are finite. */
export function finiteScores(search: ScoredSearch | undefined, experiment: number) {
  const one: ExperimentScores | undefined = search?.experiments.find(
    (other) => other.experiment === experiment,
  );
  return (one?.seeds ?? []).map(({ score }) => score).filter(Number.isFinite);
}

/** The judgement's part on one storage. */
export function searchOf(judgement: Judgement | undefined, storage: string) {
  return judgement?.searches.find(({ name }) => name === basename(storage));
}

function crashedSeeds(storage: string, host: Pick<Host, "files">): Map<number, readonly number[]> {
  const crashed = new Map<number, readonly number[]>();
  for (const { path, experiment, seed } of listRuns(storage, host)) {
    if (stateOf(host.files.list(path) ?? []).kind !== "crashed") continue;
    crashed.set(experiment, [...(crashed.get(experiment) ?? []), seed]);
  }
  return crashed;
}
