import type { Host } from "../../host.ts";
import { createWorkerIdentity } from "../../tree/worker-identity.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";

/** Makes the folder in which storages or experiments are built, with a record of who builds: so that what a killed one leaves can be told from one at work. */
export function openStaging(
  staging: string,
  host: Pick<Host, "files" | "clock" | "machine" | "token" | "environment">,
): void {
  host.files.makeFolders(staging);
  createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host).introduce(staging);
}
