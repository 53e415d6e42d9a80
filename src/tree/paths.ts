import { basename, dirname, join } from "node:path";

/**
 * Where things lie below a root. A path is spelled here and nowhere else.
 *
 *     <root>/
 *       .ids/ju12/                         ids that are taken
 *       .staging-<token>/                  what somebody is building, with .workers/ to say who
 *       ju12_f7b375e_mlp_digits_grid_a/    a storage: one search
 *         search.json  variations.json
 *         .workers/                        who works here
 *         logs/                            one file for each launch
 *         experiment1/
 *           seed1/                         a run folder
 *             config.json  config_unique.json  UNHATCHED
 */
export type RunPath = {
  /** The run folder, absolute. */
  readonly path: string;
  /** The storage, absolute. */
  readonly storage: string;
  readonly experiment: number;
  readonly seed: number;
};

export const CONFIG_FILE = "config.json";
export const UNIQUE_CONFIG_FILE = "config_unique.json";
export const SEARCH_FILE = "search.json";
export const VARIATIONS_FILE = "variations.json";

export const experimentFolder = (storage: string, experiment: number) =>
  join(storage, `experiment${experiment}`);
export const workersFolder = (storage: string) => join(storage, ".workers");
export const launchLogsFolder = (storage: string) => join(storage, "logs");
/** What schedulers said of jobs, a folder for each machine and minute. */
export const jobsFolder = (root: string) => join(root, ".jobs");
export const idsFolder = (root: string) => join(root, ".ids");
export const stagingFolder = (parent: string, token: string) => join(parent, `.staging-${token}`);
/** Whether `name` is that of a staging folder. */
export const isStaging = (name: string) => /^\.staging-[0-9a-f]{32}$/.test(name);

export function runPath(storage: string, experiment: number, seed: number): RunPath {
  const path = join(experimentFolder(storage, experiment), `seed${seed}`);
  return { path, storage, experiment, seed };
}

/** 12 for `experiment12`, undefined for anything else. */
export const parseExperiment = (name: string) => numbered(name, "experiment");
/** 3 for `seed3`, undefined for anything else. */
export const parseSeed = (name: string) => numbered(name, "seed");

/** How people and logs name a run: `<storage's name>/experiment12/seed3`. */
export function runLabel({ storage, experiment, seed }: RunPath): string {
  return `${basename(storage)}/experiment${experiment}/seed${seed}`;
}

/** The run folder that lies at `path`, undefined if the names are not those of a run folder. */
export function parseRunPath(path: string): RunPath | undefined {
  const seed = parseSeed(basename(path));
  const experiment = parseExperiment(basename(dirname(path)));
  if (seed === undefined || experiment === undefined) return undefined;
  return runPath(dirname(dirname(path)), experiment, seed);
}

function numbered(name: string, prefix: string): number | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const digits = name.slice(prefix.length);
  const number = Number(digits);
  // Only the spelling that we write: no sign, no leading zero, no exponent.
  return Number.isSafeInteger(number) && String(number) === digits && number >= 0
    ? number
    : undefined;
}
