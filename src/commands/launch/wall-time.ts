import { UserError } from "../../errors.ts";
import { formatDuration } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import type { LaunchOptions } from "./launch-options.ts";

export const END_OF_TIME = "the end of its time";
/** For settling, after the last program has ended, s. */
const MARGIN_SECONDS = 5;

type Stopping = Pick<LaunchOptions, "stopSignal" | "lead" | "grace">;

/** How long a program has from the first word to SIGKILL, s. */
export const secondsToStop = ({ stopSignal, lead, grace }: Stopping) =>
  grace + (stopSignal === "SIGTERM" ? 0 : lead);

export type LaunchTime = {
  /** When programs have to be asked to stop, ms since the epoch; null if never. */
  readonly endsAtMs: number | null;
  /** Aborts then. */
  readonly isOver: AbortSignal;
  readonly stop: () => void;
};

/**
 * Starts to count the time that a launch has: `--wall_time`, or what its batch job has left.
 * @param jobEndMs - when that job ends, since the epoch; undefined if there is none, or nobody knows
 * @throws UserError `usage` if it is too short for anything
 */
export function startTime(
  options: Stopping & Pick<LaunchOptions, "wallTime">,
  jobEndMs: number | undefined,
  { clock }: Pick<Host, "clock">,
): LaunchTime {
  const over = new AbortController();
  const stopped = new AbortController();
  const endMs = endOf(options, clock.now(), jobEndMs);
  if (endMs === undefined) return { endsAtMs: null, isOver: over.signal, stop: () => undefined };
  const endsAtMs = endMs - (secondsToStop(options) + MARGIN_SECONDS) * 1000;
  void clock.sleep(Math.max(0, endsAtMs - clock.now()), stopped.signal).then(() => {
    if (!stopped.signal.aborted) over.abort(END_OF_TIME);
  });
  return {
    endsAtMs,
    isOver: over.signal,
    stop: () => {
      stopped.abort();
    },
  };
}

/** The earlier end, ms since the epoch; undefined without one. */
function endOf(
  options: Stopping & Pick<LaunchOptions, "wallTime">,
  nowMs: number,
  jobEndMs: number | undefined,
): number | undefined {
  const ends = jobEndMs === undefined ? [] : [jobEndMs];
  if (options.wallTime !== undefined) {
    checkTime("--wall_time", options.wallTime, options);
    ends.push(nowMs + options.wallTime * 1000);
  }
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** @throws UserError `usage` if so many seconds are too short for anything */
export function checkTime(flag: string, seconds: number, stopping: Stopping): void {
  const needed = secondsToStop(stopping) + MARGIN_SECONDS;
  if (seconds > needed) return;
  throw new UserError(
    "usage",
    `${flag}: ${formatDuration(seconds)} leave no time to run anything: programs may take ${formatDuration(secondsToStop(stopping))} to stop, and settling ${MARGIN_SECONDS} s.`,
    "Give more time, or a shorter --grace or --lead.",
  );
}
