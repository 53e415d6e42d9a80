import { join } from "node:path";

import { fillCommand, unknownPlaceholders } from "../../core/command-line.ts";
import { formatLogLine } from "../../core/log-line.ts";
import type { Host, Supervisor } from "../../host.ts";
import { logFile, RECORDERS_FOLDER, recordingFile } from "../../tree/attempts.ts";
import { CONFIG_FILE } from "../../tree/paths.ts";
import {
  type Assignment,
  endOfProcess,
  type Execution,
  type Executor,
  OUTPUT_BYTES,
} from "./execution.ts";
import { watchMemory } from "./memory-shortage.ts";

type CommandProgram = {
  readonly command: readonly string[];
  /** Absolute; the program's working folder. */
  readonly project: string;
};

/** Runs a command line for each run: any language, nothing of ours in it. */
export function createCommandExecutor(
  { command, project }: CommandProgram,
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock" | "machine">,
): Executor {
  return {
    start: (assignment) => {
      const problem = placeholderProblem(command, assignment);
      if (problem !== undefined) return failed(problem);
      return execute(command, project, assignment, supervisor, host);
    },
    close: () => undefined,
  };
}

function execute(
  command: readonly string[],
  project: string,
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
  files.makeFolder(recorders);
  const origin = { ...owner, subject: `experiment${run.experiment}/seed${run.seed}` };
  const starts = `attempt ${attempt} starts: ${JSON.stringify(filled)}`;
  files.append(log, formatLogLine(origin, "info", starts, clock.now()));
  const shortage = watchMemory(machine);
  const started = supervisor.start({
    command: filled,
    folder: project,
    environment: {
      HATCHERY_RUN_DIR: run.path,
      HATCHERY_CONFIG: configFile,
      HATCHERY_RECORDER: recorderFile,
      HATCHERY_ATTEMPT: String(attempt),
      HATCHERY_RESUME: attempt > 1 ? "1" : "0",
      HATCHERY_SEED: String(run.seed),
      // Printed lines are seen at once in the log, not when a buffer is full.
      PYTHONUNBUFFERED: "1",
    },
    log,
  });
  return {
    stop: (_reason, signal) => {
      started.kill(signal);
    },
    kill: () => {
      started.kill("SIGKILL");
    },
    ended: started.ended.then((end) =>
      endOfProcess(end, end.code === 0 ? "" : files.readEnd(log, OUTPUT_BYTES), shortage),
    ),
  };
}

function placeholderProblem(
  command: readonly string[],
  { config }: Assignment,
): string | undefined {
  const unknown = unknownPlaceholders(command, config);
  if (unknown.length === 0) return undefined;
  return `the command names ${unknown.map((name) => `{${name}}`).join(", ")}; the configuration has ${Object.keys(config).join(", ")}.`;
}

function failed(message: string): Execution {
  return {
    stop: () => undefined,
    kill: () => undefined,
    ended: Promise.resolve({ kind: "crashed", cause: { kind: "not-started", message } }),
  };
}
