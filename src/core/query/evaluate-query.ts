import type { ConfigValue } from "../config/config.ts";
import { isEqual, isOrdered } from "../expression/operators.ts";
import type { Comparison, Path } from "../expression/syntax.ts";
import { isLike } from "./like.ts";
import type { MetricSummary, Operand, Query } from "./query.ts";

/** One run, as far as a query looks at it. */
export type QueriedRun = {
  /** Undefined if the run has no such field. */
  readonly value: (path: Path) => ConfigValue | undefined;
  /** Undefined if it recorded nothing under that key. May be NaN or infinite. */
  readonly summary: (operand: MetricSummary) => number | undefined;
};

/**
 * Whether a run meets a condition. Nothing is compared with what is missing: every comparison of it,
 * `!=` too, is not met, and so `~(…)` of it is. Numbers are ordered, and texts; anything else is not.
 */
export function matches(query: Query, run: QueriedRun): boolean {
  switch (query.kind) {
    case "any":
      return true;
    case "truth":
      return valueOf(query.operand, run) === true;
    case "compare":
      return holds(query.operator, valueOf(query.left, run), valueOf(query.right, run));
    case "in": {
      const value = valueOf(query.operand, run);
      return query.items.some((item) => holds("==", value, valueOf(item, run)));
    }
    case "like": {
      const value = valueOf(query.operand, run);
      return typeof value === "string" && isLike(value, query.pattern);
    }
    case "has":
      return run.value(query.path) !== undefined;
    case "not":
      return !matches(query.condition, run);
    case "and":
      return query.conditions.every((condition) => matches(condition, run));
    case "or":
      return query.conditions.some((condition) => matches(condition, run));
  }
}

/** What an operand is for a run; undefined if the run has no such thing. */
export function valueOf(operand: Operand, run: QueriedRun): ConfigValue | undefined {
  switch (operand.kind) {
    case "literal":
      return operand.value;
    case "field":
      return run.value(operand.path);
    case "summary":
      return run.summary(operand);
  }
}

function holds(
  operator: Comparison,
  left: ConfigValue | undefined,
  right: ConfigValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === "==") return isEqual(left, right);
  if (operator === "!=") return !isEqual(left, right);
  return isOrdered(operator, left, right) ?? false;
}
