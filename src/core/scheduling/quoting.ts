import { UserError } from "../../errors.ts";

/** A word as a POSIX shell reads it back, whatever it holds. */
export function shellWord(word: string): string {
  if (word.includes("\0")) throw refusal(word);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one command line of a POSIX shell. */
export const shellLine = (words: readonly string[]) => words.map(shellWord).join(" ");

/** How a scheduler reads the words of a directive. */
export type WordQuoting = (word: string) => string;

/**
 * A word of a directive, as sbatch reads it back: in double quotes if it needs any. A
 * directive is one line, so a word with a line break cannot be said.
 * @throws UserError `usage`
 */
export const directiveWord: WordQuoting = (word) =>
  isPlain(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`;

/**
 * The same for PBS's qsub, OpenPBS's and Torque's: nothing ends or escapes anything within quotes but
 * their like, and what stands side by side is one word.
 * @throws UserError `usage`
 */
export const pbsWord: WordQuoting = (word) =>
  isPlain(word)
    ? word
    : word.replace(/"+|[^"]+/g, (part) => (part.startsWith('"') ? `'${part}'` : `"${part}"`));

/**
 * The same for Grid Engine's qsub, which drops all quotes after it has found the words, and whatever
 * follows a `#`; and for bsub, of which nobody says more than that it knows double quotes.
 * @throws UserError `usage`
 */
export const simpleWord: WordQuoting = (word) => {
  if (isPlain(word)) return word;
  if (!/["'#\\`]/.test(word)) return `"${word}"`;
  throw new UserError(
    "usage",
    `This scheduler's scripts cannot hold ${JSON.stringify(word)}: it has a quote, a backslash or a #.`,
    "Correct the option, rename the folder, or send the jobs' output elsewhere (`logDir` in `cluster` of the project's file).",
  );
};

/** @throws UserError `usage` */
function isPlain(word: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(word)) throw refusal(word);
  return /^[\w@%+=:,./[\]{}<>*!&|()^~-]*$/.test(word);
}

/** `--name=value`, quoted; nothing without a value. */
export function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${directiveWord(String(value))}`];
}

/** `-n value`, quoted; nothing without a value. */
export function flag(
  name: string,
  value: string | number | undefined,
  quote: WordQuoting = directiveWord,
): readonly string[] {
  return value === undefined ? [] : [`${name} ${quote(String(value))}`];
}

/** Whether nothing is to be said of a resource: sites without GPUs refuse to give 0 of them. */
export const hasNone = (count: number | undefined): count is 0 | undefined =>
  count === undefined || count === 0;

/** `-S /bin/bash`, for schedulers that otherwise choose the shell themselves; nothing for a shell with arguments. */
export const shellFlag = (shell: string): readonly string[] =>
  /^\/[\w./+-]+$/.test(shell) ? [`-S ${shell}`] : [];

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
