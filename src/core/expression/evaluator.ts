import { type Config, type ConfigValue, isConfig, isList } from "../config/config.ts";
import { nearestPath, show } from "../config/problems.ts";
import { ExpressionError, type Span } from "./expression-error.ts";
import { callFunction } from "./functions.ts";
import { MAX_ITEMS, MAX_STEPS, MAX_VALUE_DEPTH, sizeOf } from "./limits.ts";
import { applyBinary, applyUnary, asCondition } from "./operators.ts";
import { type Expression, formatPath, type Path, pathOf } from "./syntax.ts";

/**
 * The value of an expression over a configuration. Only own properties of plain data are read; the
 * steps, the depth and the size of the value are bounded.
 * @throws ExpressionError
 */
export function evaluate(expression: Expression, config: Config): ConfigValue {
  return valueOf(expression, { config, steps: 0 });
}

/** One evaluation. `steps` counts up, so that none goes on for ever. */
type Evaluation = { readonly config: Config; steps: number };

function valueOf(expression: Expression, run: Evaluation): ConfigValue {
  count(run, 1, expression.span);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "name":
      return ownPart(run.config, expression.name, expression, run);
    case "part":
      return partOf(expression, run);
    case "list":
      return bounded(
        expression.items.map((item) => valueOf(item, run)),
        expression.span,
        run,
      );
    case "choice": {
      const { condition, then, otherwise } = expression;
      const isTrue = asCondition(valueOf(condition, run), condition.span);
      return valueOf(isTrue ? then : otherwise, run);
    }
    case "unary": {
      const { operator, operand, span } = expression;
      const value = valueOf(operand, run);
      return applyUnary(operator, value, operator === "not" ? operand.span : span);
    }
    case "binary":
      return binaryValue(expression, run);
    case "call":
      return callValue(expression, run);
  }
}

function binaryValue(
  expression: Extract<Expression, { kind: "binary" }>,
  run: Evaluation,
): ConfigValue {
  const { operator, left, right, span } = expression;
  const first = valueOf(left, run);
  if (operator === "and" || operator === "or") {
    // Like Python and JavaScript: what cannot change the result is not evaluated.
    if (asCondition(first, left.span) === (operator === "or")) return first;
    return asCondition(valueOf(right, run), right.span);
  }
  const second = valueOf(right, run);
  count(run, weightOf(first) + weightOf(second), span);
  return bounded(applyBinary(operator, first, second, span), span, run);
}

function callValue(
  { name, args, span }: Extract<Expression, { kind: "call" }>,
  run: Evaluation,
): ConfigValue {
  if (name === "has") return hasValue(args, span, run);
  const values = args.map((argument) => valueOf(argument, run));
  for (const value of values) count(run, weightOf(value), span);
  return bounded(callFunction(name, { args: values, span }), span, run);
}

/** Whether what a path leads to exists. It is not read, so it may be missing. */
function hasValue(args: readonly Expression[], span: Span, run: Evaluation): boolean {
  const [argument] = args;
  const path = argument === undefined || args.length > 1 ? undefined : pathOf(argument);
  if (path === undefined) {
    const message = "has takes one name, such as has(N) or has(optimizer.lr).";
    throw new ExpressionError(message, span);
  }
  return path.reduce<ConfigValue | undefined>(find, run.config) !== undefined;
}

function partOf(expression: Extract<Expression, { kind: "part" }>, run: Evaluation): ConfigValue {
  const whole = valueOf(expression.of, run);
  const key = valueOf(expression.key, run);
  if (typeof key === "string" && isConfig(whole)) return ownPart(whole, key, expression, run);
  if (typeof key === "number" && (typeof whole === "string" || Array.isArray(whole))) {
    return itemOf(whole, key, expression, run);
  }
  const kind = typeof key === "number" ? "items" : "keys";
  const message = `${textOf(expression.of)} has no ${kind}: it is ${show(whole)}.`;
  throw new ExpressionError(message, expression.span);
}

function ownPart(whole: Config, key: string, expression: Expression, run: Evaluation): ConfigValue {
  const value = find(whole, key);
  if (value !== undefined) return value;
  const path = pathOf(expression);
  if (path !== undefined) throw missingKey(path, expression.span, run.config);
  throw new ExpressionError(`${JSON.stringify(key)} is not a key of this value.`, expression.span);
}

/**
 * Says that a path leads to nothing, and which was probably meant.
 * @param path - up to the key that is missing
 */
export function missingKey(path: Path, span: Span, config: Config): ExpressionError {
  const whole = path.slice(0, -1).reduce<ConfigValue | undefined>(find, config);
  const near = nearestPath(formatPath(path), config);
  const known = isConfig(whole) ? Object.keys(whole).slice(0, 10).join(", ") : "";
  const others = known === "" ? "" : `There are ${known}.`;
  const remedy = near === undefined ? others : `Did you mean ${JSON.stringify(near)}?`;
  const of =
    path.length === 1 ? "the configuration" : JSON.stringify(formatPath(path.slice(0, -1)));
  const message = `${JSON.stringify(path.at(-1))} is not a key of ${of}.`;
  return new ExpressionError(message, span, remedy);
}

function itemOf(
  whole: string | readonly ConfigValue[],
  index: number,
  expression: Extract<Expression, { kind: "part" }>,
  run: Evaluation,
): ConfigValue {
  count(run, weightOf(whole), expression.span);
  // Characters as people count them, not halves of pairs.
  const items = typeof whole === "string" ? Array.from(whole) : whole;
  const item = items.at(index);
  if (Number.isInteger(index) && item !== undefined) return item;
  const size = `${items.length} ${items.length === 1 ? "item" : "items"}`;
  const message = `${textOf(expression.of)} has ${size}, and none at ${index}.`;
  throw new ExpressionError(message, expression.span, "The first is [0], the last [-1].");
}

/** What stands at a key or a place of a value; own properties only. */
export function find(
  value: ConfigValue | undefined,
  key: string | number,
): ConfigValue | undefined {
  if (value === undefined) return undefined;
  if (typeof key === "string") {
    return isConfig(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (typeof value === "string") return Array.from(value).at(key);
  return isList(value) ? value.at(key) : undefined;
}

function textOf(expression: Expression): string {
  const path = pathOf(expression);
  return path === undefined ? "this value" : JSON.stringify(formatPath(path));
}

/** What looking through a value costs. */
function weightOf(value: ConfigValue): number {
  if (typeof value === "string") return value.length / 100;
  return typeof value === "object" && value !== null ? sizeOf(value, MAX_ITEMS) : 0;
}

/** @returns `value`. @throws ExpressionError if it holds too much: as text it could fill the memory */
function bounded(value: ConfigValue, span: Span, run: Evaluation): ConfigValue {
  const size = weightOf(value);
  count(run, size, span);
  if (size <= MAX_ITEMS) return value;
  const most = `${MAX_ITEMS} parts or ${MAX_VALUE_DEPTH} levels`;
  throw new ExpressionError(`The value would have more than ${most}.`, span);
}

function count(run: Evaluation, steps: number, span: Span): void {
  run.steps += steps;
  if (run.steps <= MAX_STEPS) return;
  throw new ExpressionError(`It takes more than ${MAX_STEPS} steps.`, span);
}
