import fc from "fast-check";

import type { Config, ConfigValue } from "../../src/core/config/config.ts";
import { evaluate } from "../../src/core/expression/evaluator.ts";
import { ExpressionError } from "../../src/core/expression/expression-error.ts";
import { FUNCTION_NAMES } from "../../src/core/expression/functions.ts";
import { parseExpression } from "../../src/core/expression/parser.ts";

/** What inputs of {@link expressionText} are evaluated over. */
export const EXPRESSION_CONFIG: Config = {
  N: 50,
  lr: 1e-3,
  on: true,
  none: null,
  model: "simple",
  sizes: [64, 32, [1, 2]],
  long: "ab".repeat(5000),
  many: Array.from({ length: 1000 }, (_, index) => index),
  optimizer: { name: "adam", "b c": 3, betas: [0.9, 0.999], deep: { er: { est: 1 } } },
};

/** Names that lead out of plain data wherever they are looked up carelessly. */
const HOSTILE = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "__lookupGetter__",
  "Function",
  "Object",
  "process",
  "globalThis",
  "global",
  "require",
  "import",
  "eval",
  "this",
  "module",
  "length",
  "then",
  "toJSON",
];
const NAMES = [
  "N",
  "lr",
  "on",
  "none",
  "model",
  "sizes",
  "long",
  "many",
  "optimizer",
  "n",
  "betas",
];
const OPERATORS = "+ - * / // % ** == != < <= > >= and or && || in".split(" ");
const NUMBERS = ["0", "1", "2", "-1", "0.5", "1e3", "1e308", "9999999", "1e12", "5e-324"];
const TEXTS = ["''", '"a"', "'x,y'", '"\\n"', "'|>'", "'constructor'", '"__proto__"', "'😀'"];
const SCRAPS = "( ) [ ] { } , . ? : ! ~ & | = ; $ $<| |> ' \" \\ if else not # @ `".split(" ");

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
);
const atom = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...TEXTS),
  fc.constantFrom("true", "false", "null"),
  name,
);

/** Texts that are expressions by their grammar, whatever their values. */
export const wellFormed: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => {
  const node = tie("node");
  return {
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: atom },
      fc.tuple(node, fc.constantFrom(...OPERATORS), node).map((parts) => parts.join(" ")),
      fc.tuple(node, fc.constantFrom(...OPERATORS), node).map((parts) => `(${parts.join(" ")})`),
      fc.tuple(fc.constantFrom("-", "not ", "!", "+"), node).map((parts) => parts.join("")),
      fc.tuple(node, node, node).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
      fc.tuple(node, node, node).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.array(node, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc.tuple(node, node).map(([whole, key]) => `${whole}[${key}]`),
      fc.tuple(node, name).map(([whole, key]) => `${whole}.${key}`),
      fc.tuple(name, name).map(([whole, key]) => `${whole}["${key}"]`),
      fc
        .tuple(fc.constantFrom(...FUNCTION_NAMES, ...HOSTILE), fc.array(node, { maxLength: 3 }))
        .map(([called, args]) => `${called}(${args.join(", ")})`),
    ),
  };
}).node;

/** Anything that somebody may write as an expression: well-formed, damaged, or soup. */
export const expressionText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: wellFormed },
  {
    weight: 2,
    arbitrary: fc
      .tuple(wellFormed, fc.nat(), fc.constantFrom(...SCRAPS, ...OPERATORS, ...HOSTILE), fc.nat(3))
      .map(([text, place, scrap, cut]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + scrap + text.slice(at + cut);
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(atom, fc.constantFrom(...SCRAPS, ...OPERATORS)), { maxLength: 12 })
      .map((tokens) => tokens.join(" ")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);

/**
 * Evaluates a text, and throws if anything comes but plain data or the documented error. The limits
 * are part of it: a value is never large, and a span never outside of the text.
 * @returns whether it had a value
 */
export function expectHarmless(text: string, config: Config = EXPRESSION_CONFIG): boolean {
  let value: ConfigValue;
  try {
    value = evaluate(parseExpression(text), config);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { at, end, message } = error;
    if (at < 0 || end < at || end > text.length || message === "") {
      throw new Error(`${JSON.stringify(text)}: the error points at ${at} to ${end}.`, {
        cause: error,
      });
    }
    return false;
  }
  if (!isPlainData(value, 0)) throw new Error(`${JSON.stringify(text)} is no plain data.`);
  return true;
}

function isPlainData(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === "string") return value.length <= 100_000;
  if (typeof value !== "object" || depth > 40) return false;
  const parent: unknown = Object.getPrototypeOf(value);
  if (parent !== Object.prototype && parent !== Array.prototype) return false;
  return Object.values(value).every((part) => isPlainData(part, depth + 1));
}
