import { readdirSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import type { Machine } from "../host.ts";
import { createMemoryKills } from "./memory-kills.ts";
import { quietly, readSystemFile } from "./system-files.ts";

/** The variable that everything a worker starts carries in its environment. */
export const WORKER_VARIABLE = "HATCHERY_WORKER";

/** The machine that this process runs on, as Linux describes it; other systems leave blanks. */
export function describeMachine(): Machine {
  return {
    hostName: hostname(),
    machineId: readSystemFile("/etc/machine-id") ?? hostname(),
    bootId: readSystemFile("/proc/sys/kernel/random/boot_id") ?? "",
    pidNamespace: quietly(() => readlinkSync("/proc/self/ns/pid")) ?? "",
    userId: process.getuid?.() ?? -1,
    pid: process.pid,
    processStart,
    hasProcessOf,
    memoryKills: createMemoryKills(),
  };
}

function processStart(pid: number): string | undefined {
  const stat = readSystemFile(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; the fields after it are plain.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields ?? [];
  if (state === undefined || state === "Z" || state === "X") return undefined;
  return fields?.[19];
}

function hasProcessOf(worker: string): boolean | undefined {
  return systemPids()?.some((pid) => carries(pid, worker));
}

/** The processes that carry a worker's 24 digits in their environment; none where the system cannot tell. */
export function processesOf(worker: string): readonly number[] {
  return (systemPids() ?? []).filter((pid) => carries(pid, worker)).map(Number);
}

function systemPids(): readonly string[] | undefined {
  const pids = quietly(() => readdirSync("/proc"))?.filter((name) => /^\d+$/.test(name));
  return pids === undefined || pids.length === 0 ? undefined : pids;
}

/** A zombie's environment is empty; that of other users' processes cannot be read. */
function carries(pid: string, worker: string): boolean {
  const environment = readSystemFile(`/proc/${pid}/environ`)?.split("\0");
  return environment?.includes(`${WORKER_VARIABLE}=${worker}`) === true;
}
