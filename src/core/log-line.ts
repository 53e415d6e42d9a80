import { toIso } from "./time.ts";
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Whether lines of `level` are written where `threshold` is the lowest that is. */
export const isLogged = (level: LogLevel, threshold: LogLevel) =>
  LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);

/** Where a line comes from. */
export type LogOrigin = {
  readonly host: string;
  readonly pid: number;
  /** The run, or the launch. */
  readonly subject: string;
};

/** One line of a log, with a newline: time (ISO 8601, UTC), host, process, run, level, text. */
export function formatLogLine(
  { host, pid, subject }: LogOrigin,
  level: LogLevel,
  text: string,
  nowMs: number,
): string {
  const time = toIso(nowMs);
  return `${time} ${host} ${pid} ${subject} ${level.toUpperCase()} ${text}\n`;
}
