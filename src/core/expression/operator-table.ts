import { ExpressionError } from "./expression-error.ts";
import type { BinaryOperator } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

type Infix = {
  readonly operator: BinaryOperator;
  /** Higher binds tighter. */
  readonly power: number;
  /** What stands at the right must bind at least this tightly. */
  readonly rightPower: number;
};

const POWERS: ReadonlyMap<string, readonly [BinaryOperator, number]> = new Map([
  ["or", ["or", 1]],
  ["||", ["or", 1]],
  ["and", ["and", 2]],
  ["&&", ["and", 2]],
  ["==", ["==", 4]],
  ["!=", ["!=", 4]],
  ["<", ["<", 4]],
  ["<=", ["<=", 4]],
  [">", [">", 4]],
  [">=", [">=", 4]],
  ["in", ["in", 4]],
  ["+", ["+", 5]],
  ["-", ["-", 5]],
  ["*", ["*", 6]],
  ["/", ["/", 6]],
  ["//", ["//", 6]],
  ["%", ["%", 6]],
  ["**", ["**", 8]],
]);
/** Comparisons do not chain: `1 < a < 3` is read in different ways by other languages. */
export const COMPARISON_POWER = 4;
const RIGHT_ASSOCIATIVE_POWER = 8;
/** A sign in an exponent: `2 ** -1`. Signs bind less tightly than `**` and may stand there all the same. */
const EXPONENT_POWER = 7;

/** The operator between two values that comes next, if one does. */
export function binaryAt(reader: TokenReader): Infix | undefined {
  const token = reader.peek();
  if (token.kind !== "word" && token.kind !== "symbol") return undefined;
  if (token.text === "not") {
    return { operator: "not in", power: COMPARISON_POWER, rightPower: COMPARISON_POWER + 1 };
  }
  const found = POWERS.get(token.text);
  if (found === undefined) return undefined;
  const [operator, power] = found;
  const rightPower = power === RIGHT_ASSOCIATIVE_POWER ? EXPONENT_POWER : power + 1;
  return { operator, power, rightPower };
}

/** What other languages have and this one has not, each with what to write instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  "=": "Write == to compare.",
  "&": "Write and.",
  "|": "Write or.",
  "~": "Write not.",
  "^": "Write ** for a power.",
  "??": "Write `a if has(a) else b`.",
  "{": "An object cannot be written here; give its keys late values.",
  "}": "Nothing opened it.",
  "@": "",
  ";": "There is one expression and no statements.",
};

/** @throws ExpressionError if a symbol comes next that has a meaning in other languages only */
export function refuseForeignSymbol(reader: TokenReader): void {
  const next = reader.peek();
  if (next.kind !== "symbol" || !Object.hasOwn(FOREIGN, next.text)) return;
  const message = `${JSON.stringify(next.text)} is not an operator here.`;
  throw new ExpressionError(message, next.span, FOREIGN[next.text]);
}
