import { UserError } from "../../src/errors.ts";

/** One reader of text from outside, and what has to hold for any text. */
export type Target = {
  readonly name: string;
  /** Real texts, to begin with. */
  readonly seeds: readonly string[];
  /** Words that mean something to the reader. */
  readonly words?: readonly string[];
  /**
   * Reads one text. Units U+DC80 to U+DCFF, of which no character is made, stand for bytes that are
   * no UTF-8 (see {@link bytesOf}).
   * @returns what the reader did, in a few words: a text that does something new is kept
   * @throws if anything does not hold
   */
  readonly check: (text: string) => string;
};

/** A property that does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
}

export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** Messages of failures have to fit on a screen or two, whatever they quote. */
const MAX_MESSAGE = 20_000;

/** The reader's value, or the shape of its refusal; anything else that it throws is a violation. */
export function readOrRefusal<Value>(
  read: () => Value,
): { readonly value: Value } | { readonly refusal: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    hold(error.message.length <= MAX_MESSAGE, "a refusal is short");
    return { refusal: shapeOf(`${error.code} ${error.message}`) };
  }
}

/** A message without what it quotes. */
export function shapeOf(message: string): string {
  return message
    .slice(0, 400)
    .replace(/"[^"]*"/g, '"')
    .replace(/\d+/g, "0")
    .slice(0, 120);
}

/** Holds that nothing has changed what all objects inherit. */
export function holdUnpolluted(): void {
  for (const name in {}) hold(false, `Object.prototype has got ${name}`);
  hold(Object.getPrototypeOf({}) === Object.prototype, "objects inherit what they should");
}

/** The bytes that a text stands for. */
export function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  if (!/[\udc80-\udcff]/.test(text)) return bytes;
  const pieces = text
    .split(/([\udc80-\udcff])/)
    .map((piece) =>
      /^[\udc80-\udcff]$/.test(piece)
        ? Buffer.of(piece.charCodeAt(0) - 0xdc00)
        : Buffer.from(piece, "utf8"),
    );
  return Buffer.concat(pieces);
}
