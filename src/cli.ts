import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { declare, normaliseFlags } from "./commands/arguments.ts";
import type { Command } from "./commands/command.ts";
import { completionScript, SHELLS, type Shell } from "./commands/completion.ts";
import { fillFromSettings } from "./commands/settings.ts";
import { asUserError, UserError, type UserErrorCode } from "./errors.ts";
import { createHost } from "./io/host.ts";
import { writeError, writeNames, writeOut } from "./io/output.ts";
import { packageFile } from "./io/package-files.ts";

const EXIT_OF: Readonly<Record<UserErrorCode, number>> = {
  usage: 2,
  "schedule-invalid": 2,
  "config-invalid": 2,
  "not-found": 2,
  unreadable: 2,
  refused: 4,
  disk: 2,
  unavailable: 2,
  scheduler: 5,
};
const BUG = 70;
/** Schedulers send SIGUSR1 or SIGUSR2 some time before they end a job. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGUSR1: 75, SIGUSR2: 75 } as const;

type OutputMode = "text" | "json" | "quiet";

/** Runs one command as a process: parse, run, print, set the exit code. */
export async function runCli<Options, Report>(command: Command<Options, Report>): Promise<void> {
  ignoreClosedPipes();
  const stops = listenForSignals();
  let mode: OutputMode = "text";
  try {
    const words = normaliseFlags(process.argv.slice(2));
    mode = outputMode(words);
    const shell = completedShell(words);
    if (shell !== undefined) {
      writeOut(await completionScript(shell));
      return;
    }
    const host = createHost({ quiet: mode === "quiet" });
    const about = { version: version(), columns: process.stdout.columns || undefined };
    const args = fillFromSettings(declare(command, words, about), host, command);
    const options = await command.parse(args);
    const report = await command.run(options, host, stops.gracefully, stops.atOnce);
    print(command, report, mode, host.output.size()?.columns);
    process.exitCode = stops.exitCode() ?? command.exitCode?.(report) ?? 0;
  } catch (error) {
    process.exitCode = printFailure(command.name, asUserError(error), mode);
  }
}

/** `--completion bash`, whatever else a command demands. */
function completedShell(words: readonly string[]): Shell | undefined {
  const place = words.findIndex((word) => /^--completion(=|$)/.test(word));
  if (place < 0) return undefined;
  const value = words[place]?.split("=")[1] ?? words[place + 1];
  const shell = SHELLS.find((one) => one === value);
  if (shell !== undefined) return shell;
  throw new UserError("usage", `--completion: expected one of ${SHELLS.join(", ")}.`, "");
}

function outputMode(words: readonly string[]): OutputMode {
  if (words.includes("--json")) return "json";
  return words.includes("--quiet") ? "quiet" : "text";
}

function print<Options, Report>(
  command: Command<Options, Report>,
  report: Report,
  mode: OutputMode,
  columns: number | undefined,
): void {
  switch (mode) {
    case "json":
      writeOut(JSON.stringify(command.toJson(report), undefined, 2));
      break;
    case "quiet":
      writeNames(command.ids(report));
      break;
    case "text": {
      const text = command.render(report, columns);
      if (text !== "") writeOut(asCalled(text, process.argv, process.env));
    }
  }
}

/** `Next: npx allaunch …`, and the same for commands in the middle of a line, for who called us by npx, where commands are not on the path. */
export function asCalled(
  text: string,
  [, script = ""]: readonly string[],
  environment: NodeJS.ProcessEnv,
): string {
  // The variable alone may be that of another command, which called us by our path.
  const isNpx = environment["npm_lifecycle_event"] === "npx";
  if (!isNpx || !/[/\\]node_modules[/\\]\.bin[/\\]/.test(script)) return text;
  return text.replace(/(^(?:Next: | {2})|`|see )(al[a-z]+ --?[a-z])/gm, "$1npx $2");
}

function printFailure(name: string, error: unknown, mode: OutputMode): number {
  if (!(error instanceof UserError)) {
    writeError(inspect(error));
    writeError(`This is a bug of hatchery ${version()}; please report it with the lines above.`);
    return BUG;
  }
  const { code, message, hint } = error;
  if (mode === "json")
    writeOut(JSON.stringify({ schemaVersion: 1, error: { code, message, hint } }));
  const text = `${name}: ${message}${hint === "" ? "" : `\n${hint}`}`;
  writeError(asCalled(text, process.argv, process.env));
  return EXIT_OF[code];
}

/** How long a command has to end when it is told to end at once, ms. */
const END_AT_ONCE_MS = 8_000;

/** Schedulers signal a script and its processes alike, and the script passes it on: within so many ms it is the same word. */
const SAME_SIGNAL_MS = 1_000;
const IN_JOB_SCRIPT = process.env["HATCHERY_JOB_ID"] !== undefined;

/** The first signal stops gracefully, the second one at once, the third one without another word. */
function listenForSignals() {
  const gracefully = new AbortController();
  const atOnce = new AbortController();
  let exitCode: number | undefined;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  const endAtOnce = (signal: keyof typeof SIGNALS) => {
    if (atOnce.signal.aborted) process.exit(exitCode);
    atOnce.abort(signal);
    // For what does not listen, or waits for somebody who does not.
    setTimeout(() => process.exit(exitCode), END_AT_ONCE_MS).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const) {
    process.on(signal, () => {
      const sinceMs = performance.now() - heardAtMs;
      if (IN_JOB_SCRIPT && sinceMs < SAME_SIGNAL_MS) return;
      heardAtMs = performance.now();
      if (gracefully.signal.aborted) endAtOnce(signal);
      exitCode ??= SIGNALS[signal];
      gracefully.abort(signal);
    });
  }
  return { gracefully: gracefully.signal, atOnce: atOnce.signal, exitCode: () => exitCode };
}

/** `alstatus | head` is no error. A search goes on when nobody hears its notes any more. */
function ignoreClosedPipes(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  process.stderr.on("error", () => undefined);
}

function version(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
