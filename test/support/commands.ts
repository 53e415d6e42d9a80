import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

/** What a command printed, and how it ended. */
export type CommandEnd = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunningCommand = { readonly child: ChildProcess; readonly ended: Promise<CommandEnd> };

/** Starts one of our commands, as a person would, without a terminal. */
export function startCommand(
  name: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  return startProgram([...ourCommand(name), ...args], folder, environment);
}

/** The words by which one of our commands is started. */
export const ourCommand = (name: string) => [process.execPath, resolve("dist/bin", `${name}.js`)];

/** Starts any program. */
export function startProgram(
  [program = "", ...args]: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<CommandEnd>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      done({ code, signal, stdout, stderr });
    });
  });
  return { child, ended };
}

export function runCommand(
  name: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return startCommand(name, args, folder, environment).ended;
}
