export type { Config, ConfigValue } from "./core/config/config.ts";
export type {
  Attempt,
  Experiment,
  ExperimentContext,
  Logger,
  Recorder,
} from "./core/experiment.ts";
export {
  choice,
  type Distribution,
  fixed,
  integer,
  logInteger,
  logUniform,
  normal,
  quantisedUniform,
  type Space,
  uniform,
} from "./core/search/distributions.ts";
export {
  defineGridSchedule,
  defineRandomSchedule,
  type GridSchedule,
  type RandomSchedule,
  type Schedule,
} from "./core/search/schedule.ts";
