import { ExpressionError, type Span } from "./expression-error.ts";

export type Token = { readonly span: Span } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "symbol"; readonly text: string }
  /** The end of the text, or `|>`. */
  | { readonly kind: "end" }
);

/** Longer ones first: the first that fits is taken. */
const SYMBOLS = [
  ..."** // == != <= >= && || ??".split(" "),
  ..."+ - * / % < > ! ( ) [ ] { } , . ? : $ = & | ~ ^ ; @".split(" "),
];
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

const BLANKS = /\s+/y;
const NUMBER = /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;

/**
 * The tokens of the expression that begins at `start`, and an `end` token where the text ends, or at
 * the first `|>` that is not in quotes.
 * @throws ExpressionError
 */
export function tokenize(text: string, start = 0): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    at += matchAt(BLANKS, text, at).length;
    if (at >= text.length || text.startsWith("|>", at)) {
      tokens.push({ kind: "end", span: { at, end: at } });
      return tokens;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.span.end;
  }
}

function tokenAt(text: string, at: number): Token {
  const first = text[at] ?? "";
  if (first === '"' || first === "'") return quotedAt(text, at);
  const word = matchAt(WORD, text, at);
  if (word !== "") return { kind: "word", text: word, span: { at, end: at + word.length } };
  const number = matchAt(NUMBER, text, at);
  if (number !== "") return numberToken(text, number, at);
  const symbol = SYMBOLS.find((one) => text.startsWith(one, at));
  if (symbol !== undefined) {
    return { kind: "symbol", text: symbol, span: { at, end: at + symbol.length } };
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const span = { at, end: at + character.length };
  throw new ExpressionError(`${JSON.stringify(character)} has no meaning here.`, span);
}

function numberToken(text: string, number: string, at: number): Token {
  const tail = matchAt(WORD, text, at + number.length);
  const span = { at, end: at + number.length + tail.length };
  if (tail !== "") {
    const remedy = "Put an operator between them, or quotes around a text.";
    throw new ExpressionError(`${number}${tail} is neither a number nor a name.`, span, remedy);
  }
  const value = Number(number.replaceAll("_", ""));
  if (!Number.isFinite(value)) {
    throw new ExpressionError(`${number} is larger than any number here.`, span);
  }
  return { kind: "number", value, span };
}

function quotedAt(text: string, at: number): Token {
  const quote = text[at];
  let value = "";
  let next = at + 1;
  while (next < text.length) {
    const character = text[next] ?? "";
    if (character === quote) return { kind: "text", value, span: { at, end: next + 1 } };
    if (character !== "\\") {
      value += character;
      next += 1;
      continue;
    }
    const escape = escapeAt(text, next);
    value += escape.value;
    next = escape.end;
  }
  const remedy = `Close it with ${quote ?? ""}.`;
  throw new ExpressionError("The quoted text has no end.", { at, end: text.length }, remedy);
}

function escapeAt(text: string, at: number): { readonly value: string; readonly end: number } {
  const letter = text[at + 1] ?? "";
  const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (value !== undefined) return { value, end: at + 2 };
  const code = /^u([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))?.[1];
  if (code !== undefined) {
    return { value: String.fromCharCode(Number.parseInt(code, 16)), end: at + 6 };
  }
  const known = String.raw`\\ \' \" \n \t \r \0 \u0041`;
  const message = `${JSON.stringify(`\\${letter}`)} is no escape; there are ${known}.`;
  throw new ExpressionError(message, { at, end: Math.min(at + 2, text.length) });
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
