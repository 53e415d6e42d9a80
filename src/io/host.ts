import { randomBytes } from "node:crypto";

import type { Host } from "../host.ts";
import { systemClock } from "./clock.ts";
import { diskFiles } from "./files.ts";
import { drawingProcess } from "./drawing-process.ts";
import { lockFiles } from "./locks.ts";
import { describeMachine } from "./machine.ts";
import { userModules } from "./modules.ts";
import { packageFile } from "./package-files.ts";
import { systemProcesses } from "./processes.ts";
import { standardOutput } from "./output.ts";
import { gitRepositories } from "./repositories.ts";
import { createTerminal } from "./terminal.ts";

/** The real outside world. @param quiet - nothing is said to the person but the report */
export function createHost({ quiet }: { readonly quiet: boolean }): Host {
  return {
    files: diskFiles,
    locks: lockFiles,
    clock: systemClock,
    token: (bytes) => randomBytes(bytes).toString("hex"),
    machine: describeMachine(),
    processes: systemProcesses,
    modules: userModules,
    images: drawingProcess(),
    repositories: gitRepositories,
    terminal: createTerminal({ quiet }),
    output: standardOutput,
    environment: process.env,
    workingFolder: process.cwd(),
    packageFile,
    nodeFile: process.execPath,
  };
}
