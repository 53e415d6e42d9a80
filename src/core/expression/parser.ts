import type { ConfigValue } from "../config/config.ts";
import { ExpressionError, type Span } from "./expression-error.ts";
import { FUNCTION_NAMES, knownFunction } from "./functions.ts";
import { MAX_DEPTH, MAX_LENGTH } from "./limits.ts";
import { binaryAt, COMPARISON_POWER, refuseForeignSymbol } from "./operator-table.ts";
import type { BinaryOperator, Expression, UnaryOperator } from "./syntax.ts";
import { TokenReader, tooDeep } from "./token-reader.ts";
import { tokenize } from "./tokenizer.ts";

const LITERALS: ReadonlyMap<string, ConfigValue> = new Map<string, ConfigValue>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
]);
/** Words that cannot be names by themselves; `$["in"]` and `a.in` can. */
const KEYWORDS = ["if", "else", "and", "or", "not", "in"];

/** How tightly the prefixes bind, on the scale of {@link binaryAt}. */
const NOT_POWER = 3;
const SIGN_POWER = 7;

/**
 * The expression that a whole text is.
 * @throws ExpressionError
 */
export function parseExpression(text: string): Expression {
  const { expression, end } = parseExpressionAt(text, 0);
  if (end === text.length) return expression;
  throw new ExpressionError('"|>" has no meaning here.', { at: end, end: end + 2 });
}

/**
 * The expression that begins at `start` and reaches to the next `|>`, or else to the end of `text`.
 * @returns with `end`, the place of that `|>`, or the length of the text
 * @throws ExpressionError, its span counted from the text's first character
 */
export function parseExpressionAt(
  text: string,
  start: number,
): { readonly expression: Expression; readonly end: number } {
  if (text.length > MAX_LENGTH) {
    const message = `It has ${text.length} characters; the most are ${MAX_LENGTH}.`;
    throw new ExpressionError(message, { at: start, end: start });
  }
  const reader = new TokenReader(tokenize(text, start));
  if (reader.peek().kind === "end") {
    throw new ExpressionError("The expression is empty.", {
      at: start,
      end: reader.peek().span.end,
    });
  }
  const expression = parseChoice(reader);
  if (reader.peek().kind !== "end") throw afterExpression(reader);
  return { expression, end: reader.peek().span.at };
}

/** `then if condition else otherwise`, `condition ? then : otherwise`, or anything that binds tighter. */
function parseChoice(reader: TokenReader): Expression {
  return reader.nested(() => {
    const first = parseOperators(reader, 0);
    if (reader.skip("if")) {
      const condition = parseOperators(reader, 0);
      reader.expect("else", "as in `a if condition else b`");
      return choice(condition, first, parseChoice(reader), first);
    }
    if (!reader.skip("?")) return first;
    const then = parseChoice(reader);
    reader.expect(":", "as in `condition ? a : b`");
    return choice(first, then, parseChoice(reader), first);
  });
}

function choice(
  condition: Expression,
  then: Expression,
  otherwise: Expression,
  first: Expression,
): Expression {
  const span = { at: first.span.at, end: otherwise.span.end };
  const depth = depthOver([condition, then, otherwise], span);
  return { kind: "choice", condition, then, otherwise, span, depth };
}

/** Everything that binds at least as tightly as `power`. */
function parseOperators(reader: TokenReader, power: number): Expression {
  return reader.nested(() => {
    let left = parsePrefix(reader, power);
    let isComparison = false;
    for (;;) {
      const found = binaryAt(reader);
      if (found === undefined || found.power < power) return left;
      if (isComparison && found.power === COMPARISON_POWER) throw chained(left, reader);
      isComparison = found.power === COMPARISON_POWER;
      reader.take();
      if (found.operator === "not in") reader.expect("in", "as in `a not in list`");
      left = binary(found.operator, left, parseOperators(reader, found.rightPower));
    }
  });
}

function chained(left: Expression, reader: TokenReader): ExpressionError {
  const span = { at: left.span.at, end: reader.peek().span.end };
  const remedy = "Write `a < b and b < c`, or put one comparison in parentheses.";
  return new ExpressionError("Comparisons cannot be chained.", span, remedy);
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  const span = { at: left.span.at, end: right.span.end };
  return { kind: "binary", operator, left, right, span, depth: depthOver([left, right], span) };
}

function parsePrefix(reader: TokenReader, power: number): Expression {
  if (power <= NOT_POWER && reader.is("not")) return parseUnary(reader, "not", NOT_POWER);
  if (reader.is("!")) return parseUnary(reader, "not", SIGN_POWER);
  if (reader.is("-")) return parseUnary(reader, "-", SIGN_POWER);
  if (reader.is("+")) return parseUnary(reader, "+", SIGN_POWER);
  return parseParts(reader, parsePrimary(reader));
}

function parseUnary(reader: TokenReader, operator: UnaryOperator, power: number): Expression {
  const { at } = reader.take().span;
  const operand = parseOperators(reader, power);
  const span = { at, end: operand.span.end };
  return { kind: "unary", operator, operand, span, depth: depthOver([operand], span) };
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.peek();
  if (token.kind === "number" || token.kind === "text") {
    reader.take();
    return { kind: "literal", value: token.value, span: token.span, depth: 1 };
  }
  if (token.kind === "word") return parseWord(reader, token.text);
  if (reader.skip("(")) {
    const inner = parseChoice(reader);
    const { end } = reader.expect(")", "which closes the parenthesis").span;
    return { ...inner, span: { at: token.span.at, end } };
  }
  if (reader.skip("[")) {
    const { items, end } = parseItems(reader, "]", "which closes the list");
    const span = { at: token.span.at, end };
    return { kind: "list", items, span, depth: depthOver(items, span) };
  }
  if (reader.skip("$")) return parseRoot(reader, token.span.at);
  refuseForeignSymbol(reader);
  throw reader.unexpected("a value");
}

function parseWord(reader: TokenReader, word: string): Expression {
  const { span } = reader.peek();
  const value = LITERALS.get(word);
  if (value !== undefined) {
    reader.take();
    return { kind: "literal", value, span, depth: 1 };
  }
  if (KEYWORDS.includes(word)) throw reader.unexpected("a value");
  reader.take();
  if (!reader.is("(")) return { kind: "name", name: word, span, depth: 1 };
  knownFunction(word, span);
  reader.take();
  const { items: args, end } = parseItems(reader, ")", "which closes the call");
  const whole = { at: span.at, end };
  return { kind: "call", name: word, args, span: whole, depth: depthOver(args, whole) };
}

/** What follows `$`: a name that would mean something else without it. */
function parseRoot(reader: TokenReader, at: number): Expression {
  if (reader.skip(".")) {
    const { name, end } = takeKey(reader);
    return { kind: "name", name, span: { at, end }, depth: 1 };
  }
  reader.expect("[", 'as in $["any key"]');
  const key = reader.peek();
  if (key.kind !== "text") throw reader.unexpected('a quoted key, as in $["any key"]');
  reader.take();
  const { end } = reader.expect("]", "which closes the key").span;
  return { kind: "name", name: key.value, span: { at, end }, depth: 1 };
}

/** `.key` and `[index]`, as often as they come. */
function parseParts(reader: TokenReader, whole: Expression): Expression {
  let of = whole;
  for (;;) {
    if (reader.skip(".")) {
      const { name, span, end } = takeKey(reader);
      const key: Expression = { kind: "literal", value: name, span, depth: 1 };
      of = part(of, key, end);
      if (reader.is("(")) throw notAMethod(name, of, reader);
    } else if (reader.skip("[")) {
      const key = parseChoice(reader);
      of = part(of, key, reader.expect("]", "which closes the index").span.end);
    } else return of;
  }
}

function part(of: Expression, key: Expression, end: number): Expression {
  const span = { at: of.span.at, end };
  return { kind: "part", of, key, span, depth: depthOver([of, key], span) };
}

function takeKey(reader: TokenReader): { name: string; span: Span; end: number } {
  const key = reader.peek();
  if (key.kind !== "word") throw reader.unexpected("a key");
  reader.take();
  return { name: key.text, span: key.span, end: key.span.end };
}

function parseItems(
  reader: TokenReader,
  close: string,
  purpose: string,
): { readonly items: readonly Expression[]; readonly end: number } {
  const items: Expression[] = [];
  while (!reader.is(close)) {
    items.push(parseChoice(reader));
    if (!reader.skip(",")) break;
  }
  return { items, end: reader.expect(close, purpose).span.end };
}

/** Chains such as `1 + 1 + 1` nest without recursion of the parser, but not of the evaluator. */
function depthOver(parts: readonly Expression[], span: Span): number {
  let depth = 1;
  for (const inner of parts) depth = Math.max(depth, inner.depth + 1);
  if (depth > MAX_DEPTH) throw tooDeep(span);
  return depth;
}

function notAMethod(name: string, method: Expression, reader: TokenReader): ExpressionError {
  const span = { at: method.span.at, end: reader.peek().span.end };
  const remedy = FUNCTION_NAMES.includes(name)
    ? `Write ${name}(…) with the value inside.`
    : `The functions are ${FUNCTION_NAMES.join(", ")}.`;
  return new ExpressionError("Values have no functions of their own.", span, remedy);
}

function afterExpression(reader: TokenReader): ExpressionError {
  refuseForeignSymbol(reader);
  return reader.unexpected("an operator or the end");
}
