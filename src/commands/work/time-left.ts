import { COMPLETED_FLAG } from "../../core/run-state.ts";
import { formatDuration } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { lastAttempt, readRecord, recordFile } from "../../tree/attempts.ts";
import type { RunPath } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import { join } from "node:path";

/** Whether another run would end before the worker has to. */
export type TimeLeft = {
  /** What speaks against one more run; undefined if nothing does. */
  readonly objection: () => string | undefined;
  /** Seconds that a run took. */
  readonly add: (seconds: number) => void;
};

/** So many run folders are looked into at most, for so many durations: a guess is enough. */
const LOOKS = 200;
const ENOUGH = 20;

/**
 * Compares the time that is left with the median of what runs of the search took: this worker's,
 * or, before it has any, those that were completed before.
 *
 * @param endsAtMs - when programs are asked to stop, since the epoch; null if never
 */
export function createTimeLeft(
  endsAtMs: number | null,
  runs: readonly RunPath[],
  host: Pick<Host, "files" | "clock">,
): TimeLeft {
  const seconds: number[] = endsAtMs === null ? [] : [...completedSeconds(runs, host)];
  let isOwn = false;
  return {
    objection: () => {
      if (endsAtMs === null) return undefined;
      const left = (endsAtMs - host.clock.now()) / 1000;
      const typical = median(seconds);
      if (left > 0 && (typical === undefined || typical <= left)) return undefined;
      const rest = left > 0 ? `${formatDuration(left)} are left` : "no time is left";
      return typical === undefined ? rest : `${rest}, a run takes ${formatDuration(typical)}`;
    },
    add: (one) => {
      // What others took on other machines counts no more.
      if (!isOwn) seconds.length = 0;
      isOwn = true;
      seconds.push(one);
    },
  };
}

function completedSeconds(runs: readonly RunPath[], host: Pick<Host, "files" | "clock">) {
  const found: number[] = [];
  for (const { path } of runs.slice(0, LOOKS)) {
    const names = host.files.list(path) ?? [];
    if (!names.includes(COMPLETED_FLAG)) continue;
    const record = perform(readRecord(join(path, recordFile(lastAttempt(names)))), host);
    if (typeof record?.seconds === "number") found.push(record.seconds);
    if (found.length === ENOUGH) break;
  }
  return found;
}

/** The upper one of the middle two; undefined of none. */
function median(numbers: readonly number[]): number | undefined {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
