import { appendFileSync } from "node:fs";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { inspect } from "node:util";

import { stringify } from "yaml";

import { UserError } from "../../errors.ts";
import type { ScriptProcess } from "./script-process.ts";

/** How this process speaks to a person. */
export type Voice = Pick<ScriptProcess, "print" | "passOn"> & {
  readonly complain: (text: string) => void;
};

/** How long a launch has to end when it is told to end at once, ms. */
const END_AT_ONCE_MS = 8_000;

/** The script that runs in this process. */
export function nodeProcess(voice: Voice): ScriptProcess {
  const [executable = "node", script = "", ...words] = process.argv;
  const workDir = process.cwd();
  const node = basename(executable);
  const exit = (code: number): never => process.exit(code);
  return {
    ...voice,
    words,
    // By its name, for a log may be gone on with elsewhere; found first where it is now.
    command: [node, ...process.execArgv, relative(workDir, script) || script],
    workDir,
    exit,
    fail: (error) => {
      const isUsers = error instanceof UserError;
      voice.complain(isUsers ? `${error.message}\n${error.hint}`.trimEnd() : inspect(error));
      // As the commands do: 4 where a policy says no, 2 for wrong use.
      return exit(isUsers ? (error.code === "refused" ? 4 : 2) : 1);
    },
    onExit: (action) => {
      process.on("exit", action);
    },
    stopSignal,
    listenForSignals,
    alsoPrintTo: (folder) => {
      tee(process.stdout, join(folder, "log.stdout"));
      tee(process.stderr, join(folder, "log.stderr"));
    },
    formatYaml: (value) => stringify(value, { lineWidth: 0 }),
    setExitCode: (code) => {
      // A signal that ended the launch says more.
      process.exitCode ??= code;
    },
  };
}

/** Makes sure that workers find the same Node by its name. */
export function putNodeFirst(): void {
  const folder = dirname(process.execPath);
  const { PATH: path = "" } = process.env;
  if (path.split(delimiter)[0] !== folder) process.env["PATH"] = `${folder}${delimiter}${path}`;
}

function stopSignal(): ReturnType<ScriptProcess["stopSignal"]> {
  const stop = new AbortController();
  let isAsked = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGUSR1", "SIGUSR2"] as const) {
    process.on(signal, () => {
      // 128 + 15: nobody would heed it.
      if (!isAsked) process.exit(143);
      stop.abort(new Error(`stopped by ${signal}`));
    });
  }
  const signal = () => {
    // Who waits for nothing but the signal is not to be taken for done.
    if (!isAsked) setInterval(() => undefined, END_AT_ONCE_MS);
    isAsked = true;
    return stop.signal;
  };
  return { signal, isStopped: () => stop.signal.aborted };
}

function listenForSignals(): ReturnType<ScriptProcess["listenForSignals"]> {
  const gracefully = new AbortController();
  const atOnce = new AbortController();
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    // Of schedulers, some time before they end a job: try again.
    ["SIGUSR1", 75],
    ["SIGUSR2", 75],
  ] as const) {
    process.on(signal, () => {
      process.exitCode = code;
      if (!gracefully.signal.aborted) {
        gracefully.abort(signal);
        return;
      }
      atOnce.abort(signal);
      setTimeout(() => process.exit(code), END_AT_ONCE_MS).unref();
    });
  }
  return { gracefully: gracefully.signal, atOnce: atOnce.signal };
}

function tee(stream: NodeJS.WriteStream, file: string): void {
  const original = stream.write.bind(stream) as (...words: readonly unknown[]) => boolean;
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    appendFileSync(file, chunk);
    return original(chunk, ...rest);
  };
}
