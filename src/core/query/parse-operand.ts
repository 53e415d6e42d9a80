import type { ConfigValue } from "../config/config.ts";
import { suggestion } from "../config/problems.ts";
import { ExpressionError, type Span } from "../expression/expression-error.ts";
import { formatPath, type Path } from "../expression/syntax.ts";
import type { TokenReader } from "../expression/token-reader.ts";
import type { Operand } from "./query.ts";
import { isSummary, type Summary, SUMMARIES } from "./summary.ts";

const WORDS: ReadonlyMap<string, ConfigValue> = new Map<string, ConfigValue>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
]);
/** Words that are no names by themselves; `$["in"]` and `config.in` are. */
const KEYWORDS = ["and", "or", "not", "in", "like"];

/** A number, text, true, false, null, list, field, or summary of a metric. @throws ExpressionError */
export function parseOperand(reader: TokenReader): Operand {
  const token = reader.peek();
  const { span } = token;
  if (token.kind === "number" || token.kind === "text") {
    reader.take();
    return { kind: "literal", value: token.value, span };
  }
  if (reader.is("-", "+")) return parseSigned(reader);
  if (reader.is("[")) {
    const { items, end } = parseList(reader);
    const value = items.map((item) => {
      if (item.kind === "literal") return item.value;
      throw new ExpressionError("Expected a value in the list, got a field.", item.span);
    });
    return { kind: "literal", value, span: { at: span.at, end } };
  }
  if (token.kind !== "word") return parseField(reader);
  const value = WORDS.get(token.text);
  if (value !== undefined) {
    reader.take();
    return { kind: "literal", value, span };
  }
  if (KEYWORDS.includes(token.text)) throw reader.unexpected("a field or a value");
  return parseField(reader);
}

/** `[a, b, …]`; a comma may stand behind the last. @throws ExpressionError */
export function parseList(reader: TokenReader): {
  readonly items: readonly Operand[];
  readonly end: number;
} {
  reader.expect("[", 'as in in ["sgd", "adam"]');
  return reader.nested(() => {
    const items: Operand[] = [];
    while (!reader.is("]")) {
      items.push(parseOperand(reader));
      if (!reader.skip(",")) break;
    }
    return { items, end: reader.expect("]", "which closes the list").span.end };
  });
}

/** `config.optimizer.lr`, `config["a b"].c[0]`, `$["any name"].c`. @throws ExpressionError */
export function parsePath(reader: TokenReader): { readonly path: Path; readonly span: Span } {
  const { at } = reader.peek().span;
  const path: (string | number)[] = [];
  let end = at;
  if (reader.skip("$")) {
    if (reader.is("[")) [path[0], end] = parseKey(reader);
    else reader.expect(".", 'or a quoted name, as in $["a b"].c');
  }
  if (path.length === 0) [path[0], end] = takeName(reader);
  for (;;) {
    if (reader.skip(".")) {
      const [name, stop] = takeName(reader);
      path.push(name);
      end = stop;
    } else if (reader.is("[")) {
      const [key, stop] = parseKey(reader);
      path.push(key);
      end = stop;
    } else return { path, span: { at, end } };
  }
}

function parseField(reader: TokenReader): Operand {
  const name = reader.peek();
  const { path, span } = parsePath(reader);
  if (!reader.is("(")) return { kind: "field", path, span };
  const called = path.length === 1 && name.kind === "word" ? name.text : formatPath(path);
  if (!isSummary(called)) {
    const near = suggestion(called, SUMMARIES).trim();
    const remedy = near === "" ? `There are ${SUMMARIES.join(", ")}, and has.` : near;
    throw new ExpressionError(`There is no function ${JSON.stringify(called)}.`, span, remedy);
  }
  reader.take();
  return parseSummary(called, span.at, reader);
}

/** Behind the opening parenthesis. */
function parseSummary(summary: Summary, at: number, reader: TokenReader): Operand {
  const { path, span } = parsePath(reader);
  const { end } = reader.expect(")", "which closes the call").span;
  // The original's Reader has them below this name, too.
  const [series, key, ...rest] = path[0] === "metrics" && path.length === 3 ? path.slice(1) : path;
  if (typeof series !== "string" || typeof key !== "string" || rest.length > 0) {
    const message = `Expected a series and a key, got ${formatPath(path)}.`;
    throw new ExpressionError(message, span, `As in ${summary}(train.loss).`);
  }
  return { kind: "summary", summary, series, key, span: { at, end } };
}

function parseSigned(reader: TokenReader): Operand {
  const sign = reader.take();
  const number = reader.peek();
  if (number.kind !== "number") throw reader.unexpected("a number behind the sign");
  reader.take();
  const value = sign.kind === "symbol" && sign.text === "-" ? 0 - number.value : number.value;
  return { kind: "literal", value, span: { at: sign.span.at, end: number.span.end } };
}

function parseKey(reader: TokenReader): [string | number, number] {
  reader.expect("[", "which opens an index");
  const isNegative = reader.skip("-");
  const key = reader.peek();
  if (key.kind !== "number" && (key.kind !== "text" || isNegative)) {
    throw reader.unexpected('a quoted key or a number, as in ["a b"] or [0]');
  }
  reader.take();
  const { end } = reader.expect("]", "which closes the index").span;
  if (key.kind === "text") return [key.value, end];
  return [isNegative ? -key.value : key.value, end];
}

function takeName(reader: TokenReader): [string, number] {
  const name = reader.peek();
  if (name.kind !== "word") throw reader.unexpected("a name");
  reader.take();
  return [name.text, name.span.end];
}
