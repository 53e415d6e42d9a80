import { type ConfigValue, isConfig, isList } from "../config/config.ts";
import { show } from "../config/problems.ts";
import { ExpressionError, type Span } from "./expression-error.ts";
import { MAX_ITEMS, MAX_TEXT } from "./limits.ts";
import type { BinaryOperator, Comparison, UnaryOperator } from "./syntax.ts";

/** The operators that look at both of their values; `and` and `or` may not look at the second. */
export type EagerOperator = Exclude<BinaryOperator, "and" | "or">;

/** Comparisons that ask which of two is greater. */
type OrderComparison = Exclude<Comparison, "==" | "!=">;

/** @throws ExpressionError if the operator has no meaning for these values */
export function applyBinary(
  operator: EagerOperator,
  left: ConfigValue,
  right: ConfigValue,
  span: Span,
): ConfigValue {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(operator, left, right, span);
    case "in":
      return contains(right, left, span);
    case "not in":
      return !contains(right, left, span);
    case "+":
      return add(left, right, span);
    case "*":
      return multiply(left, right, span);
    case "-":
    case "/":
    case "//":
    case "%":
    case "**":
      return calculate(operator, ...bothNumbers(operator, left, right, span), span);
  }
}

/** @throws ExpressionError */
export function applyUnary(operator: UnaryOperator, value: ConfigValue, span: Span): ConfigValue {
  if (operator === "not") return !asCondition(value, span);
  if (typeof value !== "number") {
    throw new ExpressionError(`${operator} needs a number, got ${show(value)}.`, span);
  }
  return operator === "-" ? 0 - value : value;
}

/** @throws ExpressionError for anything but true and false: 0, "" and null are no conditions */
export function asCondition(value: ConfigValue, span: Span): boolean {
  if (typeof value === "boolean") return value;
  const remedy = "Compare it, as in `a != 0` or `a != null`.";
  throw new ExpressionError(`Expected true or false, got ${show(value)}.`, span, remedy);
}

/** Lists and objects are equal if their parts are, whatever the order of keys. */
export function isEqual(left: ConfigValue, right: ConfigValue): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null) return false;
  if (isConfig(left)) {
    if (!isConfig(right)) return false;
    const keys = Object.keys(left);
    const isPart = (key: string) =>
      Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null);
    return keys.length === Object.keys(right).length && keys.every(isPart);
  }
  if (isConfig(right) || left.length !== right.length) return false;
  return left.every((item: ConfigValue, index) => isEqual(item, right[index] ?? null));
}

/** @throws ExpressionError if `value` is not a finite number: JSON has no others */
export function finite(value: number, span: Span): number {
  // Adding 0 turns -0, which JSON has not, into 0.
  if (Number.isFinite(value)) return value + 0;
  throw new ExpressionError("The result is not a finite number.", span);
}

/** @throws ExpressionError if a text would become too long */
export function limitText(length: number, span: Span): void {
  if (length <= MAX_TEXT) return;
  throw new ExpressionError(`The text would be longer than ${MAX_TEXT} characters.`, span);
}

/** @throws ExpressionError if a list would become too long */
export function limitItems(count: number, span: Span): void {
  if (count <= MAX_ITEMS) return;
  throw new ExpressionError(`The list would have more than ${MAX_ITEMS} items.`, span);
}

function compare(
  operator: OrderComparison,
  left: ConfigValue,
  right: ConfigValue,
  span: Span,
): boolean {
  const answer = isOrdered(operator, left, right);
  if (answer !== undefined) return answer;
  const expected = "two numbers or two texts";
  throw new ExpressionError(
    `${operator} compares ${expected}, got ${show(left)} and ${show(right)}.`,
    span,
  );
}

/** Numbers by size, texts by their code units; undefined for anything else. */
export function isOrdered(
  operator: OrderComparison,
  left: ConfigValue,
  right: ConfigValue,
): boolean | undefined {
  const areNumbers = typeof left === "number" && typeof right === "number";
  if (!areNumbers && !(typeof left === "string" && typeof right === "string")) return undefined;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

function contains(whole: ConfigValue, part: ConfigValue, span: Span): boolean {
  if (typeof whole === "string" && typeof part === "string") return whole.includes(part);
  if (Array.isArray(whole)) return whole.some((item: ConfigValue) => isEqual(item, part));
  if (isConfig(whole) && typeof part === "string") return Object.hasOwn(whole, part);
  const expected = "looks for a value in a list, a text in a text, or a key in an object";
  throw new ExpressionError(`in ${expected}, got ${show(part)} and ${show(whole)}.`, span);
}

function add(left: ConfigValue, right: ConfigValue, span: Span): ConfigValue {
  if (typeof left === "number" && typeof right === "number") return finite(left + right, span);
  if (typeof left === "string" && typeof right === "string") {
    limitText(left.length + right.length, span);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    limitItems(left.length + right.length, span);
    return [...left, ...right];
  }
  const isTextMeant = typeof left === "string" || typeof right === "string";
  const remedy = isTextMeant ? "Write str(…) around what is no text." : "";
  throw new ExpressionError(
    `+ adds two numbers, two texts or two lists, got ${show(left)} and ${show(right)}.`,
    span,
    remedy,
  );
}

function multiply(left: ConfigValue, right: ConfigValue, span: Span): ConfigValue {
  if (typeof left === "number" && typeof right === "number") return finite(left * right, span);
  if (typeof left === "number") return repeat(right, left, span);
  if (typeof right === "number") return repeat(left, right, span);
  throw noProduct(left, right, span);
}

/** `"ab" * 2`, `[0] * 3`: as often as `count` says, not at all if it is negative. */
function repeat(what: ConfigValue, count: number, span: Span): ConfigValue {
  if (typeof what !== "string" && !Array.isArray(what)) throw noProduct(what, count, span);
  if (!Number.isInteger(count)) {
    const message = `A text or list is repeated a whole number of times, got ${count}.`;
    throw new ExpressionError(message, span);
  }
  const times = Math.max(0, count);
  if (typeof what === "string") {
    limitText(what.length * times, span);
    return what.repeat(what === "" ? 0 : times);
  }
  const items: readonly ConfigValue[] = what;
  limitItems(items.length * times, span);
  return items.length === 0 ? [] : Array.from({ length: times }, () => items).flat();
}

function noProduct(left: ConfigValue, right: ConfigValue, span: Span): ExpressionError {
  const expected = "* multiplies two numbers, or a text or list by a number";
  return new ExpressionError(`${expected}, got ${show(left)} and ${show(right)}.`, span);
}

function bothNumbers(
  operator: string,
  left: ConfigValue,
  right: ConfigValue,
  span: Span,
): readonly [number, number] {
  if (typeof left === "number" && typeof right === "number") return [left, right];
  throw new ExpressionError(
    `${operator} needs two numbers, got ${show(left)} and ${show(right)}.`,
    span,
  );
}

function calculate(
  operator: "-" | "/" | "//" | "%" | "**",
  left: number,
  right: number,
  span: Span,
): number {
  if (right === 0 && (operator === "/" || operator === "//" || operator === "%")) {
    throw new ExpressionError("Division by zero.", span);
  }
  switch (operator) {
    case "-":
      return finite(left - right, span);
    case "/":
      return finite(left / right, span);
    case "//":
      return finite(Math.floor(left / right), span);
    case "%":
      return finite(modulo(left, right), span);
    case "**":
      return finite(left ** right, span);
  }
}

/** The remainder with the divisor's sign, so that `(a // b) * b + a % b` is `a`. */
function modulo(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}
