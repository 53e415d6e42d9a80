import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

import { listRuns } from "../../src/tree/directory-tree.ts";
import { diskFiles } from "../../src/io/files.ts";

const OWNER = "node-1.12345.0123456789abcdef0123456700000001";
const TOKEN = "0123456789abcdef0123456700000001";
const LOG_LINE = `2026-01-01T00:00:00.000Z node-1 12345 experiment1000/seed1 INFO ${"x".repeat(20)}\n`;
const RECORD = `${JSON.stringify(
  {
    schemaVersion: 1,
    attempt: 1,
    owner: OWNER,
    outcome: "completed",
    cause: { kind: "done" },
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:00:00.000Z",
    seconds: 0.001,
    repositories: [{ path: ".", commit: null, diffHash: null }],
  },
  undefined,
  2,
)}\n`;

/**
 * Brings every run of a storage from UNHATCHED to COMPLETED by the file operations of a claim, a
 * no-op module run and a settlement, one after the other in a bare loop: no protocol, no other
 * process, no message, no check.
 *
 * @returns when each run was completed, ms
 */
export function workBare(storage: string): readonly number[] {
  const runs = listRuns(storage, { files: diskFiles });
  const launchLog = openSync(`${storage}/logs/launch_floor.log`, "a");
  const times: number[] = [];
  for (const { path } of runs) {
    beginBare(path, launchLog);
    runBare(path);
    endBare(path, launchLog);
    times.push(performance.now());
  }
  closeSync(launchLog);
  return times;
}

/**
 * The same, but for the program's part in a process of its own, told by one message and answering
 * by one: what it costs that a program can do no harm to who coordinates it.
 */
export async function workApart(storage: string): Promise<readonly number[]> {
  const runs = listRuns(storage, { files: diskFiles });
  const launchLog = openSync(`${storage}/logs/launch_floor.log`, "a");
  const entry = fileURLToPath(new URL("runner.js", import.meta.url));
  const child = spawn(process.execPath, [entry], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const line = child.stdio[3] as Duplex;
  const times: number[] = [];
  for (const { path } of runs) {
    beginBare(path, launchLog);
    const answered = once(line, "data");
    line.write(path);
    await answered;
    endBare(path, launchLog);
    times.push(performance.now());
  }
  closeSync(launchLog);
  line.end();
  await once(child, "exit");
  return times;
}

function beginBare(run: string, launchLog: number): void {
  claimBare(run);
  writeSync(launchLog, LOG_LINE);
  readFileSync(`${run}/config.json`, "utf8");
}

function endBare(run: string, launchLog: number): void {
  settleBare(run);
  writeSync(launchLog, LOG_LINE);
}

function claimBare(run: string): void {
  const flag = openSync(`${run}/UNHATCHED`, "r+");
  writeSync(flag, "\n", 0);
  closeSync(flag);
  renameSync(`${run}/UNHATCHED`, `${run}/OPENED.${OWNER}`);
  readdirSync(run);
}

/** What is done in a run's folder while its program does nothing. */
export function runBare(run: string): void {
  const log = openSync(`${run}/logger.${TOKEN}.out`, "a");
  writeSync(log, LOG_LINE);
  writeSync(log, LOG_LINE);
  closeSync(log);
}

function settleBare(run: string): void {
  const record = openSync(`${run}/run.${TOKEN}.json.tmp`, "w");
  writeFileSync(record, RECORD);
  fsyncSync(record);
  closeSync(record);
  renameSync(`${run}/run.${TOKEN}.json.tmp`, `${run}/run.${TOKEN}.json`);
  renameSync(`${run}/OPENED.${OWNER}`, `${run}/COMPLETED`);
  // A no-op run has recorded nothing: to look for recordings costs no more than this.
  existsSync(`${run}/recorders`);
  renameSync(`${run}/logger.${TOKEN}.out`, `${run}/logger.out`);
  renameSync(`${run}/run.${TOKEN}.json`, `${run}/run.json`);
}
