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
 * Starts to count the time that a launch has: `--wall_time`, or what its SLURM job has left.
 * @throws UserError `usage` if it is too short for anything
 */
export function startTime(
  options: Stopping & Pick<LaunchOptions, "wallTime">,
  { clock, environment }: Pick<Host, "clock" | "environment">,
): LaunchTime {
  const over = new AbortController();
  const stopped = new AbortController();
  const endMs = endOf(options, clock.now(), environment["SLURM_JOB_END_TIME"]);
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
  jobEnd: string | undefined,
): number | undefined {
  const ends: number[] = [];
  // Seconds since the epoch; whoever starts us may have put anything there.
  if (jobEnd !== undefined && /^\d{9,12}$/.test(jobEnd)) ends.push(Number(jobEnd) * 1000);
  if (options.wallTime !== undefined) {
    const needed = secondsToStop(options) + MARGIN_SECONDS;
    if (options.wallTime <= needed) {
      throw new UserError(
        "usage",
        `--wall_time: ${formatDuration(options.wallTime)} leave no time to run anything: programs may take ${formatDuration(secondsToStop(options))} to stop, and settling ${MARGIN_SECONDS} s.`,
        "Give more time, or a shorter --grace or --lead.",
      );
    }
    ends.push(nowMs + options.wallTime * 1000);
  }
  return ends.length === 0 ? undefined : Math.min(...ends);
}
