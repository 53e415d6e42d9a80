import { openSync, readSync } from "node:fs";

import type { Machine, MemoryKills } from "../host.ts";
import { quietly, readSystemFile } from "./system-files.ts";

/** More than any of the counters' files holds. */
const COUNTER_BYTES = 16_384;

/**
 * The kernel's counts of processes ended for want of memory, nearest first: of our cgroup (version
 * 2, version 1), of the machine. Each holds a line `oom_kill <number>`.
 */
function memoryCounters(): readonly string[] {
  const groups = readSystemFile("/proc/self/cgroup")?.split("\n") ?? [];
  const pathOf = (controller: string) =>
    groups
      .map((line) => line.split(":"))
      .find(([, names]) => names?.split(",").includes(controller))?.[2];
  return [
    `/sys/fs/cgroup${pathOf("") ?? ""}/memory.events`,
    `/sys/fs/cgroup/memory${pathOf("memory") ?? ""}/memory.oom_control`,
    "/proc/vmstat",
  ];
}

/** Looks at the nearest counter. Its file is opened once, so that a look at each run costs no path. */
export function createMemoryKills(): Machine["memoryKills"] {
  let look: Machine["memoryKills"] | undefined;
  return () => (look ??= openCounter())();
}

function openCounter(): Machine["memoryKills"] {
  for (const counter of memoryCounters()) {
    const descriptor = quietly(() => openSync(counter, "r"));
    if (descriptor === undefined) continue;
    const buffer = Buffer.alloc(COUNTER_BYTES);
    const look = () => quietly(() => readCounter(descriptor, counter, buffer));
    if (look() !== undefined) return look;
  }
  return () => undefined;
}

function readCounter(descriptor: number, counter: string, buffer: Buffer): MemoryKills | undefined {
  const bytes = readSync(descriptor, buffer, 0, buffer.length, 0);
  const [, count] = /^oom_kill (\d+)$/m.exec(buffer.toString("latin1", 0, bytes)) ?? [];
  return count === undefined ? undefined : { counter, count: Number(count) };
}
