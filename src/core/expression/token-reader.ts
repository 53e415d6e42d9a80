import { ExpressionError, type Span } from "./expression-error.ts";
import { MAX_DEPTH } from "./limits.ts";
import type { Token } from "./tokenizer.ts";

/** A place between tokens that moves on, and how deeply nested it is. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  /** @param tokens - at least one; the last is `end` */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token that comes next; `end` for ever once all are taken. */
  peek(): Token {
    const token = this.#tokens[Math.min(this.#index, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError("A reader needs an end token.");
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }

  /** Whether one of these words or symbols comes next. */
  is(...texts: readonly string[]): boolean {
    const token = this.peek();
    return (token.kind === "word" || token.kind === "symbol") && texts.includes(token.text);
  }

  /** Takes a word or symbol if it comes next; says whether it did. */
  skip(text: string): boolean {
    const found = this.is(text);
    if (found) this.#index += 1;
    return found;
  }

  /** @throws ExpressionError if something else comes next than `text`, which `purpose` explains */
  expect(text: string, purpose: string): Token {
    if (!this.is(text)) throw this.unexpected(`${JSON.stringify(text)}, ${purpose}`);
    return this.take();
  }

  /** @returns what `read` returns, one level deeper. @throws ExpressionError if that is too deep */
  nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw tooDeep(this.peek().span);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Says that something else was expected than what comes next. */
  unexpected(expected: string): ExpressionError {
    const next = this.peek();
    return new ExpressionError(`Expected ${expected}, got ${describe(next)}.`, next.span);
  }
}

export function tooDeep(span: Span): ExpressionError {
  const remedy = "Compute a part of it in a key of its own.";
  return new ExpressionError(`It nests more than ${MAX_DEPTH} levels deep.`, span, remedy);
}

function describe(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end of the expression";
    case "number":
    case "text":
      return JSON.stringify(token.value);
    case "word":
    case "symbol":
      return JSON.stringify(token.text);
  }
}
