import { UserError } from "../../../errors.ts";
import { type Config, type ConfigValue, setAt, valueAt } from "../../config/config.ts";
import { nearestPath, show } from "../../config/problems.ts";
import type { TrainTime } from "./retrained-from.ts";

/** What is looked for when nobody names the key: the description's two first, in their order. */
export const TRAIN_TIME_KEYS: readonly string[] = [
  "max_episodes",
  "max_steps",
  "max_epochs",
  "maxEpisodes",
  "maxSteps",
  "maxEpochs",
  "epochs",
];

/**
 * The parameter that says for how long a configuration trains.
 * @param key - dotted name, if a person gave one
 * @param place - whose configuration it is, for messages
 * @returns null for a factor of 1 without a key: nothing is changed
 * @throws UserError `usage` if it is not there or no number, with the nearest name
 */
export function findTrainTime(
  config: Config,
  factor: number,
  key: string | undefined,
  place: string,
): TrainTime | null {
  const found = key ?? TRAIN_TIME_KEYS.find((name) => isTime(valueAt(config, name)));
  if (found === undefined) {
    if (factor === 1) return null;
    throw new UserError(
      "usage",
      `${place} has no number above 0 under ${TRAIN_TIME_KEYS.join(", ")}: nothing says how long it trains.`,
      "Name the parameter with --train_time_key, or pass --train_time_factor 1.",
    );
  }
  const value = valueAt(config, found);
  if (isTime(value)) return { key: found, factor };
  const near = value === undefined ? nearestPath(found, config) : undefined;
  const meant = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  throw new UserError(
    "usage",
    `--train_time_key ${found}: expected a number above 0 in the configuration of ${place}, got ${value === undefined ? "nothing" : show(value)}.${meant}`,
    "Name the parameter that says for how long a run trains, by its dotted name.",
  );
}

/**
 * A configuration that trains `factor` times as long. A whole number stays one, at least 1; what has
 * no such number there stays as it is.
 */
export function withTrainTime(config: Config, trainTime: TrainTime | null): Config {
  if (trainTime === null) return config;
  const { key, factor } = trainTime;
  const value = valueAt(config, key);
  if (!isTime(value)) return config;
  const longer = value * factor;
  return setAt(config, key, Number.isInteger(value) ? Math.max(1, Math.round(longer)) : longer);
}

/** Not 0 or -1, by which programs mean something else. */
const isTime = (value: ConfigValue | undefined): value is number =>
  typeof value === "number" && value > 0;
