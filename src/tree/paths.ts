import { basename, dirname, join } from "node:path";

/**
 * Where things lie below a root. A path is spelled here and nowhere else.
 *
 *     <root>/
 *       .ids/ju12/                         ids that are taken
 *       .staging-<token>/                  what somebody is building, with .workers/ to say who
 *       ju12_f7b375e_mlp_digits_grid_a/    a storage: one search
 *         search.json  variations.json     what is searched
 *         variations1.png  README.md       the same for people
 *         .workers/                        who works here
 *         logs/                            one file for each launch
 *         experiment1/
 *           seed1/                         a run folder
 *             config.json  config_unique.json  UNHATCHED
 *
 * The logs of scripts that launch themselves are a storage too, with runs right below it:
 *
 *     logs/
 *       search.json  .workers/  logs/
 *       12/                                the run folder of log 12
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
/** A batch job of one run, in its folder, and the list of all of them, in the storage. */
export const JOB_SCRIPT = "script.sh";
export const JOB_SCRIPT_LIST = "jobscripts.lst";
export const UNIQUE_CONFIG_FILE = "config_unique.json";
export const SEARCH_FILE = "search.json";
export const VARIATIONS_FILE = "variations.json";

export const STORAGE_PAGE = "README.md";

/** The sampled values as a figure: the first for the search, one more for each addition. */
export const variationsFigure = (number: number) => `variations${number}.png`;
/** The numbers of those figures among the names of a storage. */
export const numberedFigures = (names: readonly string[]) =>
  names.flatMap((name) =>
    name.endsWith(".png") ? (numbered(name.slice(0, -".png".length), "variations") ?? []) : [],
  );

export const experimentFolder = (storage: string, experiment: number) =>
  join(storage, `experiment${experiment}`);
export const workersFolder = (storage: string) => join(storage, ".workers");
/** Where launches say what they did; hidden among the logs of scripts, whose folder is called that already. */
export const launchLogsFolder = (storage: string, areLogs = false) =>
  join(storage, areLogs ? ".launches" : "logs");
/** What schedulers said of jobs, a folder for each machine and minute. */
export const jobsFolder = (root: string) => join(root, ".jobs");
/** Code as it was when it was submitted, a folder for each state. */
export const codeFolder = (root: string) => join(root, ".code");
export const idsFolder = (root: string) => join(root, ".ids");
export const stagingFolder = (parent: string, token: string) => join(parent, `.staging-${token}`);
/** Whether `name` is that of a staging folder. */
export const isStaging = (name: string) => /^\.staging-[0-9a-f]{32}$/.test(name);

export function runPath(storage: string, experiment: number, seed: number): RunPath {
  const path = join(experimentFolder(storage, experiment), `seed${seed}`);
  return { path, storage, experiment, seed };
}

/** The run folder of a log: an experiment of its own, of which it is the only run. */
export function logPath(storage: string, id: number): RunPath {
  return { path: join(storage, String(id)), storage, experiment: id, seed: 1 };
}

/** 12 for `12`, undefined for anything else: ids begin with 1. */
export function parseLogId(name: string): number | undefined {
  const id = numbered(name, "");
  return id === 0 ? undefined : id;
}

/** 12 for `experiment12`, undefined for anything else. */
export const parseExperiment = (name: string) => numbered(name, "experiment");
/** 3 for `seed3`, undefined for anything else. */
export const parseSeed = (name: string) => numbered(name, "seed");

/** How people and logs name a run: `<storage's name>/experiment12/seed3`, `logs/12`. */
export function runLabel(run: RunPath): string {
  return `${basename(run.storage)}/${runName(run)}`;
}

/** The same within its storage: `experiment12/seed3`, `12`. */
export function runName({ path, storage }: RunPath): string {
  return path.slice(storage.length + 1);
}

/** The run of a storage that {@link runName} names; undefined if it names none. */
export function parseRunName(storage: string, name: string): RunPath | undefined {
  const id = parseLogId(name);
  if (id !== undefined) return logPath(storage, id);
  const run = parseRunPath(join(storage, name));
  return run?.storage === storage ? run : undefined;
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
