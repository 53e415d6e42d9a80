import type { ConfigValue } from "../config/config.ts";
import { show, suggestion } from "../config/problems.ts";
import type { BuiltIn, Call } from "./built-in.ts";
import { ExpressionError, type Span } from "./expression-error.ts";
import { FORMATS } from "./format-functions.ts";
import { finite, limitItems } from "./operators.ts";
import { TEXTS } from "./text-functions.ts";

/** Asks whether a path exists; the evaluator knows it, as it must not read its argument. */
export const HAS = { arity: [1, 1], usage: "has(a.b)" } as const;

const BUILT_INS: ReadonlyMap<string, BuiltIn> = new Map([
  ...Object.entries({
    abs: ofNumber("abs(x)", Math.abs),
    ceil: ofNumber("ceil(x)", Math.ceil),
    exp: ofNumber("exp(x)", Math.exp),
    floor: ofNumber("floor(x)", Math.floor),
    log: ofNumber("log(x)", Math.log),
    log10: ofNumber("log10(x)", Math.log10),
    log2: ofNumber("log2(x)", Math.log2),
    sqrt: ofNumber("sqrt(x)", Math.sqrt),
    max: {
      arity: [1, 1000],
      usage: "max(a, b, …) or max(list)",
      apply: extreme("max", (a, b) => Math.max(a, b)),
    },
    min: {
      arity: [1, 1000],
      usage: "min(a, b, …) or min(list)",
      apply: extreme("min", (a, b) => Math.min(a, b)),
    },
    pow: { arity: [2, 2], usage: "pow(base, exponent)", apply: pow },
    range: { arity: [1, 3], usage: "range(stop) or range(start, stop, step)", apply: range },
    round: { arity: [1, 2], usage: "round(x, digits)", apply: round },
    sum: { arity: [1, 1], usage: "sum(list)", apply: sum },
  } satisfies Record<string, BuiltIn>),
  ...Object.entries(TEXTS),
  ...Object.entries(FORMATS),
]);

/** All functions, `has` included, in alphabetical order. */
export const FUNCTION_NAMES: readonly string[] = [...BUILT_INS.keys(), "has"].sort();

/** @throws ExpressionError if there is no function of that name, with the nearest */
export function knownFunction(name: string, span: Span): BuiltIn | typeof HAS {
  if (name === "has") return HAS;
  const found = BUILT_INS.get(name);
  if (found !== undefined) return found;
  const near = suggestion(name, FUNCTION_NAMES);
  const remedy = near === "" ? `The functions are ${FUNCTION_NAMES.join(", ")}.` : near.trim();
  throw new ExpressionError(`There is no function ${JSON.stringify(name)}.`, span, remedy);
}

/** @throws ExpressionError if the arguments are too few, too many, or not what the function takes */
export function callFunction(name: string, call: Call): ConfigValue {
  const called = knownFunction(name, call.span);
  const { arity, usage } = called;
  const [least, most] = arity;
  if (call.args.length < least || call.args.length > most) {
    const count = least === most ? String(least) : `${least} to ${most}`;
    const message = `${name} takes ${count} argument${count === "1" ? "" : "s"}, got ${call.args.length}.`;
    throw new ExpressionError(message, call.span, `Write ${usage}.`);
  }
  if (!("apply" in called)) throw new RangeError(`${name} is evaluated by the evaluator.`);
  return called.apply(call);
}

/** @throws ExpressionError with what the function takes */
export function wrongArgument(
  name: string,
  expected: string,
  got: ConfigValue | undefined,
  span: Span,
) {
  return new ExpressionError(`${name} takes ${expected}, got ${show(got)}.`, span);
}

function ofNumber(usage: string, compute: (x: number) => number): BuiltIn {
  const name = usage.slice(0, usage.indexOf("("));
  const apply = ({ args: [x], span }: Call) => {
    if (typeof x !== "number") throw wrongArgument(name, "a number", x, span);
    return finite(compute(x), span);
  };
  return { arity: [1, 1], usage, apply };
}

function extreme(name: string, pick: (a: number, b: number) => number): BuiltIn["apply"] {
  return ({ args, span }) => {
    const [only] = args;
    const items: readonly ConfigValue[] = args.length === 1 && Array.isArray(only) ? only : args;
    const numbers = numbersOf(name, items, span);
    if (numbers.length === 0) {
      throw wrongArgument(name, "at least one number", [], span);
    }
    // Spreading the list into arguments would overflow the stack.
    return numbers.reduce(pick);
  };
}

function sum({ args: [list], span }: Call): ConfigValue {
  if (!Array.isArray(list)) throw wrongArgument("sum", "a list of numbers", list, span);
  const total = numbersOf("sum", list, span).reduce((before, x) => before + x, 0);
  return finite(total, span);
}

function numbersOf(name: string, items: readonly ConfigValue[], span: Span): readonly number[] {
  return items.map((item) => {
    if (typeof item !== "number") throw wrongArgument(name, "numbers", item, span);
    return item;
  });
}

function pow({ args: [base, exponent], span }: Call): ConfigValue {
  if (typeof base !== "number") throw wrongArgument("pow", "two numbers", base, span);
  if (typeof exponent !== "number") throw wrongArgument("pow", "two numbers", exponent, span);
  return finite(base ** exponent, span);
}

/** Halves are rounded away from 0. */
function round({ args: [x, digits = 0], span }: Call): ConfigValue {
  if (typeof x !== "number") throw wrongArgument("round", "a number", x, span);
  if (typeof digits !== "number" || !Number.isInteger(digits) || digits < 0 || digits > 15) {
    throw wrongArgument("round", "0 to 15 digits", digits, span);
  }
  return finite(Number(x.toFixed(digits)), span);
}

/** `stop` is not included, as in Python. */
function range({ args, span }: Call): ConfigValue {
  const numbers = args.map((arg) => {
    if (typeof arg !== "number" || !Number.isSafeInteger(arg)) {
      throw wrongArgument("range", "whole numbers", arg, span);
    }
    return arg;
  });
  const [first = 0, second, step = 1] = numbers;
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw wrongArgument("range", "a step other than 0", step, span);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  limitItems(count, span);
  return Array.from({ length: count }, (_, index) => start + index * step);
}
