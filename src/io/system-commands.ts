import { execFile } from "node:child_process";

import { type CommandResult, MAX_FILE_BYTES, type RunOptions } from "../host.ts";

/** Runs a short command to its end; one that prints too much, or takes too long, is killed. */
export function runSystemCommand(
  [program = "", ...words]: readonly string[],
  { input, timeoutMs }: RunOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: MAX_FILE_BYTES,
      encoding: "utf8",
    } as const;
    const child = execFile(program, words, options, (error, stdout, stderr) => {
      // A number: its own exit code; a text: the system's, or that it printed too much.
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      const failure = typeof error?.code === "string" ? error.code : null;
      // A program with the rights of somebody else, such as each of OAR's, is not ours to kill.
      const outOfReach = (error as NodeJS.ErrnoException | null)?.syscall === "kill";
      if (outOfReach) child.unref();
      const timedOut = outOfReach || (error?.killed === true && failure === null);
      resolve({ code, signal: error?.signal ?? null, error: failure, stdout, stderr, timedOut });
    });
    // It may not read it.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
