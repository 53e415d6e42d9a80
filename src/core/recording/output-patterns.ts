/** What a line of a program's output says: numbers by name; undefined for a line that says nothing. */
export type OutputReader = (line: string) => Readonly<Record<string, number>> | undefined;

const PLACEHOLDER = /\{([A-Za-z_][\w.-]*)\}/g;
const NUMBER = String.raw`([-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf(?:inity)?))(?![\w.])`;
/** So much of a line is looked at: people print no longer ones for reading. */
const LINE_CHARACTERS = 10_000;
/** Colours of a terminal. */
// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[\d;]*m/g;

/** The names in a pattern such as `epoch {epoch} loss: {loss}`, in their order. */
export function namesIn(pattern: string): readonly string[] {
  return [...pattern.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/**
 * Reads numbers out of a program's output. Every pattern is looked for in every line, and what they
 * find in one line is one row; a blank in a pattern stands for any blanks, or none.
 *
 * @param patterns - text with the names of numbers in braces, e.g. `loss: {loss}`; each name once in a pattern
 */
export function createOutputReader(patterns: readonly string[]): OutputReader {
  const compiled = patterns.map((pattern) => ({
    names: namesIn(pattern),
    regex: compile(pattern),
  }));
  return (line) => {
    const text = line.slice(0, LINE_CHARACTERS).replace(COLOUR, "");
    const values = new Map<string, number>();
    for (const { names, regex } of compiled) {
      const found = regex.exec(text);
      for (const [index, name] of names.entries()) {
        if (found) values.set(name, readNumber(found[index + 1] ?? ""));
      }
    }
    return values.size === 0 ? undefined : Object.fromEntries(values);
  };
}

function compile(given: string): RegExp {
  const pattern = given.trim();
  const parts = pattern
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 0 ? literal(part) : NUMBER));
  // `loss` is not looked for at the end of `val_loss`.
  const start = /^(?:\w|\{)/.test(pattern) ? String.raw`(?<![\w.])` : "";
  return new RegExp(start + parts.join(""), "i");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/\s+/g, String.raw`\s*`);
}

function readNumber(text: string): number {
  const word = text.toLowerCase().replace(/^[-+]/, "");
  if (word === "nan") return Number.NaN;
  if (!word.startsWith("inf")) return Number(text);
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
