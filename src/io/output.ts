import { stdout } from "node:process";

import { printable } from "../core/printable.ts";
import type { Output } from "../host.ts";

const { NO_COLOR = "", TERM } = process.env;

/**
 * The only ways out to a person's terminal. Texts hold what files, programs and names said, so
 * whatever a terminal would obey is escaped here, once, for all commands.
 */
export function writeOut(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** The same to standard error: notes, failures, progress. */
export function writeError(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Names for other programs: as they are, unless a person reads them. */
export function writeNames(lines: readonly string[]): void {
  if (lines.length === 0) return;
  const text = lines.join("\n");
  if (process.stdout.isTTY) writeOut(text);
  else process.stdout.write(`${text}\n`);
}

/** What a program of the user's printed: it goes where it would have gone, as it is. */
export function passOn(bytes: string | Uint8Array): void {
  process.stdout.write(bytes);
}

/** For what is printed while a command runs; whoever writes has escaped it. */
export const standardOutput: Output = {
  write: (some) => {
    stdout.write(some);
  },
  isScreen: stdout.isTTY && NO_COLOR === "" && TERM !== "dumb",
  // Some terminals do not know their size.
  size: () =>
    stdout.isTTY && stdout.columns > 0 ? { columns: stdout.columns, rows: stdout.rows } : undefined,
};
