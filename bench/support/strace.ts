import { spawnSync } from "node:child_process";
import { accessSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MARKS = "/hatchery-bench-mark";

/** Names the phase that begins now, in the trace of this process: by asking for a file that is not there. */
export function mark(phase: string): void {
  try {
    accessSync(`${MARKS}/${phase}`);
  } catch {
    // Nobody has such a file; the question is all.
  }
}

/** Whether this machine has strace, and lets it trace. */
export function canTrace(): boolean {
  return spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
}

/**
 * Runs a program of ours with everything it starts, and gives its system calls that take a path:
 * their names in order, a list for each phase that was marked, under the phase's name.
 * @param folder - for the trace
 */
export function trace(
  words: readonly string[],
  folder: string,
): readonly { readonly phase: string; readonly calls: readonly string[] }[] {
  const file = join(folder, "trace.txt");
  const options = ["-f", "-qq", "-e", "trace=%file", "-o", file, process.execPath];
  const { status, stderr } = spawnSync("strace", [...options, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(`strace of ${words.join(" ")} failed: ${stderr}`);
  const phases: { phase: string; calls: string[] }[] = [{ phase: "", calls: [] }];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    // The second half of a call that another process interrupted has no name in this place; one
    // with an empty path asks about a descriptor that is open, such as that of a folder it lists.
    const [, call] = /^\d+ +(\w+)\((?!\d+, "")/.exec(line) ?? [];
    const [, phase] = /"\/hatchery-bench-mark\/([^"]*)"/.exec(line) ?? [];
    if (phase !== undefined) phases.push({ phase, calls: [] });
    else if (call !== undefined) phases.at(-1)?.calls.push(call);
  }
  return phases;
}
