import { pathsOf, valueAt } from "../../core/config/config.ts";
import { isConfig } from "../../core/config/config.ts";
import { formatValue } from "../../core/config/overrides/format-override.ts";
import type { Composed } from "../../core/launch/compose.ts";
import type { ScriptProcess } from "./script-process.ts";

/** What `--help` of a script says. */
export function renderHelp(
  { command }: Pick<ScriptProcess, "command">,
  { configs: [config = {}], settings }: Composed,
): string {
  const linesOf = (values: typeof config, prefix: string) =>
    pathsOf(values).flatMap((path) => {
      const value = valueAt(values, path);
      return value === undefined || isConfig(value)
        ? []
        : [`  ${prefix}${path}=${formatValue(value)}`];
    });
  return [
    `${command.join(" ")} [name=value …] [flags]`,
    "",
    "Options and their values; several make a product: optimizer.lr=1e-3,1e-2 seed=1..5",
    ...linesOf(config, ""),
    "",
    "How it is launched and logged:",
    ...linesOf(settings, "hatchery."),
    "",
    "  +name=value         adds an option that the file does not have; ~name removes one",
    "  --n_processes, -p   runs at the same time [default: 1]",
    "  --resume            go on with every log that did not complete",
    "  --prepare           make the logs and stop: allaunch, here or as jobs, executes them",
    "  --cfg               show the configurations and stop",
    "  --help, -h          this",
  ].join("\n");
}
