import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { closest, distance } from "fastest-levenshtein";
import yargs, { type Argv } from "yargs";

import type { Command } from "./commands/command.ts";
import { completionScript, SHELLS, type Shell } from "./commands/completion.ts";
import { fillFromSettings } from "./commands/settings.ts";
import { knownOptions } from "./commands/settings/flags.ts";
import { asUserError, UserError, type UserErrorCode } from "./errors.ts";
import { createHost } from "./io/host.ts";
import { writeError, writeNames, writeOut } from "./io/output.ts";
import { packageFile } from "./io/package-files.ts";

/** Exit codes, the same for every command; printed at the end of `--help`. */
const EXIT_CODES = {
  0: "done",
  1: "some runs failed",
  2: "wrong use or configuration",
  4: "refused by a policy",
  5: "the scheduler refused",
  70: "a bug of ours",
  75: "stopped before the end: try again",
  130: "ended by Ctrl-C",
  143: "ended by SIGTERM",
} as const;

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
    const args = fillFromSettings(declare(command, words), host, command);
    const options = await command.parse(args);
    const report = await command.run(options, host, stops.gracefully, stops.atOnce);
    print(command, report, mode, host.output.size()?.columns);
    process.exitCode = stops.exitCode() ?? command.exitCode?.(report) ?? 0;
  } catch (error) {
    process.exitCode = printFailure(command.name, asUserError(error), mode);
  }
}

function declare<Options, Report>(
  command: Command<Options, Report>,
  words: readonly string[],
): Argv {
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code} ${meaning}`);
  const args = yargs([...words])
    .scriptName(command.name)
    .usage(
      `$0 ${command.words?.usage ?? ""} [options]`.replace("  ", " ") + `\n\n${command.summary}`,
    )
    .option("json", { type: "boolean", default: false, describe: "print one JSON value" })
    .option("quiet", { type: "boolean", default: false, describe: "print names only" })
    .option("completion", {
      choices: SHELLS,
      describe: "print a script that completes all commands",
    })
    .version(version())
    .epilogue(`Exit codes: ${codes.join("; ")}.`)
    .wrap(Math.min(100, process.stdout.columns || 100))
    .locale("en")
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": true })
    .demandCommand(0, command.words?.most ?? 0)
    .strict()
    .check((given) => checkOnce(given, args))
    .fail((message, error: Error | undefined) => {
      throw error ?? new UserError("usage", suggest(message, args), `See ${command.name} --help.`);
    });
  for (const [line, meaning] of command.examples) args.example(line, meaning);
  return args;
}

/** `--from-file` means `--from_file`; values and what follows `--` stay as they are. */
export function normaliseFlags(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.map((word, index) => {
    if (!word.startsWith("--") || (end >= 0 && index >= end)) return word;
    const [flag = "", ...value] = word.slice(2).split("=");
    return `--${[flag.replaceAll("-", "_"), ...value].join("=")}`;
  });
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

/** Refuses a flag that takes one value and has several, or an empty one. */
function checkOnce(given: Readonly<Record<string, unknown>>, args: Argv): true {
  const { array, key } = knownOptions(args);
  for (const name of Object.keys(key).filter((one) => !array.includes(one))) {
    const value = given[name];
    if (Array.isArray(value)) {
      throw new UserError("usage", `--${name} was given ${value.length} times.`, "Give it once.");
    }
    if (value === "") throw new UserError("usage", `--${name}: expected a value, got none.`, "");
  }
  return true;
}

/** Adds the nearest known flag to yargs' "Unknown argument". */
function suggest(message: string, args: Argv): string {
  const [, unknown] = /^Unknown arguments?: (\w+)/.exec(message) ?? [];
  const known = Object.keys(knownOptions(args).key);
  if (unknown === undefined || known.length === 0) return message.replace(/\n+/g, " ");
  const nearest = closest(unknown, known);
  const near = distance(unknown, nearest) <= Math.max(2, unknown.length / 3);
  return `There is no flag --${unknown}.${near ? ` Did you mean --${nearest}?` : ""}`;
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
      if (text !== "") writeOut(asCalled(text, process.env));
    }
  }
}

/** `Next: npx allaunch …` for who called us by npx, where commands are not on the path. */
export function asCalled(text: string, environment: NodeJS.ProcessEnv): string {
  if (environment["npm_lifecycle_event"] !== "npx") return text;
  return text.replace(/^(Next: | {2})(al[a-z]+ --?[a-z])/gm, "$1npx $2");
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
  writeError(`${name}: ${message}${hint === "" ? "" : `\n${hint}`}`);
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
