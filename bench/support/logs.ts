import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { formatRunRecord, type RunRecord } from "../../src/core/run-record.ts";
import { toIso } from "../../src/core/time.ts";

/** Who wrote the logs: the original, or `launch` of this package. */
export type LogLayout = "original" | "own";

/** Every learning rate that a log may have; the query of the benchmarks finds those up to 1e-2. */
const RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1];
const METRIC_LINES = 10;
const START_MS = Date.UTC(2026, 0, 1);

/** Writes `count` logs, numbered from 1, as they are when their runs have ended; each tenth one failed. */
export function writeLogs(logs: string, count: number, layout: LogLayout): void {
  for (let id = 1; id <= count; id += 1) {
    const folder = join(logs, String(id));
    const files = layout === "original" ? originalLog(id, folder) : ownLog(id, folder);
    for (const name of ["metadata", "metrics", "artifacts", "artifacts/Checkpoint", ".keys"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }
}

const statusOf = (id: number) => (id % 10 === 0 ? "FAILED" : "COMPLETE");

function configOf(id: number) {
  return {
    seed: id % 16,
    model: { num_layers: 4, num_units: 64 << (id % 3), activation: "relu", dropout: null },
    optimizer: { name: "sgd", lr: RATES[id % RATES.length], momentum: 0.9, nesterov: false },
    data: { name: "digits", batch_size: 32, augment: ["flip", "crop"] },
    num_epoch: 100,
  };
}

function metricsOf(id: number): string {
  const lines = Array.from({ length: METRIC_LINES }, (_, iter) =>
    JSON.stringify({ loss: 1 / (iter + id), iter, epoch: 0 }),
  );
  return `${lines.join("\n")}\n`;
}

function originalLog(id: number, folder: string): Readonly<Record<string, string>> {
  const info = {
    status: statusOf(id),
    executable: "/usr/bin/python3",
    cmd: `+optimizer.lr=${RATES[id % RATES.length] ?? 0}`,
    end_date: "01/01/2026",
    end_time: `12:${String(id % 60).padStart(2, "0")}:59`,
    current_file_path: "/home/user/project/main.py",
    hostname: `node-${id % 7}`,
    log_dir: folder,
    log_id: id,
    process_id: 1000 + id,
    start_date: "01/01/2026",
    start_time: `12:${String(id % 60).padStart(2, "0")}:13`,
    user: "user",
    work_dir: "/home/user/project",
  };
  const settings = {
    logger: { forced_log_id: -1, log_streams_to_file: false, name: "DefaultLogger" },
    scheduler: { name: "NoScheduler", shell_path: "", env_cmd: "", option_cmd: [] },
    version_manager: { name: "GitVM", parent_work_dir: "./.workdir", compute_requirements: false },
    use_logger: true,
    use_scheduler: false,
    use_version_manager: false,
  };
  return {
    "metadata/config.yaml": stringify(configOf(id)),
    "metadata/info.yaml": stringify(info),
    "metadata/mlxp.yaml": stringify(settings),
    "metrics/train.json": metricsOf(id),
    ".keys/metrics.yaml": stringify({ "train.loss": "", "train.iter": "", "train.epoch": "" }),
  };
}

function ownLog(id: number, folder: string): Readonly<Record<string, string>> {
  const config = configOf(id);
  const startedAt = toIso(START_MS + id * 1000);
  const endedAt = toIso(START_MS + id * 1000 + 46_000);
  const info = {
    log_id: id,
    log_dir: folder,
    status: statusOf(id),
    command: "node main.js",
    user: "user",
    code_version: "0123456789abcdef0123456789abcdef01234567",
    code_changes: null,
    attempt: 1,
    hostname: `node-${id % 7}`,
    process_id: 1000 + id,
    work_dir: "/home/user/project",
    started_at: startedAt,
    ended_at: endedAt,
  };
  const logger = { parent_log_dir: "./logs", forced_log_id: -1, log_streams_to_file: false };
  const outcome = id % 10 === 0 ? "crashed" : "completed";
  const record: RunRecord = {
    schemaVersion: 1,
    attempt: 1,
    owner: `node-${id % 7}.${1000 + id}.${id.toString(16).padStart(32, "0")}`,
    outcome,
    cause: outcome === "completed" ? { kind: "done" } : { kind: "error", trace: "Error: diverged" },
    startedAt,
    endedAt,
    seconds: 46,
    repositories: [{ path: ".", commit: null, diffHash: null }],
  };
  return {
    "metadata/config.yaml": stringify(config),
    "metadata/info.yaml": stringify(info),
    "metadata/hatchery.yaml": stringify({ logger, use_logger: true }),
    "metrics/train.json": metricsOf(id),
    ".keys/launch.json": `${JSON.stringify({ command: ["node", "main.js"], folder: "../.." })}\n`,
    "config.json": `${JSON.stringify(config, undefined, 2)}\n`,
    "config_unique.json": "{}\n",
    "run.json": formatRunRecord(record),
    [outcome === "completed" ? "COMPLETED" : "CRASH"]: "\n",
  };
}
