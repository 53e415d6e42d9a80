import { join } from "node:path";

import type { JobStatus, Scheduler } from "../../core/scheduling/scheduler.ts";
import { ownerHost } from "../../core/run-state.ts";
import { errnoOf } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { jobsFolder } from "../../tree/paths.ts";
import { tryCall } from "./call.ts";

const MINUTE_MS = 60_000;
/** The answer in a minute's folder. */
const ANSWER = "answer.txt";

/** What a scheduler said when it was asked last. */
export type Answer = {
  readonly states: readonly JobStatus[];
  /** The beginning of the minute in which it was asked, ms since the epoch. */
  readonly minuteMs: number;
};

type PoliteHost = Pick<Host, "files" | "clock" | "machine" | "processes">;

/**
 * What a scheduler says of jobs, asked for by one process of a machine in a minute at most, however
 * many want to know: who makes the minute's folder asks, the others read the last answer.
 *
 * @param root - of the storages: the answers lie there
 * @param timeoutMs - how long whoever asks waits for the answer
 * @returns undefined if nobody has an answer yet
 */
export async function politeStates(
  root: string,
  scheduler: Scheduler,
  ids: readonly string[],
  host: PoliteHost,
  timeoutMs?: number,
): Promise<Answer | undefined> {
  const { files, clock, machine } = host;
  const folder = jobsFolder(root);
  const prefix = `${scheduler.name.replace(/\W/g, "_")}_${ownerHost(machine.hostName)}_`;
  const minute = Math.floor(clock.now() / MINUTE_MS);
  const mine = `${prefix}${minute}`;
  const earlier = () =>
    (files.list(folder) ?? []).filter((name) => name.startsWith(prefix) && name !== mine);
  if (mayWrite(() => takeTurn(folder, mine, host))) {
    const printed = await tryCall(scheduler.ask(ids), host, timeoutMs);
    if (printed !== undefined) {
      mayWrite(() => {
        files.replace(join(folder, mine, ANSWER), printed);
        for (const name of earlier()) files.remove(join(folder, name));
        return true;
      });
    }
  }
  for (const name of [mine, ...earlier().sort().reverse()]) {
    const printed = files.read(join(folder, name, ANSWER));
    if (printed === undefined) continue;
    const asked = Number(name.slice(prefix.length));
    return { states: scheduler.parseStates(printed), minuteMs: asked * MINUTE_MS };
  }
  return undefined;
}

/** False where somebody else has. */
function takeTurn(folder: string, name: string, { files }: Pick<Host, "files">): boolean {
  files.makeFolder(folder);
  return files.makeFolder(join(folder, name));
}

/** False where nothing can be written: then nobody is asked, and leases decide. */
function mayWrite(write: () => boolean): boolean {
  try {
    return write();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
