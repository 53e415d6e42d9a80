import { nearest } from "../config/problems.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { formatPath, type Path } from "../expression/syntax.ts";
import { type FieldTable, isKnownPath } from "./field-table.ts";
import type { Operand } from "./query.ts";

/** What fields begin with; anything else is the name of a recorded series. */
const FIELD_ROOTS: readonly unknown[] = ["config", "info", "hatchery", "mlxp"];

/** Whether a path is that of a metric, such as `train.loss`, rather than of a field. */
export const isMetricPath = (path: Path) => path.length === 2 && !FIELD_ROOTS.includes(path[0]);

/**
 * Refuses a field that no run has: a condition on it would never be met, and nobody would know why.
 * @throws ExpressionError with the nearest field
 */
export function checkFields(operands: readonly Operand[], table: FieldTable): void {
  // Of nothing, nothing is known.
  if (table.rows === 0) return;
  for (const operand of operands) {
    if (operand.kind === "field" && !isKnownPath(table, operand.path)) {
      throw unknownField(operand.path, operand.span, table);
    }
  }
}

function unknownField(path: Path, span: Operand["span"], { columns }: FieldTable): ExpressionError {
  const text = formatPath(path);
  const near = nearestField(text, [...columns.keys()]);
  const remedies = [
    ...(near === undefined ? [] : [`Did you mean ${near}?`]),
    ...(isMetricPath(path) ? [`Of a recorded metric, ask for a number: last(${text}).`] : []),
  ];
  const remedy = remedies.length === 0 ? "Fields begin with config. or info." : remedies.join(" ");
  return new ExpressionError(`No run has a field ${text}.`, span, remedy);
}

/** One with the same last part, or spelled nearly the same, or with nearly the same last part. */
export function nearestField(text: string, names: readonly string[]): string | undefined {
  const same = names.filter((name) => lastPart(name) === lastPart(text));
  const near = nearest(lastPart(text), names.map(lastPart));
  return (
    nearest(text, same) ??
    same[0] ??
    nearest(text, names) ??
    names.find((name) => lastPart(name) === near)
  );
}

const lastPart = (name: string) => name.slice(name.lastIndexOf(".") + 1);
