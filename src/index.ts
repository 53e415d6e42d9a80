export type { Config, ConfigValue } from "./core/config/config.ts";
export type {
  Attempt,
  Experiment,
  Evaluation,
  EvaluationContext,
  ExperimentContext,
  Logger,
  Recorder,
} from "./core/experiment.ts";
export { defineScheduler } from "./core/scheduling/define-scheduler.ts";
export type {
  JobPhase,
  JobRequest,
  JobStatus,
  Scheduler,
  SchedulerCommand,
} from "./core/scheduling/scheduler.ts";
export type { CompositionPart } from "./core/search/composing/composition-keys.ts";
export type { ConfigSchema } from "./core/search/composing/config-schema.ts";
export type { Condition } from "./core/search/condition.ts";
export type { Design } from "./core/search/designs/design.ts";
export {
  type Bounds,
  choice,
  type Distribution,
  fixed,
  integer,
  logInteger,
  logNormal,
  logUniform,
  normal,
  quantised,
  quantisedUniform,
  type Space,
  uniform,
} from "./core/search/distributions.ts";
export { createGrid } from "./core/search/grid/create-grid.ts";
export {
  type ConditionalValues,
  defineGridSchedule,
  defineRandomSchedule,
  type Exclusion,
  type GridPart,
  type GridSchedule,
  type NamedOverrides,
  type RandomSchedule,
  type Schedule,
  type ValueLists,
  type Variations,
  when,
} from "./core/search/schedule.ts";
