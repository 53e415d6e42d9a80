/** Who gave a value, and where that is written. */
export type Origin = {
  /** As messages name it: `defaults`, `configuration "base"`, `command line`. */
  readonly layer: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
};

/** A text, and the characters of it that are meant: from `at` up to, not including, `end`. */
export type Excerpt = { readonly text: string; readonly at: number; readonly end: number };

/** Fits a terminal together with its indentation. */
const WIDTH = 90;

/** `base.yaml:12` where that is known, and otherwise the name of the layer. */
export function formatOrigin({ layer, file, line }: Origin): string {
  if (file === undefined) return layer;
  return line === undefined ? file : `${file}:${line}`;
}

/** The text, and below it a line that points at the characters; of a long text the part around them. */
export function formatExcerpt({ text, at, end }: Excerpt): readonly string[] {
  const start = text.length <= WIDTH ? 0 : Math.max(0, Math.min(at - 30, text.length - WIDTH));
  const stop = Math.min(text.length, start + WIDTH);
  const before = start > 0 ? "…" : "";
  const after = stop < text.length ? "…" : "";
  const shown = text.slice(start, stop).replace(/\p{C}/gu, " ");
  const carets = Math.max(1, Math.min(end, stop) - at);
  // Counted in characters, as a pair of UTF-16 units takes one place.
  const left = Array.from(text.slice(start, at)).length + before.length;
  return [`${before}${shown}${after}`, " ".repeat(left) + "^".repeat(carets)];
}
