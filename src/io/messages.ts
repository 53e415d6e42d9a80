/**
 * Messages between our processes: one JSON object a line. Other lines are skipped: a process that
 * was killed may have left half of one, and a program may write to the line by mistake.
 */
export function formatMessage(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

/** Gives what arrives in pieces to `listener`, message by message. */
export function createMessageReader(listener: (message: unknown) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") continue;
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        continue;
      }
      if (isObject(message)) listener(message);
    }
  };
}

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null;
