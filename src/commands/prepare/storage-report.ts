import type { Config } from "../../core/config/config.ts";

/** What was written into one storage, or would be. */
export type StorageReport = {
  readonly name: string;
  /** That the schedule asks for: new and existing ones. */
  readonly experiments: number;
  readonly new: number;
  readonly existing: number;
  /** That are written, those for missing seeds of existing experiments included. */
  readonly runs: number;
  /** Null for a whole grid. */
  readonly samplerSeed: number | null;
};

/** What would be written into a storage. */
export type StoragePlan = {
  readonly storage: string;
  /** Each new experiment is run once for each. */
  readonly seeds: readonly number[];
  /** The new ones; null if they are too many for anybody to read. */
  readonly experiments: readonly PlannedExperiment[] | null;
};

export type PlannedExperiment = {
  /** From 1; where others add at the same time, it may be another. */
  readonly experiment: number;
  /** What varies, by dotted names. */
  readonly values: Config;
  /** All but the seed. */
  readonly config: Config;
};
