import type { Config } from "../config/config.ts";
import { isConfig } from "../config/config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";

/** How a script launches and logs itself: `configs/hatchery.yaml`, and `hatchery.…` on the command line. */
export type LaunchScriptSettings = {
  readonly logger: {
    /** Where the logs lie, relative to the working folder. */
    readonly parent_log_dir: string;
    /** The log to go on with, or to make; −1 for a new one. */
    readonly forced_log_id: number;
    /** Whether what the script prints also goes to `log.stdout` and `log.stderr`. */
    readonly log_streams_to_file: boolean;
  };
  /** Whether anything is logged at all. */
  readonly use_logger: boolean;
};

/** What `configs/hatchery.yaml` says when it is made. */
export const SETTINGS_TEXT = `# How this folder's scripts launch and log themselves. On the command line: hatchery.logger.forced_log_id=1
logger:
  # Where the logs lie, relative to the working folder.
  parent_log_dir: ./logs
  # The log to go on with; -1 for a new one.
  forced_log_id: -1
  # Whether what a script prints also goes to log.stdout and log.stderr of its log.
  log_streams_to_file: false
# false: the script only runs, and leaves nothing behind.
use_logger: true
`;

/** What is said where nothing else is. */
export const DEFAULT_SETTINGS: LaunchScriptSettings & Config = {
  logger: { parent_log_dir: "./logs", forced_log_id: -1, log_streams_to_file: false },
  use_logger: true,
};

/** What `configs/config.yaml` says when it is made. */
export const CONFIG_TEXT = `# The options of this folder's scripts, and their defaults. On the command line: optimizer.lr=1e-3,1e-2
seed: null
`;

/** Whatever keeps `value` from being settings. */
export function settingsProblems(value: Config): readonly Problem[] {
  const { logger, use_logger } = value;
  const problems = [...unknownKeys(value, Object.keys(DEFAULT_SETTINGS), "hatchery")];
  if (typeof use_logger !== "boolean") {
    problems.push(mismatch("hatchery.use_logger", "true or false", use_logger));
  }
  const place = within("hatchery", "logger");
  if (!isConfig(logger)) return [...problems, mismatch(place, "keys and values", logger)];
  problems.push(...unknownKeys(logger, Object.keys(DEFAULT_SETTINGS.logger), place));
  const { parent_log_dir: folder, forced_log_id: id, log_streams_to_file: streams } = logger;
  if (typeof folder !== "string" || folder === "" || folder.includes("\0")) {
    problems.push(mismatch(within(place, "parent_log_dir"), "a path", folder));
  }
  if (!(Number.isSafeInteger(id) && (id === -1 || Number(id) > 0))) {
    problems.push(mismatch(within(place, "forced_log_id"), "a number from 1 on, or -1", id));
  }
  if (typeof streams !== "boolean") {
    problems.push(mismatch(within(place, "log_streams_to_file"), "true or false", streams));
  }
  return problems;
}
