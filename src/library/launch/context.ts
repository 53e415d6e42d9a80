import type { Config } from "../../core/config/config.ts";
import type { LaunchScriptSettings } from "../../core/launch/settings.ts";
import type { ArtifactTypes, ScriptLogger } from "./script-logger.ts";

/** What a launched function is given. */
export type LaunchContext<Options> = {
  /** The run's options: what the file and the command line say. */
  readonly config: Options;
  readonly logger: ScriptLogger;
  /** What is known of the run: `log_id`, `log_dir`, `hostname`, `start_date` …; as in `metadata/info.yaml`. */
  readonly info: Config;
  /** How the run was launched and is logged: `configs/hatchery.yaml` and `hatchery.…` of the command line. */
  readonly settings: LaunchScriptSettings;
  /**
   * Aborted when the run has to stop soon (preemption, Ctrl-C). It goes on later: save a checkpoint, then
   * return or throw. A function that never looks at it is ended at once.
   */
  readonly signal: AbortSignal;
  /** 1 for the first execution of the run. */
  readonly attempt: number;
};

export type LaunchScriptOptions<Options> = {
  /** The folder of `config.yaml` and `hatchery.yaml`, relative to the working folder; both are made if they are missing. */
  readonly configPath: string;
  /** Called with `config.seed` before the function, for whatever draws random numbers. */
  readonly seeding?: (seed: unknown) => void;
  /** Checks the options and gives them their type, as `schema.parse` of a validation library does. Throws if they are wrong. */
  readonly parse?: (config: Config) => Options;
  readonly artifactTypes?: ArtifactTypes;
};

/** What became of one run of a launch. */
export type LaunchedRun = {
  readonly logId: number;
  /** Absolute. */
  readonly folder: string;
  readonly status: "COMPLETE" | "FAILED" | "STARTING" | "RUNNING";
};

/** The function that a script launches. */
export type LaunchedFunction<Options> = (context: LaunchContext<Options>) => Promise<void> | void;

/** Calls the function as it was asked for: checked options, seeds first. */
export async function callFunction<Options>(
  launched: LaunchedFunction<Options>,
  { parse, seeding }: LaunchScriptOptions<Options>,
  { config, ...rest }: LaunchContext<Config>,
): Promise<void> {
  // Without a parser the caller's type is the caller's word.
  const options = parse === undefined ? (config as Options) : parse(config);
  seeding?.(config["seed"]);
  await launched({ ...rest, config: options });
}
