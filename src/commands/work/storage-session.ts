import { join, resolve } from "node:path";

import { formatLogLine, isLogged, type LogLevel } from "../../core/log-line.ts";
import { oneLine } from "../../core/printable.ts";
import { UserError } from "../../errors.ts";
import type { Host, Supervisor } from "../../host.ts";
import { launchLogsFolder } from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { createCommandExecutor } from "./command-executor.ts";
import type { Executor } from "./execution.ts";
import { createModuleExecutor } from "./module-executor.ts";
import type { StorageToWorkOn } from "./orders.ts";
import { createScriptExecutor } from "./script-executor.ts";

/** A line for the log of this launch in this storage. */
export type LaunchLog = (level: LogLevel, subject: string, text: string) => void;

/** Letters of a line that says why a run crashed; the whole is in its folder. */
const MAX_LOGGED = 2000;

/** Opens the log of a launch in a storage; all its workers add to the same file. */
export function openLaunchLog(
  storage: string,
  { launch, logLevel }: { readonly launch: string; readonly logLevel: LogLevel },
  origin: { readonly host: string; readonly pid: number },
  { files, clock }: Pick<Host, "files" | "clock">,
): { readonly log: LaunchLog; readonly close: () => void } {
  const folder = launchLogsFolder(
    storage,
    "ownCommand" in readSearchFacts(storage, { files }).program,
  );
  files.makeFolder(folder);
  const file = files.openAppend(join(folder, `launch_${launch}.log`));
  return {
    log: (level, subject, text) => {
      if (!isLogged(level, logLevel)) return;
      file.write(
        formatLogLine({ ...origin, subject }, level, oneLine(text, MAX_LOGGED), clock.now()),
      );
    },
    close: file.close,
  };
}

/**
 * What executes the runs of a storage, as its `search.json` says.
 * @throws UserError `not-found` if the program or the project is not where it says
 */
export function createExecutor(
  { path: storage, code }: Pick<StorageToWorkOn, "path" | "code">,
  logLevel: LogLevel,
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock" | "machine">,
  onProgress: (fraction: number) => void,
): Executor {
  const { program, project: relative } = readSearchFacts(storage, host);
  const project = code ?? resolve(storage, relative);
  if (host.files.list(project) === undefined) {
    throw new UserError(
      "not-found",
      `${storage}/search.json says that its project is ${JSON.stringify(relative)}; there is no folder ${project}.`,
      'Move the storage back to where it was below the project, or mend "project" in search.json.',
    );
  }
  if ("ownCommand" in program) return createScriptExecutor(supervisor, host);
  if ("command" in program) {
    const { command, output } = program;
    return createCommandExecutor({ command, output, project }, supervisor, host);
  }
  const module = resolve(project, program.module);
  if (host.files.size(module) === undefined) {
    throw new UserError(
      "not-found",
      `${storage}/search.json says that it runs ${JSON.stringify(program.module)}; there is no file ${module}.`,
      'Restore the file, or mend "program" in search.json.',
    );
  }
  return createModuleExecutor({ module, project, logLevel }, supervisor, host, onProgress);
}
