/**
 * An expression that cannot be read, or has no value. The only error that parsing and evaluating
 * throw; whoever knows where the expression stands turns it into a `Problem`.
 */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** The characters that are meant: from `at` up to, not including, `end`, in the whole text. */
  readonly at: number;
  readonly end: number;
  /** What to write instead; empty if the message says it all. */
  readonly remedy: string;

  constructor(message: string, span: Span, remedy = "") {
    super(message);
    this.at = span.at;
    this.end = span.end;
    this.remedy = remedy;
  }
}

/** A piece of a text, in UTF-16 units: from `at` up to, not including, `end`. */
export type Span = { readonly at: number; readonly end: number };
