import type { Host } from "../../host.ts";
import { loadMetadataParser } from "../../tree/reading/metadata.ts";
import { callFunction, type LaunchedFunction, type LaunchedRun } from "./context.ts";
import type { LaunchScriptOptions } from "./context.ts";
import { startInfo } from "./info.ts";
import { launchScript } from "./launch-script.ts";
import { ownRun, runChild } from "./run-child.ts";
import type { ScriptProcess } from "./script-process.ts";
import { silentLogger } from "./script-logger.ts";

/** See `launch` of the library. */
export async function launchFunction<Options>(
  options: LaunchScriptOptions<Options>,
  launched: LaunchedFunction<Options>,
  host: Host,
  script: ScriptProcess,
): Promise<readonly LaunchedRun[]> {
  const own = ownRun(host);
  if (own !== undefined) {
    const parse = await loadMetadataParser();
    return runChild(own, options, launched, parse, host, script);
  }
  const end = await launchScript(options, host, script);
  if (end.kind === "shown") return [];
  if (end.kind === "launched") {
    if (end.runs.some(({ status }) => status === "FAILED")) script.setExitCode(1);
    return end.runs;
  }
  const { configs, settings } = end.composed;
  const { signal } = new AbortController();
  const info = startInfo({}, 1, host, script);
  const rest = { logger: silentLogger(), info, settings, signal, attempt: 1 };
  for (const config of configs) await callFunction(launched, options, { ...rest, config });
  return [];
}
