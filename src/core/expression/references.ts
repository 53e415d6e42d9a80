import { type Expression, type Path, pathOf } from "./syntax.ts";
import type { Span } from "./expression-error.ts";

/** A part of the configuration that an expression reads. */
export type Reference = {
  /** As far as it is constant: `["sizes"]` of `sizes[depth]`. */
  readonly path: Path;
  readonly span: Span;
};

export type References = {
  /** In their order, whichever branch reads them. */
  readonly reads: readonly Reference[];
  /** What the expression asks about with `has(…)`, and so expects to be missing at times. */
  readonly asks: readonly Path[];
};

/** What an expression reads, without evaluating it. */
export function referencesOf(expression: Expression): References {
  const reads: Reference[] = [];
  const asks: Path[] = [];
  collect(expression, reads, asks);
  return { reads, asks };
}

function collect(expression: Expression, reads: Reference[], asks: Path[]): void {
  const path = pathOf(expression);
  if (path !== undefined) {
    reads.push({ path, span: expression.span });
    return;
  }
  if (expression.kind === "call" && expression.name === "has") {
    for (const argument of expression.args) {
      const asked = pathOf(argument);
      if (asked !== undefined) asks.push(asked);
    }
    return;
  }
  for (const part of partsOf(expression)) collect(part, reads, asks);
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
    case "name":
      return [];
    case "list":
      return expression.items;
    case "part":
      return [expression.of, expression.key];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "choice":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
      return expression.args;
  }
}
