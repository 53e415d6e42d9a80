import { concatenate } from "../bytes.ts";

/** Longer lines are refused, so that a damaged file cannot fill the memory. UTF-16 units. */
export const MAX_LINE_LENGTH = 1_048_576;
/** No character has more bytes than this for each of its UTF-16 units. */
const MAX_BYTES_PER_UNIT = 3;
const NEWLINE = 0x0a;

/**
 * The lines of a UTF-8 text that comes in pieces, cut anywhere; undefined for a line longer than
 * {@link MAX_LINE_LENGTH}. Where the pieces are cut makes no difference. The last line may be
 * unfinished; what follows the last newline is a line only if it is not empty.
 */
export function* linesOf(chunks: Iterable<Uint8Array>): Generator<string | undefined> {
  // A newline's byte never occurs inside a character, so whole lines can be decoded by themselves.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const decode = (bytes: Uint8Array) => decoder.decode(bytes);
  const rest = new Remainder();
  for (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.add(chunk);
      continue;
    }
    const start = rest.isEmpty ? 0 : chunk.indexOf(NEWLINE) + 1;
    if (start > 0) {
      rest.add(chunk.subarray(0, start - 1));
      yield rest.take(decode);
    }
    if (start <= end) yield* split(decode(chunk.subarray(start, end)));
    rest.add(chunk.subarray(end + 1));
  }
  if (!rest.isEmpty) yield rest.take(decode);
}

function* split(text: string): Generator<string | undefined> {
  for (const line of text.split("\n")) yield line.length > MAX_LINE_LENGTH ? undefined : line;
}

/** The bytes of a line whose end has not come yet. Keeps no more of them than a line may have. */
class Remainder {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#isTooLong()) this.#pieces = [];
    // A copy: whoever reads the file may use the same buffer for its next piece.
    else if (piece.length > 0) this.#pieces.push(piece.slice());
  }

  /** The line; starts anew. */
  take(decode: (bytes: Uint8Array) => string): string | undefined {
    const line = this.#isTooLong() ? undefined : decode(concatenate(this.#pieces));
    this.#pieces = [];
    this.#bytes = 0;
    return line === undefined || line.length > MAX_LINE_LENGTH ? undefined : line;
  }

  #isTooLong(): boolean {
    return this.#bytes > MAX_LINE_LENGTH * MAX_BYTES_PER_UNIT;
  }
}
