import type { Config } from "../config/config.ts";
import type { SearchName } from "../search-name.ts";
import type { CopiedFrom } from "./copying/copied-from.ts";
import type { Design } from "./designs/design.ts";
import type { Metric } from "./metric.ts";
import type { RetrainedFrom } from "./retraining/retrained-from.ts";

/** What a run executes: a module with `main`, or a command line with placeholders. */
export type Program =
  | { /** Path relative to the project's root. */ readonly module: string }
  | {
      /** Arguments; `{learningRate}`, `{run_dir}` … are replaced. */
      readonly command: readonly string[];
      readonly output?: OutputRecording;
    }
  /** Each run says itself what it executes: scripts that launch themselves may share a folder of logs. */
  | { readonly ownCommand: true };

/** What is recorded of the output of a program that records nothing itself. */
export type OutputRecording = {
  /** E.g. `epoch {epoch} loss: {loss}`. */
  readonly patterns: readonly string[];
  /** The name that counts steps, which says where an attempt goes on from a checkpoint. */
  readonly step?: string;
};

/** A repository whose code the search uses, as it was when the search was prepared. */
export type RepositoryState = {
  /** Relative to the project's root; `.` is the project itself. */
  readonly path: string;
  /** Full commit hash, or null outside git. */
  readonly commit: string | null;
  /** SHA-256 of the uncommitted changes, or null if there are none. */
  readonly diffHash: string | null;
};

/** How a search chooses its experiments. */
export type SearchDesign = "grid" | "sampleOfGrid" | Design;

/** `search.json`: the truth about a storage, of which its name is only a label. */
export type SearchFacts = {
  readonly schemaVersion: 1;
  readonly name: SearchName;
  readonly program: Program;
  readonly metric: Metric | null;
  /** The project's root, relative to the storage. */
  readonly project: string;
  readonly repositories: readonly RepositoryState[];
  /** Seeds the sampler of a random search, or of a sample of a grid; null for a whole grid. */
  readonly samplerSeed: number | null;
  /** How the experiments were chosen; what was prepared before this was recorded lacks it. */
  readonly design?: SearchDesign;
  /** Of Sobol and Halton sequences. */
  readonly scramble?: boolean;
  readonly seeds: readonly number[];
  readonly defaults: Config;
  /** Dotted names of what makes no other experiment; left out if there are none. */
  readonly volatile?: readonly string[];
  /** Dotted names of what functions of the schedule computed; left out if there was nothing. */
  readonly derived?: readonly string[];
  /**
   * The files of machines from which its configurations took values, relative to the project's root; left
   * out if there were none. More than one where experiments were added by another.
   */
  readonly machineFiles?: readonly string[];
  /** The schedule file, relative to the project's root. */
  readonly schedule: string;
  /** What the command line changed of the schedule; left out if there was nothing. */
  readonly overrides?: readonly string[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What its experiments were before, if it trains the best of a search anew. */
  readonly retrained?: RetrainedFrom;
  /** What it was made of, if it is a copy. */
  readonly copied?: CopiedFrom;
};
