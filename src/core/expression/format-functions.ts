import type { ConfigValue } from "../config/config.ts";
import { show } from "../config/problems.ts";
import { ExpressionError } from "./expression-error.ts";
import type { BuiltIn, Call } from "./built-in.ts";
import { finite } from "./operators.ts";

/** The functions between numbers and their texts. */
export const FORMATS: Readonly<Record<string, BuiltIn>> = {
  float: { arity: [1, 1], usage: 'float("0.1")', apply: float },
  format: { arity: [2, 2], usage: 'format(x, ".2f")', apply: format },
  int: { arity: [1, 1], usage: 'int("12") or int(2.7)', apply: int },
};

const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i;
const SPEC = /^(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfeg%]?)$/;

/** The fraction is cut off, as in Python. */
function int(call: Call): ConfigValue {
  const [x] = call.args;
  if (typeof x === "boolean") return x ? 1 : 0;
  return finite(Math.trunc(toNumber("int", call)), call.span);
}

function float(call: Call): ConfigValue {
  return finite(toNumber("float", call), call.span);
}

function toNumber(name: string, { args: [x], span }: Call): number {
  if (typeof x === "number") return x;
  if (typeof x === "string" && NUMBER.test(x)) return Number(x);
  throw new ExpressionError(`${name} takes a number or the text of one, got ${show(x)}.`, span);
}

/** Python's format of numbers, the part that file names need: `[0][width][.precision][d f e g %]`. */
function format({ args: [x, spec], span }: Call): ConfigValue {
  const parts = typeof spec === "string" ? SPEC.exec(spec) : null;
  if (parts === null) {
    const remedy = 'There are "d", "05d", ".3f", ".2e", ".3g" and ".1%".';
    throw new ExpressionError(`${show(spec)} is no format of numbers.`, span, remedy);
  }
  if (typeof x !== "number") {
    throw new ExpressionError(`format takes a number, got ${show(x)}.`, span);
  }
  const [, zero = "", width = "", precision, kind = ""] = parts;
  if (kind === "d" && !Number.isInteger(x)) {
    throw new ExpressionError(`The format "d" takes a whole number, got ${x}.`, span);
  }
  const digits = precision === undefined ? undefined : Number(precision);
  const text = formatNumber(Math.abs(x), kind, digits);
  const sign = x < 0 ? "-" : "";
  if (zero === "") return `${sign}${text}`.padStart(Number(width));
  return sign + text.padStart(Number(width) - sign.length, "0");
}

/** @param digits - at most 99 */
function formatNumber(x: number, kind: string, digits: number | undefined): string {
  switch (kind) {
    case "f":
      return x.toFixed(digits ?? 6);
    case "e":
      return twoDigitExponent(x.toExponential(digits ?? 6));
    case "%":
      return `${(x * 100).toFixed(digits ?? 6)}%`;
    case "g":
      return general(x, Math.max(1, digits ?? 6));
    default:
      return digits === undefined ? String(x) : general(x, Math.max(1, digits));
  }
}

/** `0.001`, `1e-07`: the shorter of both ways, without zeros at the end. */
function general(x: number, digits: number): string {
  const exponent = x === 0 ? 0 : Number(/e(.*)$/.exec(x.toExponential(digits - 1))?.[1] ?? 0);
  if (exponent >= -4 && exponent < digits) {
    const fixed = x.toFixed(Math.min(100, digits - 1 - exponent));
    return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  }
  const [mantissa = "", power = ""] = x.toExponential(digits - 1).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return twoDigitExponent(`${short}e${power}`);
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
