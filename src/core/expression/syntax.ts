import type { ConfigValue } from "../config/config.ts";
import type { Span } from "./expression-error.ts";

export type BinaryOperator =
  "+" | "-" | "*" | "/" | "//" | "%" | "**" | Comparison | "in" | "not in" | "and" | "or";
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type UnaryOperator = "-" | "+" | "not";

/** An expression that was read. `span` is where it stands in the text that it was read from. */
export type Expression = { readonly span: Span; readonly depth: number } & (
  | { readonly kind: "literal"; readonly value: ConfigValue }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  /** A key of the whole configuration. */
  | { readonly kind: "name"; readonly name: string }
  /** `of.key`, `of["key"]`, `of[0]`. */
  | { readonly kind: "part"; readonly of: Expression; readonly key: Expression }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
);

/** The parts of a value that a name leads to: keys, and places in lists from 0. */
export type Path = readonly (string | number)[];

/** `optimizer.betas[0]`, `sizes["a b"]`, as an expression writes it. */
export function formatPath(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!isWord(part)) text += `${text === "" ? "$" : ""}[${JSON.stringify(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** Whether a key can be written without quotes. */
export function isWord(key: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(key);
}

/** The path that an expression is, such as `a.b[0]`; undefined if it is computed or no path. */
export function pathOf(expression: Expression): Path | undefined {
  if (expression.kind === "name") return [expression.name];
  if (expression.kind !== "part") return undefined;
  const outer = pathOf(expression.of);
  const key = constantKey(expression.key);
  return outer === undefined || key === undefined ? undefined : [...outer, key];
}

function constantKey(key: Expression): string | number | undefined {
  if (key.kind === "literal") {
    return typeof key.value === "string" || typeof key.value === "number" ? key.value : undefined;
  }
  if (key.kind !== "unary" || key.operator !== "-" || key.operand.kind !== "literal") {
    return undefined;
  }
  return typeof key.operand.value === "number" ? -key.operand.value : undefined;
}
