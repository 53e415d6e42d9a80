/**
 * Messages between our processes: one JSON object a line. Other lines are skipped: a process that
 * was killed may have left half of one, and a program may write to the line by mistake.
 */
export function formatMessage(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

/**
 * Longer lines are skipped, so that a program that writes without end cannot fill the memory of its
 * worker. A message holds a configuration at most, whose file is shorter. UTF-16 units.
 */
export const MAX_MESSAGE_LENGTH = 1 << 26;

/** Gives what arrives in pieces to `listener`, message by message. */
export function createMessageReader(listener: (message: unknown) => void): (text: string) => void {
  let pieces: string[] = [];
  let length = 0;
  const add = (piece: string) => {
    length += piece.length;
    if (length > MAX_MESSAGE_LENGTH) pieces = [];
    else pieces.push(piece);
  };
  const take = () => {
    const line = length > MAX_MESSAGE_LENGTH ? "" : pieces.join("");
    pieces = [];
    length = 0;
    return line;
  };
  return (text) => {
    const [first = "", ...others] = text.split("\n");
    add(first);
    for (const piece of others) {
      const message = parse(take());
      if (isObject(message)) listener(message);
      add(piece);
    }
  };
}

function parse(line: string): unknown {
  // Looked at first: a failed JSON.parse costs a hundred times as much.
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null;
