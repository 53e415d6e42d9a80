import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { withTempDirectory } from "./temp-directory.ts";

/** The living processes whose working folder is `folder`: what a test has started there. A zombie has none. */
export function processesIn(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => quietly(() => readlinkSync(`/proc/${pid}/cwd`)) === folder);
}

/** The processes that a process has started itself, and that have not ended. */
export function childrenOf(pid: number): readonly number[] {
  const text = quietly(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")) ?? "";
  return text.split(" ").flatMap((word) => (word === "" ? [] : Number(word)));
}

/** The processes that have one of some words in their environment or their command line. */
export function processesWith(words: readonly string[]): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      const told = ["environ", "cmdline"].flatMap(
        (file) => quietly(() => readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0")) ?? [],
      );
      return words.some((word) => told.includes(word));
    });
}

/** A process's command line, its words between zero bytes; empty if it has ended. */
export const commandLine = (pid: number) =>
  (quietly(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "").replace(/\0$/, "");

/** A zombie is gone: it waits for nobody but its parent. */
export function isAlive(pid: number): boolean {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat !== undefined && !stat.includes(") Z ");
}

/** Sends a signal to a process that may have left by itself. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  quietly(() => process.kill(pid, signal));
}

/** A test body with a directory of its own; whatever it started there is ended with it. */
export function withTempProcesses(body: (directory: string) => Promise<void>): () => Promise<void> {
  return withTempDirectory(async (directory) => {
    try {
      await body(directory);
    } finally {
      let left = processesIn(directory);
      while (left.length > 0) {
        for (const pid of left) signalIfAlive(pid, "SIGKILL");
        await new Promise((resolve) => setTimeout(resolve, 20));
        left = processesIn(directory);
      }
    }
  });
}

function quietly<Result>(operation: () => Result): Result | undefined {
  try {
    return operation();
  } catch {
    // It has ended.
    return undefined;
  }
}
