import type { Config, ConfigValue } from "../config/config.ts";
import type { Space } from "./distributions.ts";
import type { Metric, Program } from "./search-facts.ts";

/** What a search is judged by, as authors write it: all but the name has a default. */
export type MetricOptions = Pick<Metric, "name"> & Partial<Metric>;

/** For each varied parameter, by its dotted name, the values it takes. */
export type Variations = Readonly<Record<string, readonly ConfigValue[]>>;

type Common = {
  readonly algNames: readonly string[];
  readonly taskNames: readonly string[];
  /** Whole numbers from 0 on; each experiment is run once for each. */
  readonly seeds: readonly number[];
  /** Every parameter of the program; only these can be varied. */
  readonly defaults: Config;
  /** What runs; the project's file otherwise. */
  readonly program?: Program;
  /** What is compared; the project's file otherwise. */
  readonly metric?: MetricOptions;
};

export type GridSchedule = Common & {
  readonly kind: "grid";
  readonly variations: Variations;
};

export type RandomSchedule = Common & {
  readonly kind: "random";
  readonly space: Space;
  readonly nExperiments: number;
  /** Drawn and recorded if it is not given. */
  readonly samplerSeed?: number;
};

/** A search as its author writes it: which experiments, with which seeds. */
export type Schedule = GridSchedule | RandomSchedule;

/** Every combination of the variations; gives the author completion and checking. */
export function defineGridSchedule(schedule: Omit<GridSchedule, "kind">): GridSchedule {
  return { kind: "grid", ...schedule };
}

/** Experiments drawn from the space; gives the author completion and checking. */
export function defineRandomSchedule(schedule: Omit<RandomSchedule, "kind">): RandomSchedule {
  return { kind: "random", ...schedule };
}

/** The names that a schedule varies, in the author's order. */
export function variedNames(schedule: Schedule): readonly string[] {
  return Object.keys(schedule.kind === "grid" ? schedule.variations : schedule.space);
}
