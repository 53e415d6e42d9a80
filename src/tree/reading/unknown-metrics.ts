import { ExpressionError } from "../../core/expression/expression-error.ts";
import { formatPath } from "../../core/expression/syntax.ts";
import type { Operand } from "../../core/query/query.ts";
import { nearestField } from "../../core/query/unknown-fields.ts";
import type { RunRecordings } from "./run-recordings.ts";

/** So many runs are asked what they recorded. */
const EXAMPLES = 20;

/**
 * Refuses a metric that no run recorded, where some recorded others.
 * @param seen - the operands that were looked at, and those that had a number for some run
 * @throws ExpressionError with the nearest metric
 */
export function checkMetrics(
  operands: readonly Operand[],
  seen: { readonly asked: ReadonlySet<object>; readonly answered: ReadonlySet<object> },
  rows: readonly number[],
  open: (row: number) => RunRecordings,
): void {
  const unseen = operands.find((one) => seen.asked.has(one) && !seen.answered.has(one));
  if (unseen?.kind !== "summary") return;
  const step = Math.max(1, Math.floor(rows.length / EXAMPLES));
  const examples = rows.filter((_, index) => index % step === 0);
  const metrics = new Set(examples.flatMap((row) => open(row).metrics().map(formatPath)));
  const name = formatPath([unseen.series, unseen.key]);
  if (metrics.size === 0 || metrics.has(name)) return;
  const near = nearestField(name, [...metrics]);
  const known = [...metrics].slice(0, 10).join(", ");
  const remedy = near === undefined ? `There are ${known}.` : `Did you mean ${near}?`;
  throw new ExpressionError(`No run recorded ${name}.`, unseen.span, remedy);
}
