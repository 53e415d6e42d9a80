import type { Config, ConfigValue } from "../../core/config/config.ts";
import { explain, type Explanation, formatExplanations } from "../../core/config/layers/explain.ts";
import type { Origin } from "../../core/config/origin.ts";
import { formatValue } from "../../core/config/overrides/format-override.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { UserError } from "../../errors.ts";
import { type CheckedStorage, labelsOf } from "./check-configurations.ts";
import type { PrepareRequest } from "./request.ts";

/** Seeds that people are told. */
const MAX_SEEDS = 10;

/** Where a value of a search's first experiment comes from. */
export type ConfigExplanation = {
  /** As it was asked for: dotted. */
  readonly key: string;
  /** What varies in the experiment that is explained. */
  readonly experiment: Config;
  /** One for the key, or for each of the values inside of it. */
  readonly values: readonly ExplainedValue[];
  /** The same for people. */
  readonly text: string;
};

export type ExplainedValue = {
  readonly key: string;
  /** Null if it was removed. */
  readonly value: ConfigValue;
  /** The text of a late value. */
  readonly late: string | null;
  /** Who set it, the last one first. */
  readonly steps: readonly (Origin & { readonly action: string; readonly value: ConfigValue })[];
};

/** @throws UserError `usage` if there is no such key */
export function explainConfig(
  { search, schedule }: PrepareRequest,
  { name, samplerSeed }: CheckedStorage,
  key: string,
): ConfigExplanation {
  const [first] = newExperiments(schedule, samplerSeed ?? Number.NaN);
  const experiment = first?.values ?? {};
  if (key === "seed") return explainSeed(schedule.seeds, experiment);
  const composition = search.compose(experiment, labelsOf(name));
  const found = explain(composition, key);
  const text = formatExplanations(key, found, composition);
  if (found.length === 0) {
    throw new UserError(
      "usage",
      text,
      "Nothing was written. Keys that nest have dots: optimizer.lr.",
    );
  }
  return { key, experiment, values: found.map(toExplained), text: text + varying(experiment) };
}

/** Whatever the defaults say of it, each run has its own. */
function explainSeed(seeds: readonly number[], experiment: Config): ConfigExplanation {
  const some = seeds.slice(0, MAX_SEEDS).join(", ") + (seeds.length > MAX_SEEDS ? ", …" : "");
  const text = `seed is the schedule's: ${some}; each run of an experiment has another`;
  return {
    key: "seed",
    experiment,
    values: [{ key: "seed", value: seeds, late: null, steps: [] }],
    text: text + varying(experiment),
  };
}

function toExplained({ path, value, late, steps }: Explanation): ExplainedValue {
  return {
    key: path,
    value: value ?? null,
    late: late ?? null,
    steps: steps.map(({ origin, action, value: own }) => ({ ...origin, action, value: own })),
  };
}

function varying(experiment: Config): string {
  const entries = Object.entries(experiment);
  if (entries.length === 0) return "";
  const values = entries.map(([name, value]) => `${name}=${formatValue(value)}`).join(" ");
  return `\nThis is the first experiment: ${values}`;
}
