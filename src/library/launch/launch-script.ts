import { basename, join, relative, resolve } from "node:path";

import type { Config } from "../../core/config/config.ts";
import { uniqueConfig } from "../../core/config/config.ts";
import type { Layer } from "../../core/config/layers/layer.ts";
import { parseLayerText } from "../../core/config/layers/parse-layer.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { parseLaunchArguments } from "../../core/launch/arguments.ts";
import { type Composed, composeLaunch, refuse } from "../../core/launch/compose.ts";
import { CONFIG_TEXT, DEFAULT_SETTINGS, SETTINGS_TEXT } from "../../core/launch/settings.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { introduceLogs, type OwnCommand, publishLog } from "../../tree/log-tree.ts";
import { CONFIG_FILE, logPath, type RunPath } from "../../tree/paths.ts";
import type { LaunchedRun, LaunchScriptOptions } from "./context.ts";
import { renderHelp } from "./help.ts";
import { newInfo } from "./info.ts";
import { logFacts } from "./log-facts.ts";
import { goOnWith, renewedFiles, stillRuns, unfinishedLogs } from "./resume.ts";
import { type EndedLog, type LogsToRun, runLogs } from "./run-logs.ts";
import type { ScriptProcess } from "./script-process.ts";

/** What a launch comes to: runs that were executed, one to execute here, or nothing. */
export type LaunchEnd =
  | { readonly kind: "launched"; readonly runs: readonly LaunchedRun[] }
  /** Nothing is logged: the function is to be called in this process, once for each. */
  | { readonly kind: "unlogged"; readonly composed: Composed }
  | { readonly kind: "shown" };

/** Does what a script's command line says, but for what is to be done in this process. */
export async function launchScript(
  { configPath }: Pick<LaunchScriptOptions<unknown>, "configPath">,
  host: Host,
  script: ScriptProcess,
): Promise<LaunchEnd> {
  const given = parseLaunchArguments(script.words);
  const folder = resolve(script.workDir, configPath);
  const settingsLayers = [DEFAULTS, readOrMake(join(folder, "hatchery.yaml"), SETTINGS_TEXT, host)];
  const configLayer = readOrMake(join(folder, "config.yaml"), CONFIG_TEXT, host);
  const first = composeLaunch(EVERYTHING, settingsLayers, settingsOf(given.overrides));
  const { parent_log_dir: parent, forced_log_id: forced } = first.settings.logger;
  const logs = resolve(script.workDir, parent);
  const earlier = forced === -1 ? undefined : readLog(logPath(logs, forced), host);
  const composed = composeLaunch(earlier ?? configLayer, settingsLayers, given.overrides);
  if (given.help || given.cfg) {
    script.print(given.help ? renderHelp(script, composed) : showConfigs(composed, script));
    return { kind: "shown" };
  }
  if (!composed.settings.use_logger) return { kind: "unlogged", composed };
  introduceLogs(logs, logFacts(logs, script, host), host);
  const repository = host.repositories.state(script.workDir, ".");
  const toRun = given.resume
    ? { runs: await unfinishedLogs(logs, given.overrides, script, host) }
    : await logsFor(composed, logs, earlier !== undefined, host, script);
  const ended = await runLogs(logs, toRun, given.nProcesses, [repository], host, script);
  if (forced !== -1) ended.forEach(refuseTaken);
  return { kind: "launched", runs: ended.map((one) => one.ended) };
}

/**
 * Another launch that forces the same log may have claimed it after we looked, and may be done with it.
 * @throws UserError `refused`
 */
function refuseTaken({ ended: { logId, status }, isOwn }: EndedLog): void {
  if (status === "RUNNING") throw stillRuns(logId);
  // Whoever was stopped before the claim has nothing to complain of.
  if (isOwn || status === "STARTING") return;
  throw new UserError(
    "refused",
    `Log ${logId} was executed by somebody else meanwhile, with another configuration perhaps.`,
    "Launch again to execute it once more.",
  );
}

const DEFAULTS: Layer = { name: "defaults", values: DEFAULT_SETTINGS, mayAdd: true };
/** Under it any override of the configuration fits: only the settings are looked at. */
const EVERYTHING: Layer = { name: "nothing", values: {}, mayAdd: true };

const settingsOf = (overrides: readonly string[]) =>
  overrides.filter((one) => /^[+~]?hatchery\./.test(one));

/** A configuration file, made with its comments if it is missing. @throws UserError `config-invalid` */
function readOrMake(path: string, text: string, { files, terminal }: Host): Layer {
  const found = files.read(path);
  if (found === undefined) {
    files.makeFolders(join(path, ".."));
    files.replace(path, text);
    terminal.note(`made ${path}`);
  }
  const { values, placeOf, problems } = parseLayerText(found ?? text, path);
  refuse(path, problems);
  return { name: basename(path), values, mayAdd: true, file: path, placeOf };
}

/** The configuration of a log that is there already. */
function readLog({ path }: RunPath, { files }: Pick<Host, "files">): Layer | undefined {
  const file = join(path, CONFIG_FILE);
  const text = files.read(file);
  if (text === undefined) return undefined;
  return { name: `log ${basename(path)}`, values: parseConfig(text, file), mayAdd: true };
}

/** The run folders in which the configurations are to be executed, and what is to change in them. */
async function logsFor(
  composed: Composed,
  logs: string,
  isThere: boolean,
  host: Host,
  script: ScriptProcess,
): Promise<LogsToRun> {
  const { forced_log_id: forced } = composed.settings.logger;
  const [config] = composed.configs;
  if (isThere && config !== undefined) {
    const run = logPath(logs, forced);
    await goOnWith(run, host);
    const changed = composed.overridden.length > 0 ? composed : undefined;
    const own = ownCommand(logs, script);
    return { runs: [run], renewed: renewedFiles(run, own, changed, host, script) };
  }
  const state = host.repositories.state(script.workDir, ".");
  const user = host.repositories.userName();
  const runs = composed.configs.map((one) => {
    const log = {
      config: one,
      unique: uniqueConfig(one, composed.overridden),
      command: ownCommand(logs, script),
      metadata: (id: number) => ({
        config: script.formatYaml(one),
        info: script.formatYaml(newInfo(id, join(logs, String(id)), script.command, state, user)),
        hatchery: script.formatYaml(composed.settings),
      }),
    };
    const run = publishLog(logs, log, forced === -1 ? undefined : forced, host);
    if (run !== undefined) return run;
    throw new UserError(
      "refused",
      `Somebody else has just made log ${forced} in ${logs}.`,
      "Launch again to go on with it, once it has ended.",
    );
  });
  return { runs };
}

function ownCommand(logs: string, { command, workDir }: ScriptProcess): OwnCommand {
  // From the folder of any log: their ids have no influence on it.
  return { command, folder: relative(join(logs, "0"), workDir) };
}

function showConfigs({ configs, settings }: Composed, { formatYaml }: ScriptProcess): string {
  const texts = configs.map((config: Config) => formatYaml(config).trimEnd());
  return [...texts, formatYaml({ hatchery: settings }).trimEnd()].join("\n---\n");
}
