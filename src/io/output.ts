import { printable } from "../core/printable.ts";

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
