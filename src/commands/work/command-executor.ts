import { join } from "node:path";

import { fillCommand, unknownPlaceholders } from "../../core/command-line.ts";
import { formatLogLine } from "../../core/log-line.ts";
import { isDoneLine } from "../../core/recording/record-line.ts";
import type { Cause } from "../../core/run-record.ts";
import type { OutputRecording } from "../../core/search/search-facts.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host, Supervisor } from "../../host.ts";
import { logFile, RECORDERS_FOLDER, recordingFile } from "../../tree/attempts.ts";
import { recordOutput } from "../../tree/output-recording.ts";
import { CONFIG_FILE, runName } from "../../tree/paths.ts";
import type { Claim } from "../../tree/run-folder.ts";
import {
  type Assignment,
  endOfProcess,
  type Execution,
  type Executor,
  OUTPUT_BYTES,
} from "./execution.ts";
import { watchMemory } from "./memory-shortage.ts";

/** More than the line has by which a program says that it is done. */
const DONE_BYTES = 200;

type CommandProgram = {
  readonly command: readonly string[];
  readonly output: OutputRecording | undefined;
  /** Absolute; the program's working folder. */
  readonly project: string;
  /** Whether the program appends to the recorder's file; else it is given the token of its attempt. */
  readonly records?: boolean;
};

/** Runs a command line for each run: any language, nothing of ours in it. */
export function createCommandExecutor(
  program: CommandProgram,
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock" | "machine">,
): Executor {
  return {
    start: (assignment) => {
      const problem = placeholderProblem(program.command, assignment);
      if (problem !== undefined) return failed(problem);
      try {
        return execute(program, assignment, supervisor, host);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return failed(`${error.message} ${error.hint}`);
      }
    },
    close: () => undefined,
  };
}

function execute(
  { command, output, project, records = true }: CommandProgram,
  { run, claim, config }: Assignment,
  supervisor: Supervisor,
  { files, clock, machine }: Pick<Host, "files" | "clock" | "machine">,
): Execution {
  const { owner, attempt } = claim;
  const log = join(run.path, logFile(owner.token));
  const recorders = join(run.path, RECORDERS_FOLDER);
  const recorderFile = join(recorders, recordingFile("train", owner.token));
  const configFile = join(run.path, CONFIG_FILE);
  const filled = fillCommand(command, config, {
    run_dir: run.path,
    config_file: configFile,
    recorder_file: recorderFile,
    attempt: String(attempt),
  });
  // A program that appends to its recorder file needs its folder.
  if (records) files.makeFolder(recorders);
  const origin = { ...owner, subject: runName(run) };
  const starts = `attempt ${attempt} starts: ${JSON.stringify(filled)}`;
  files.append(log, formatLogLine(origin, "info", starts, clock.now()));
  const shortage = watchMemory(machine);
  const started = supervisor.start({
    command: filled,
    folder: project,
    environment: {
      HATCHERY_RUN_DIR: run.path,
      HATCHERY_CONFIG: configFile,
      ...(records ? { HATCHERY_RECORDER: recorderFile } : { HATCHERY_TOKEN: owner.token }),
      HATCHERY_ATTEMPT: String(attempt),
      HATCHERY_RESUME: attempt > 1 ? "1" : "0",
      HATCHERY_SEED: String(run.seed),
      // Printed lines are seen at once in the log, not when a buffer is full.
      PYTHONUNBUFFERED: "1",
    },
    log,
  });
  let isAsked = false;
  return {
    stop: (_reason, signal) => {
      isAsked = true;
      started.kill(signal);
    },
    kill: () => {
      started.kill("SIGKILL");
    },
    ended: started.ended.then((end) => {
      // Asked only where it makes a difference.
      const isDone = isAsked && records && saysDone(recorderFile, { files });
      const refused = output && recordUnlessFull(claim, output, { files });
      if (refused !== undefined) return { kind: "crashed", cause: refused };
      const ending = end.code === 0 ? "" : files.readEnd(log, OUTPUT_BYTES);
      const found = endOfProcess(end, ending, shortage);
      return found.kind === "completed" && isDone ? { ...found, isDone } : found;
    }),
  };
}

/** Whether the last line that a program has recorded says that it is done. */
function saysDone(recorderFile: string, { files }: Pick<Host, "files">): boolean {
  return isDoneLine(files.readEnd(recorderFile, DONE_BYTES).trimEnd().split("\n").at(-1) ?? "");
}

/** A run whose numbers find no room is not complete. */
function recordUnlessFull(
  claim: Claim,
  output: OutputRecording,
  host: Pick<Host, "files">,
): Cause | undefined {
  try {
    recordOutput(claim, output, host);
    return undefined;
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    return { kind: "disk-full", message: `${claim.folder}: its output could not be recorded` };
  }
}

function placeholderProblem(
  command: readonly string[],
  { config }: Assignment,
): string | undefined {
  const unknown = unknownPlaceholders(command, config);
  if (unknown.length === 0) return undefined;
  return `the command names ${unknown
    .slice(0, 50)
    .map((name) => `{${name}}`)
    .join(", ")}; the configuration has ${Object.keys(config).slice(0, 50).join(", ")}.`;
}

function failed(message: string): Execution {
  return {
    stop: () => undefined,
    kill: () => undefined,
    ended: Promise.resolve({ kind: "crashed", cause: { kind: "not-started", message } }),
  };
}
