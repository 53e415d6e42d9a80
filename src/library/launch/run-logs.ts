import { basename } from "node:path";

import { runWorkers } from "../../commands/launch/worker-pool.ts";
import type { StorageToWorkOn, WorkReport, WorkSettings } from "../../commands/work/orders.ts";
import { DEFAULT_RETRY } from "../../core/failure.ts";
import { oneLine } from "../../core/printable.ts";
import { stateOf } from "../../core/run-state.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import { toIsoName } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { readInfo, writeMetadata } from "../../tree/log-tree.ts";
import type { RunPath } from "../../tree/paths.ts";
import { loadMetadataParser, type MetadataParser } from "../../tree/reading/metadata.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import type { LaunchedRun } from "./context.ts";
import { endInfo } from "./info.ts";
import { followOutputs } from "./output-follower.ts";
import type { ScriptProcess } from "./script-process.ts";

const GRACE_MS = 10_000;
const MAX_REASON = 400;

/** The run folders of a launch, and what they get from whoever has claimed them. */
export type LogsToRun = Pick<StorageToWorkOn, "renewed"> & { readonly runs: readonly RunPath[] };

/** A run of a launch that has ended, and whether one of its own workers executed it. */
export type EndedLog = { readonly ended: LaunchedRun; readonly isOwn: boolean };

/** Executes logs by worker processes, as allaunch does, and shows what they print. */
export async function runLogs(
  logs: string,
  { runs, renewed }: LogsToRun,
  nProcesses: number,
  repositories: readonly RepositoryState[],
  host: Host,
  script: ScriptProcess,
): Promise<readonly EndedLog[]> {
  const signals = script.listenForSignals();
  const settings: WorkSettings = {
    storages: [
      {
        path: logs,
        repositories,
        only: runs.map(({ experiment }) => experiment),
        ...(renewed && { renewed }),
      },
    ],
    launch: `${toIsoName(host.clock.now())}_${host.machine.hostName}_${host.machine.pid}`,
    logLevel: "info",
    maxRuns: null,
    heartbeatMs: DEFAULT_HEARTBEAT_MS,
    stopSignal: "SIGTERM",
    leadMs: 0,
    graceMs: GRACE_MS,
    timeoutMs: null,
    retry: DEFAULT_RETRY,
    endsAtMs: null,
    stay: false,
    finishSearches: false,
  };
  const follower = followOutputs(runs, runs.length > 1 && nProcesses > 1, host, script.passOn);
  const own = new Set<string>();
  const pool = { claiming: signals.gracefully, ...signals };
  try {
    const slots = Array.from({ length: Math.min(nProcesses, runs.length) }, () => ({}));
    await runWorkers(slots, settings, pool, host, (report) => {
      if (report.kind === "warning") host.terminal.note(report.text);
      if (wasExecuted(report)) own.add(basename(report.run));
      if (report.kind !== "crashed") return;
      const reason = oneLine(report.reason, MAX_REASON);
      host.terminal.note(`log ${basename(report.run)} failed: ${reason}`);
    });
  } finally {
    await follower.stop();
  }
  const parse = await loadMetadataParser();
  return runs.map(({ path, experiment }) => {
    const status = statusOf(host.files.list(path) ?? []);
    if (status === "FAILED") sayThatItFailed(path, parse, host, script);
    return { ended: { logId: experiment, folder: path, status }, isOwn: own.has(basename(path)) };
  });
}

function wasExecuted(report: WorkReport): report is Extract<WorkReport, { readonly run: string }> {
  if (report.kind === "ended") return report.end === "completed" || report.end === "released";
  return report.kind === "crashed";
}

/** In its `info.yaml`, where the run was killed before it could say so itself. The flag was there first. */
function sayThatItFailed(
  folder: string,
  parse: MetadataParser,
  host: Host,
  { formatYaml }: Pick<ScriptProcess, "formatYaml">,
): void {
  const info = parse(readInfo(folder, host), folder);
  if (info["status"] !== "RUNNING") return;
  writeMetadata(folder, "info", formatYaml(endInfo(info, "FAILED", host)), host);
}

function statusOf(names: readonly string[]): LaunchedRun["status"] {
  switch (stateOf(names).kind) {
    case "completed":
      return "COMPLETE";
    case "crashed":
      return "FAILED";
    case "pending":
      return "STARTING";
    case "running":
    case "resetting":
    case "none":
    case "conflict":
      return "RUNNING";
  }
}
