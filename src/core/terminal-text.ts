import { printable } from "./printable.ts";

const ELLIPSIS = "…";

/** `text` with at most `width` characters: what is too much is left out of its middle, where names differ least. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width <= 1) return ELLIPSIS.slice(0, Math.max(0, width));
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}${ELLIPSIS}${text.slice(text.length - (width - 1 - head))}`;
}

/** A line with at most `width` characters: the end is left out. */
export const cut = (line: string, width: number) =>
  line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}${ELLIPSIS}`;

/** Colours and weights: `ESC [ … m`. */
// eslint-disable-next-line no-control-regex -- that is what it is about
const COLOURS = /\x1B\[[\d;:]*m/g;
/** An escape sequence that has only begun. */
// eslint-disable-next-line no-control-regex -- as above
const BEGUN = /\x1B(?:\[[\d;:]{0,30})?$/;

/** What a program printed as a terminal may show it: returns stay, colours if wanted; the rest becomes visible. */
export function printableOutput(text: string, colours: boolean): string {
  const shown: string[] = [];
  let end = 0;
  for (const { 0: sequence, index } of text.matchAll(COLOURS)) {
    shown.push(escapeAllButReturns(text.slice(end, index)), colours ? sequence : "");
    end = index + sequence.length;
  }
  shown.push(escapeAllButReturns(text.slice(end)));
  return shown.join("");
}

/** Where `text` has to be cut so that no escape sequence is; its length if none has only begun. */
export function wholeSequences(text: string): number {
  const begun = BEGUN.exec(text);
  return begun === null ? text.length : begun.index;
}

const escapeAllButReturns = (text: string) => text.split("\r").map(printable).join("\r");

/**
 * What turns `before`, printed as the last lines of a terminal, into `lines`: from the top, each line
 * over the old one, so that nothing is empty in between. Lines must fit the terminal.
 */
export function repaint(before: readonly string[], lines: readonly string[]): string {
  const up = before.length === 0 ? "" : `\x1B[${before.length}A\r`;
  return `${up}${lines.map((line) => `${line}\x1B[K\n`).join("")}\x1B[J`;
}
