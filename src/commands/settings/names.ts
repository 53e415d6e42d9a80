/**
 * The flags that may also be set once for many calls: by the environment, the project's file or the
 * user's own. Each says how something is done; what a call is to do, and to what, is said by the call.
 */
export const SETTING_NAMES: readonly string[] = [
  "root_dir",
  "skip_missing",
  "n_processes",
  "n_experiments_per_proc",
  "check_hash",
  "run_clean_interrupted",
  "use_pbar",
  "log_level",
  "stay",
  "heartbeat",
  "grace",
  "performance_metric",
  "performance_aggregation",
  "performance_direction",
  "n_eval_runs",
  "skip_summary",
  "train_time_key",
  "top_k",
  "out_dir",
];

/** Those that are paths: in a file they are relative to its folder, so that it may be used from anywhere. */
export const PATH_SETTINGS: readonly string[] = ["root_dir", "out_dir"];

/** `n_processes` for `nProcesses` and `n-processes`. */
export const settingName = (spelling: string) =>
  spelling.replaceAll("-", "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const PREFIX = "HATCHERY_";

/** `HATCHERY_N_PROCESSES` for `n_processes`. */
export const settingVariable = (name: string) => `${PREFIX}${name.toUpperCase()}`;

/** Variables of the same prefix that programs and child processes are given: see docs/programs.md. */
const OTHER_VARIABLES: readonly string[] = [
  "ATTEMPT",
  "CONFIG",
  "JOB_CPUS",
  "JOB_END",
  "JOB_ID",
  "JOB_SCHEDULER",
  "RECORDER",
  "RESUME",
  "RUN_DIR",
  "SEED",
  "WORKER",
].map((end) => `${PREFIX}${end}`);

/** Whether a variable looks like one of ours, and is none: perhaps a misspelt one. */
export function isStrangeVariable(variable: string): boolean {
  return (
    variable.startsWith(PREFIX) &&
    !OTHER_VARIABLES.includes(variable) &&
    !SETTING_NAMES.map(settingVariable).includes(variable)
  );
}
