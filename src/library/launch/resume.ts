import { basename, join } from "node:path";

import { surveyTwice } from "../../commands/clean/interrupted.ts";
import type { HeldRun } from "../../commands/work/held-runs.ts";
import { resetHeldRun } from "../../commands/work/reset-held-run.ts";
import { type Config, formatConfig } from "../../core/config/config.ts";
import { flagsAmong, stateOf } from "../../core/run-state.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import {
  type OwnCommand,
  readOwnCommand,
  writeMetadata,
  writeOwnCommand,
} from "../../tree/log-tree.ts";
import { CONFIG_FILE, runLabel, type RunPath } from "../../tree/paths.ts";
import { modified, perform } from "../../tree/steps.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../../tree/worker-identity.ts";
import { heldByNobody } from "../../tree/lease.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import type { ScriptProcess } from "./script-process.ts";

/**
 * Puts a log back to UNHATCHED, whatever it came to, with its checkpoints and metrics.
 * @param command - what it executes from now on: the script that goes on with it may be another one
 * @param config - replaces that of the log; undefined leaves it
 * @throws UserError `refused` while somebody executes it
 */
export async function goOnWith(
  run: RunPath,
  command: OwnCommand,
  config: Config | undefined,
  host: Host,
  { formatYaml }: Pick<ScriptProcess, "formatYaml">,
): Promise<void> {
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const held = await lookAt(run, identity, host);
  if (held === "held") throw stillRuns(run);
  writeOwnCommand(run.path, command, host);
  if (config !== undefined) {
    host.files.replace(join(run.path, CONFIG_FILE), formatConfig(config));
    writeMetadata(run.path, "config", formatYaml(config), host);
  }
  if (held === "pending") return;
  const end = await resetHeldRun(held, identity, DEFAULT_HEARTBEAT_MS, host);
  if (end !== "reset") throw stillRuns(run);
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
export function stillRuns(run: RunPath): UserError {
  return new UserError(
    "refused",
    `Log ${basename(run.path)} is being executed by somebody else.`,
    "Wait for its end; `alstatus` says how far it is. A worker that died is known within its lease.",
  );
}
