import { submitScript } from "../../../src/commands/cluster/call.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { asUserError, UserError } from "../../../src/errors.ts";
import type { Host } from "../../../src/host.ts";
import { diskFiles } from "../../../src/io/files.ts";
import { systemProcesses } from "../../../src/io/processes.ts";

/**
 * A program of its own, for OAR's user: submits a script as allaunch does, but has no patience, and
 * prints what allaunch would say.
 */
const processes: Host["processes"] = {
  ...systemProcesses,
  run: (command, options) => systemProcesses.run(command, { ...options, timeoutMs: 2_000 }),
};
try {
  const id = await submitScript(oar, process.argv[2] ?? "", { processes, files: diskFiles });
  console.log(`submitted: ${id}`);
} catch (error) {
  const refusal = asUserError(error);
  if (!(refusal instanceof UserError)) throw refusal;
  console.log(`${refusal.code}: ${refusal.message}\n${refusal.hint}`);
}
