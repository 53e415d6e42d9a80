import { UserError } from "../../errors.ts";

/** A word as a POSIX shell reads it back, whatever it holds. */
export function shellWord(word: string): string {
  if (word.includes("\0")) throw refusal(word);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one command line of a POSIX shell. */
export const shellLine = (words: readonly string[]) => words.map(shellWord).join(" ");

/**
 * A word of a directive, as sbatch, bsub, qsub and oarsub read it back: in double quotes if it needs
 * any. A directive is one line, so a word with a line break cannot be said.
 * @throws UserError `usage`
 */
export function directiveWord(word: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(word)) throw refusal(word);
  return /^[\w@%+=:,./[\]{}<>*!&|()^~-]*$/.test(word)
    ? word
    : `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** `--name=value`, quoted; nothing without a value. */
export function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${directiveWord(String(value))}`];
}

/** `-n value`, quoted; nothing without a value. */
export function flag(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name} ${directiveWord(String(value))}`];
}

/** `26:03:00`, rounded up to whole seconds. */
export function clockTime(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(whole / 3600)}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
}

function refusal(word: string): UserError {
  return new UserError(
    "usage",
    `A job script cannot hold ${JSON.stringify(word)}: it has a line break or another control character.`,
    "Correct the option, or rename the folder.",
  );
}
