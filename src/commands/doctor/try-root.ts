import { join } from "node:path";

import { errnoOf } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { tryFileSystem } from "../../tree/file-system-trial.ts";
import { stagingFolder } from "../../tree/paths.ts";
import { perform, performWaiting } from "../../tree/steps.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";
import { serverTime } from "../../tree/worker-record.ts";
import type { RootTrial } from "./check.ts";

/**
 * Tries the root out in a folder of its own, which is removed again: whether it can be written,
 * what time its server has, and whether its file system does what the protocol needs. If this
 * process is killed meanwhile, the folder is found and removed as that of a killed alprep is.
 */
export async function tryRoot(
  root: string,
  identity: WorkerIdentity,
  host: Host,
): Promise<RootTrial> {
  const { files, clock } = host;
  const folder = stagingFolder(root, host.token(16));
  try {
    files.makeFolder(folder);
    identity.introduce(folder);
    const askedMs = clock.now();
    const serverMs = perform(serverTime(folder, identity.worker), host);
    const aheadMs = (askedMs + clock.now()) / 2 - serverMs;
    const trial = join(folder, "trial");
    files.makeFolder(trial);
    return {
      refusal: undefined,
      failures: await performWaiting(tryFileSystem(trial), host),
      aheadMs,
    };
  } catch (error) {
    if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
    return { refusal: error.message, failures: [], aheadMs: Number.NaN };
  } finally {
    removeQuietly(folder, host);
  }
}

function removeQuietly(folder: string, { files }: Pick<Host, "files">): void {
  try {
    files.remove(folder);
  } catch (error) {
    // What refused the writing may refuse this; the finding says so already.
    if (errnoOf(error) === undefined) throw error;
  }
}
