import type { Config, ConfigValue } from "../config/config.ts";
import { composer } from "../config/layers/composition.ts";
import type { Layer } from "../config/layers/layer.ts";
import { commandLine } from "../config/overrides/override-layer.ts";
import { parseOverrides, type WrittenOverride } from "../config/overrides/parse-override.ts";
import { formatProblems, type Problem } from "../config/problems.ts";
import { UserError } from "../../errors.ts";
import { type LaunchScriptSettings, settingsProblems } from "./settings.ts";

/** What is to be run. */
export type Composed = {
  readonly settings: LaunchScriptSettings & Config;
  /** One for each combination of the values on the command line, the last one varying first. */
  readonly configs: readonly Config[];
  /** The dotted names that the command line sets. */
  readonly overridden: readonly string[];
};

/** Overrides of settings begin with it, so that they never collide with a user's own keys. */
const PREFIX = "hatchery";
/** More are no launch but a search: alprep makes them. */
const MAX_RUNS = 100_000;
const SOURCE = "The command line";

/**
 * Composes the configurations that a command line asks for.
 * @param below - the configuration file, or that of a log which is gone on with
 * @throws UserError `config-invalid`, with every problem
 */
export function composeLaunch(
  below: Layer,
  settingsBelow: readonly Layer[],
  overrides: readonly string[],
): Composed {
  const { overrides: written, problems } = parseOverrides(overrides);
  refuse(SOURCE, problems);
  const [own, others] = [written.filter(isSetting), written.filter((one) => !isSetting(one))];
  const settings = composeSettings(settingsBelow, own.map(withoutPrefix));
  const { layer, variations } = commandLine(others);
  const compose = composer({ below: [below] });
  const configs = product(Object.entries(variations)).map((values) => {
    const chosen = values.map(([path, value]) => [`=${path}`, value] as const);
    const above = { ...layer, mayAdd: true, values: Object.fromEntries(chosen) };
    const { config, problems: wrong } = compose([layer, above]);
    refuse("The configuration", wrong);
    return config;
  });
  if (settings.logger.forced_log_id !== -1 && configs.length > 1) {
    throw new UserError(
      "usage",
      `${PREFIX}.logger.forced_log_id names one log, and the command line asks for ${configs.length} runs.`,
      "Give each option one value.",
    );
  }
  const overridden = others.map(({ override }) => override.path.join("."));
  return { settings, configs, overridden };
}

/** A file's problems, or those of the command line, as one failure. @throws UserError `config-invalid` */
export function refuse(source: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new UserError(
    "config-invalid",
    formatProblems(source, problems),
    "--help lists the options; `+name=value` adds one.",
  );
}

function composeSettings(
  below: readonly Layer[],
  overrides: readonly WrittenOverride[],
): LaunchScriptSettings & Config {
  const { layer, variations } = commandLine(overrides);
  const several = Object.keys(variations).map((path) => ({
    place: `${PREFIX}.${path}`,
    message: "has several values; settings are the same for all runs of a launch.",
  }));
  refuse(SOURCE, several);
  const { config, problems } = composer({ below })([layer]);
  refuse("hatchery.yaml, with the command line,", problems);
  refuse("hatchery.yaml, with the command line,", settingsProblems(config));
  // Every key was just checked.
  return config as LaunchScriptSettings & Config;
}

const isSetting = ({ override }: WrittenOverride) =>
  override.path[0] === PREFIX && override.path.length > 1;

const withoutPrefix = ({ override, key }: WrittenOverride): WrittenOverride => ({
  override: { ...override, path: override.path.slice(1) },
  key,
});

type Choice = readonly (readonly [path: string, value: ConfigValue])[];

function product(axes: readonly (readonly [string, readonly ConfigValue[]])[]): readonly Choice[] {
  const count = axes.reduce((runs, [, values]) => runs * values.length, 1);
  if (count > MAX_RUNS) {
    throw new UserError(
      "usage",
      `The command line asks for ${count} runs; a launch has ${MAX_RUNS} at most.`,
      "Prepare a search with alprep.",
    );
  }
  return axes.reduce<readonly Choice[]>(
    (choices, [path, values]) =>
      choices.flatMap((choice) => values.map((value) => [...choice, [path, value] as const])),
    [[]],
  );
}
