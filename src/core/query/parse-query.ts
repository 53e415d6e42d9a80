import { ExpressionError, type Span } from "../expression/expression-error.ts";
import type { Comparison } from "../expression/syntax.ts";
import { TokenReader } from "../expression/token-reader.ts";
import { tokenize } from "../expression/tokenizer.ts";
import { parseList, parseOperand, parsePath } from "./parse-operand.ts";
import { type Operand, type Query, readsMetrics } from "./query.ts";

/** A list of all ids of a large search fits. */
export const MAX_QUERY = 1 << 20;

const COMPARISONS: readonly Comparison[] = ["==", "!=", "<=", ">=", "<", ">"];
const AND = ["&", "and", "&&"];
const OR = ["|", "or", "||"];
const TIGHT_NOT = ["~", "!"];

/**
 * The condition that a text says. `|` binds less tightly than `&`, that less than `~`, and all of them
 * less than comparisons.
 * @throws ExpressionError
 */
export function parseQuery(text: string): Query {
  const reader = readerOf(text);
  const { span } = reader.peek();
  if (reader.peek().kind === "end") return { kind: "any", span };
  const query = parseOr(reader);
  if (reader.peek().kind !== "end") throw leftOver(reader);
  return query;
}

/**
 * The field or summary that a column shows: `config.lr`, `last(train.loss)`.
 * @throws ExpressionError
 */
export function parseColumn(text: string): Exclude<Operand, { kind: "literal" }> {
  const reader = readerOf(text);
  const operand = parseOperand(reader);
  if (reader.peek().kind !== "end") throw leftOver(reader);
  if (operand.kind !== "literal") return operand;
  const remedy = "As in config.lr, or last(train.loss).";
  throw new ExpressionError("Expected the name of a field.", operand.span, remedy);
}

function readerOf(text: string): TokenReader {
  if (text.length > MAX_QUERY) {
    const message = `It has ${text.length} characters; the most are ${MAX_QUERY}.`;
    throw new ExpressionError(message, { at: 0, end: 0 });
  }
  const tokens = tokenize(text);
  const end = tokens.at(-1)?.span.at ?? 0;
  // Late values end there; a query is the whole text.
  if (end < text.length) {
    throw new ExpressionError('"|>" has no meaning here.', { at: end, end: end + 2 });
  }
  return new TokenReader(tokens);
}

function parseOr(reader: TokenReader): Query {
  return reader.nested(() => chain("or", OR, reader, () => chain("and", AND, reader, parseNot)));
}

/** Conditions between words that mean the same. A list, not a tree: thousands of them nest no deeper. */
function chain(
  kind: "and" | "or",
  words: readonly string[],
  reader: TokenReader,
  parse: (reader: TokenReader) => Query,
): Query {
  const first = parse(reader);
  const conditions = [first];
  while (reader.is(...words)) {
    reader.take();
    conditions.push(parse(reader));
  }
  if (conditions.length === 1) return first;
  // What needs no metric decides first, so that files stay closed where they can.
  const cheap = conditions.filter((one) => !readsMetrics(one));
  const dear = conditions.filter(readsMetrics);
  const span = { at: first.span.at, end: conditions.at(-1)?.span.end ?? first.span.end };
  return { kind, conditions: [...cheap, ...dear], span };
}

function parseNot(reader: TokenReader): Query {
  const word = reader.peek();
  const isTight = reader.is(...TIGHT_NOT);
  if (!isTight && !reader.is("not")) return parseTest(reader);
  reader.take();
  return reader.nested(() => {
    const condition = isTight ? parseTight(reader) : parseNot(reader);
    return { kind: "not", condition, span: { at: word.span.at, end: condition.span.end } };
  });
}

/** What `~` is about: elsewhere `~a == b` means something else than here, so it is refused. */
function parseTight(reader: TokenReader): Query {
  const isPlain = reader.is("(", "has", "not", ...TIGHT_NOT);
  const condition = parseNot(reader);
  if (isPlain || condition.kind === "truth") return condition;
  const remedy = "Write ~(a == b): what is denied stands in parentheses.";
  throw new ExpressionError("~ stands before a comparison.", condition.span, remedy);
}

function parseTest(reader: TokenReader): Query {
  const open = reader.peek();
  if (reader.skip("(")) {
    const inner = parseOr(reader);
    const { end } = reader.expect(")", "which closes the parenthesis").span;
    const span = { at: open.span.at, end };
    if (inner.kind === "truth") return parseComparison({ ...inner.operand, span }, reader);
    if (reader.is(...COMPARISONS)) throw compared(span, reader);
    return { ...inner, span };
  }
  if (reader.is("has")) return parseHas(reader);
  return parseComparison(parseOperand(reader), reader);
}

function parseHas(reader: TokenReader): Query {
  const { at } = reader.take().span;
  reader.expect("(", "as in has(config.lr)");
  const { path } = parsePath(reader);
  const { end } = reader.expect(")", "which closes the parenthesis").span;
  return { kind: "has", path, span: { at, end } };
}

function parseComparison(left: Operand, reader: TokenReader): Query {
  const operator = COMPARISONS.find((one) => reader.is(one));
  if (operator !== undefined) {
    reader.take();
    const right = parseOperand(reader);
    if (reader.is(...COMPARISONS)) throw chained(left.span, reader);
    return { kind: "compare", operator, left, right, span: over(left.span, right.span) };
  }
  const negation = reader.is("not") ? reader.take() : undefined;
  const test = parseWordTest(left, reader);
  if (negation !== undefined) {
    if (test === undefined) throw reader.unexpected('"in" or "like"');
    return { kind: "not", condition: test, span: test.span };
  }
  if (test !== undefined) return test;
  if (left.kind === "field") return { kind: "truth", operand: left, span: left.span };
  if (left.kind === "literal" && typeof left.value === "boolean") {
    return { kind: "truth", operand: left, span: left.span };
  }
  if (reader.is("=")) {
    throw new ExpressionError('"=" is not an operator here.', reader.peek().span, "Write ==.");
  }
  throw reader.unexpected("a comparison, such as ==");
}

/** `in […]`, `like "…"`; undefined if neither comes next. */
function parseWordTest(operand: Operand, reader: TokenReader): Query | undefined {
  if (reader.skip("in")) {
    const { items, end } = parseList(reader);
    return { kind: "in", operand, items, span: { at: operand.span.at, end } };
  }
  if (!reader.skip("like")) return undefined;
  const pattern = reader.peek();
  if (pattern.kind !== "text") throw reader.unexpected('a quoted pattern, such as "mlp*"');
  reader.take();
  return { kind: "like", operand, pattern: pattern.value, span: over(operand.span, pattern.span) };
}

function leftOver(reader: TokenReader): ExpressionError {
  const next = reader.peek();
  if (reader.is("=")) {
    return new ExpressionError('"=" is not an operator here.', next.span, "Write ==.");
  }
  if (reader.is("-")) {
    const remedy = 'A name with other signs than letters, digits and _ is quoted: config["a-b"].';
    return new ExpressionError('"-" has no meaning here.', next.span, remedy);
  }
  return reader.unexpected('"&", "|" or the end');
}

function chained(left: Span, reader: TokenReader): ExpressionError {
  const remedy = "Write a < b & b < c.";
  return new ExpressionError(
    "Comparisons cannot be chained.",
    over(left, reader.peek().span),
    remedy,
  );
}

function compared(left: Span, reader: TokenReader): ExpressionError {
  const remedy = "Join conditions by & and |.";
  return new ExpressionError(
    "A condition cannot be compared.",
    over(left, reader.peek().span),
    remedy,
  );
}

const over = (first: Span, last: Span): Span => ({ at: first.at, end: last.end });
