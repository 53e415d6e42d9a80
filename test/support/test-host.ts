import { randomBytes } from "node:crypto";

import { UserError } from "../../src/errors.ts";
import type { Host } from "../../src/host.ts";
import { systemClock } from "../../src/io/clock.ts";
import { diskFiles } from "../../src/io/files.ts";
import { lockFiles } from "../../src/io/locks.ts";
import { packageFile } from "../../src/io/package-files.ts";
import { describeMachine } from "../../src/io/machine.ts";
import { userModules } from "../../src/io/modules.ts";

/** The disk as `Files`; spread it to replace single operations: `{ ...diskFiles, rename }`. */
export { diskFiles };

/**
 * A host over the real disk, clock and chance, that knows no git, draws nothing and starts no process. Whatever a
 * test wants otherwise it overrides.
 */
export function testHost(overrides: Partial<Host> = {}): Host {
  return {
    files: diskFiles,
    locks: lockFiles,
    clock: systemClock,
    token: (bytes) => randomBytes(bytes).toString("hex"),
    machine: describeMachine(),
    processes: {
      startWorker: () => missing("processes.startWorker"),
      startSupervisor: () => missing("processes.startSupervisor"),
      run: () => missing("processes.run"),
    },
    modules: userModules,
    images: { render: () => Promise.reject(new UserError("unavailable", "No canvas.", "None.")) },
    repositories: {
      files: () => undefined,
      state: (_path, label) => ({ path: label, commit: "f7b375e".padEnd(40, "0"), diffHash: null }),
      userName: () => "Julia",
    },
    terminal: {
      note: () => undefined,
      confirm: () => Promise.resolve(undefined),
      progress: () => ({ update: () => undefined, stop: () => undefined }),
    },
    output: { write: () => undefined, isScreen: false, size: () => undefined },
    environment: {},
    workingFolder: process.cwd(),
    packageFile,
    nodeFile: process.execPath,
    ...overrides,
  };
}

function missing(name: string): never {
  throw new Error(`The test host has no ${name}: pass it in the overrides.`);
}
