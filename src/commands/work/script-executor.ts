import { resolve } from "node:path";

import type { Host, Supervisor } from "../../host.ts";
import { readOwnCommand } from "../../tree/log-tree.ts";
import { createCommandExecutor } from "./command-executor.ts";
import type { Executor } from "./execution.ts";

/** Runs scripts that launch themselves: each run says what it executes, and where. */
export function createScriptExecutor(
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock" | "machine">,
): Executor {
  return {
    start: (assignment) => {
      const { path } = assignment.run;
      const found = readOwnCommand(path, host);
      if ("problem" in found) {
        const cause = { kind: "not-started", message: found.problem } as const;
        const nothing = () => undefined;
        const ended = Promise.resolve({ kind: "crashed", cause } as const);
        return { stop: nothing, kill: nothing, ended };
      }
      const { command, folder } = found;
      const program = {
        command,
        output: undefined,
        project: resolve(path, folder),
        records: false,
      };
      return createCommandExecutor(program, supervisor, host).start(assignment);
    },
    close: () => undefined,
  };
}
