import type { ConfigValue } from "../config/config.ts";
import type { Span } from "../expression/expression-error.ts";
import type { Comparison, Path } from "../expression/syntax.ts";
import type { Summary } from "./summary.ts";

/** What a condition looks at: a value that was written, a field of the run, or a number made of a metric. */
export type Operand = { readonly span: Span } & (
  | { readonly kind: "literal"; readonly value: ConfigValue }
  /** `config.optimizer.lr`, `config["a b"]`, `config.sizes[0]`. */
  | { readonly kind: "field"; readonly path: Path }
  | MetricSummary
);

/** `last(train.loss)`: one number for everything that a run recorded under a key. */
export type MetricSummary = {
  readonly kind: "summary";
  readonly span: Span;
  readonly summary: Summary;
  readonly series: string;
  readonly key: string;
};

/** A condition on one run. */
export type Query = { readonly span: Span } &
  /** The empty query, which every run meets. */
  (
    | { readonly kind: "any" }
    /** A field by itself: met if it is `true`. */
    | { readonly kind: "truth"; readonly operand: Operand }
    | {
        readonly kind: "compare";
        readonly operator: Comparison;
        readonly left: Operand;
        readonly right: Operand;
      }
    | { readonly kind: "in"; readonly operand: Operand; readonly items: readonly Operand[] }
    /** `*` in the pattern stands for any text, `?` for one character. */
    | { readonly kind: "like"; readonly operand: Operand; readonly pattern: string }
    | { readonly kind: "has"; readonly path: Path }
    | { readonly kind: "not"; readonly condition: Query }
    | { readonly kind: "and" | "or"; readonly conditions: readonly Query[] }
  );

/** Everything that a query reads; `has(…)` reads nothing, it may ask for what nobody has. */
export function operandsOf(query: Query): readonly Operand[] {
  switch (query.kind) {
    case "any":
    case "has":
      return [];
    case "truth":
    case "like":
      return [query.operand];
    case "compare":
      return [query.left, query.right];
    case "in":
      return [query.operand, ...query.items];
    case "not":
      return operandsOf(query.condition);
    case "and":
    case "or":
      return query.conditions.flatMap(operandsOf);
  }
}

/** Whether metric files have to be opened to decide. */
export function readsMetrics(query: Query): boolean {
  return operandsOf(query).some(({ kind }) => kind === "summary");
}
