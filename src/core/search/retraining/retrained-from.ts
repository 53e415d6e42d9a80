import { isConfig } from "../../config/config.ts";
import { mismatch, type Problem, within } from "../../config/problems.ts";
import { metricProblems } from "../metric.ts";
import type { Metric } from "../metric.ts";

/** What the experiments of a retraining were in the search that they come from. */
export type RetrainedFrom = {
  /** Name of the search's storage; it lay in the same root. */
  readonly search: string;
  /** Of the search's `search.json`: they tell it apart from one that has its name later. */
  readonly searchId: string;
  readonly searchCreatedAt: string;
  /** By what the scores below were computed; null if nobody said. */
  readonly metric: Metric | null;
  /** `score`: they were the best by the metric; `mapping`: a person named them. */
  readonly chosenBy: "score" | "mapping";
  /** How many experiments of the search had a score: the best of many is the best partly by luck. */
  readonly candidates: number;
  /** What trains for longer; null if nothing does. */
  readonly trainTime: TrainTime | null;
  readonly experiments: readonly RetrainedExperiment[];
  /** Whatever seeds were used before, by the search and what it was made of itself. */
  readonly usedSeeds: readonly number[];
};

/** A parameter that says for how long a run trains, and what it is multiplied by. */
export type TrainTime = { /** Dotted name. */ readonly key: string; readonly factor: number };

export type RetrainedExperiment = {
  /** Its number among those that are retrained. */
  readonly experiment: number;
  /** Its number in the search. */
  readonly from: number;
  /** Scores of its runs in the search, those that are finite; in no order. */
  readonly scores: readonly number[];
};

/** Whatever keeps `value` from being {@link RetrainedFrom}. */
export function retrainedProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, "an object", value)];
  const { metric, chosenBy, candidates, trainTime, experiments, usedSeeds } = value;
  const problems: Problem[] = [];
  const expect = (key: string, isRight: boolean, expected: string) => {
    if (!isRight) problems.push(mismatch(within(place, key), expected, value[key]));
  };
  for (const key of ["search", "searchId", "searchCreatedAt"]) {
    expect(key, isName(value[key]), "a text");
  }
  if (metric !== null) problems.push(...metricProblems(metric, within(place, "metric")));
  expect("chosenBy", chosenBy === "score" || chosenBy === "mapping", "score or mapping");
  expect("candidates", Number.isSafeInteger(candidates), "a whole number");
  expect("trainTime", trainTime === null || isTrainTime(trainTime), "a key and a factor, or null");
  expect("experiments", isListOf(experiments, isExperiment), "a list of experiments");
  expect("usedSeeds", isListOf(usedSeeds, Number.isSafeInteger), "a list of whole numbers");
  return problems;
}

/** A NUL ends a path for the system, wherever it stands. */
const isName = (value: unknown) => typeof value === "string" && !value.includes("\0");

const isListOf = (value: unknown, isRight: (one: unknown) => boolean) =>
  Array.isArray(value) && value.every(isRight);

const isTrainTime = (value: unknown) =>
  isConfig(value) && typeof value["key"] === "string" && Number.isFinite(value["factor"]);

const isExperiment = (value: unknown) =>
  isConfig(value) &&
  Number.isSafeInteger(value["experiment"]) &&
  Number.isSafeInteger(value["from"]) &&
  isListOf(value["scores"], Number.isFinite);
