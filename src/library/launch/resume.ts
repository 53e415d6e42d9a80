import { join } from "node:path";

import { surveyTwice } from "../../commands/clean/interrupted.ts";
import type { HeldRun } from "../../commands/work/held-runs.ts";
import { resetHeldRun } from "../../commands/work/reset-held-run.ts";
import { type Config, formatConfig } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import type { Composed } from "../../core/launch/compose.ts";
import { flagsAmong, stateOf } from "../../core/run-state.ts";
import { updatedUnique } from "../../core/search/updated-unique.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import {
  metadataFile,
  type OwnCommand,
  ownCommandFile,
  readOwnCommand,
} from "../../tree/log-tree.ts";
import { CONFIG_FILE, runLabel, type RunPath, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { modified, perform } from "../../tree/steps.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../../tree/worker-identity.ts";
import { heldByNobody } from "../../tree/lease.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import type { ScriptProcess } from "./script-process.ts";

/**
 * Puts a log back to UNHATCHED, whatever it came to, with its checkpoints and metrics. Until somebody
 * has claimed it, what it executes stays as it is.
 * @throws UserError `refused` while somebody executes it
 */
export async function goOnWith(run: RunPath, host: Host): Promise<void> {
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const held = await lookAt(run, identity, host);
  if (held === "held") throw stillRuns(run.experiment);
  if (held === "pending") return;
  const end = await resetHeldRun(held, identity, DEFAULT_HEARTBEAT_MS, host);
  if (end !== "reset") throw stillRuns(run.experiment);
}

/**
 * What a log has from its next attempt on, by the names of its files: for the attempt's owner to write,
 * as another launch may want another one.
 * @param command - what it executes: the script that goes on with it may be another one
 * @param changed - its new configuration and what was changed in it; undefined leaves it
 */
export function renewedFiles(
  { path }: RunPath,
  command: OwnCommand,
  changed: Composed | undefined,
  { files }: Pick<Host, "files">,
  { formatYaml }: Pick<ScriptProcess, "formatYaml">,
): Readonly<Record<string, string>> {
  const own = ownCommandFile(command);
  const [config] = changed?.configs ?? [];
  if (changed === undefined || config === undefined) return own;
  const before = readUnique(join(path, UNIQUE_CONFIG_FILE), files);
  const unique = updatedUnique(config, before, changed.overridden);
  return {
    ...own,
    ...metadataFile("config", formatYaml(config)),
    [UNIQUE_CONFIG_FILE]: formatConfig(unique),
    [CONFIG_FILE]: formatConfig(config),
  };
}

function readUnique(path: string, files: Host["files"]): Config | undefined {
  try {
    const text = files.read(path);
    return text === undefined ? undefined : parseConfig(text, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

/**
 * The logs of this script that did not complete, put back to UNHATCHED where nobody executes them.
 * @throws UserError `usage` if there are overrides: each log has its own configuration
 */
export async function unfinishedLogs(
  logs: string,
  overrides: readonly string[],
  script: ScriptProcess,
  host: Host,
): Promise<readonly RunPath[]> {
  const others = overrides.filter((one) => !/^[+~]?hatchery\./.test(one));
  if (others.length > 0) {
    throw new UserError(
      "usage",
      `--resume goes on with logs as they are, and ${others.join(" ")} would change them.`,
      "Leave out one or the other.",
    );
  }
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const found: RunPath[] = [];
  for (const run of listRuns(logs, host)) {
    const { kind } = stateOf(host.files.list(run.path) ?? []);
    if (kind === "completed" || !isOf(script, run, host)) continue;
    const held = await lookAt(run, identity, host);
    if (held === "held") continue;
    if (held !== "pending") await resetHeldRun(held, identity, DEFAULT_HEARTBEAT_MS, host);
    found.push(run);
  }
  return found;
}

function isOf({ command }: ScriptProcess, { path }: RunPath, host: Host): boolean {
  const own = readOwnCommand(path, host);
  return "command" in own && own.command.at(-1) === command.at(-1);
}

/** What keeps a run from being claimed; `held`: by somebody who seems to live. */
async function lookAt(
  run: RunPath,
  identity: WorkerIdentity,
  host: Host,
): Promise<"pending" | "held" | HeldRun> {
  const names = host.files.list(run.path) ?? [];
  const state = stateOf(names);
  if (state.kind === "pending") return "pending";
  if (state.kind === "none" || state.kind === "conflict") {
    throw new UserError(
      "refused",
      `${runLabel(run)} has ${flagsAmong(names).join(", ") || "no flag"}, expected exactly one.`,
      "`aldoctor` says what happened, and what to do.",
    );
  }
  if (state.kind === "completed" || state.kind === "crashed") {
    const [flag = ""] = flagsAmong(names);
    const modifiedMs = perform(modified(join(run.path, flag)), host);
    if (modifiedMs === undefined) return "held";
    return { run, names, holder: heldByNobody(flag, modifiedMs, host.clock.monotonicMs()) };
  }
  const never = new AbortController().signal;
  const { interrupted } = await surveyTwice(run.storage, identity, host, never, [run]);
  return interrupted[0] ?? "held";
}

/** The refusal of a log that another launch has. */
export function stillRuns(logId: number): UserError {
  return new UserError(
    "refused",
    `Log ${logId} is being executed by somebody else.`,
    "Wait for its end; `alstatus` says how far it is. A worker that died is known within its lease.",
  );
}
