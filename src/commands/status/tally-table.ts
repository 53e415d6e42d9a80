import type { Tally } from "../launch/tally.ts";
import { renderTable } from "../plain-table.ts";

const COUNTS = [
  ["runs", "runs"],
  ["UNHATCHED", "pending"],
  ["OPENED", "running"],
  ["COMPLETED", "completed"],
  ["CRASH", "crashed"],
  ["other", "other"],
] as const;

/** A table of counts, a storage a row; without `other` where it is 0 throughout. */
export function renderTallies(
  tallies: readonly Tally[],
  extra: readonly ExtraColumn[] = [],
): string {
  const counts = COUNTS.filter(
    ([, name]) => name !== "other" || tallies.some(({ other }) => other > 0),
  );
  return renderTable([
    { head: "storage", align: "left", cells: tallies.map(({ name }) => name) },
    ...counts.map(([head, name]) => ({
      head,
      align: "right" as const,
      cells: tallies.map((tally) => String(tally[name])),
    })),
    ...extra.map((column) => ({ ...column, align: "right" as const })),
  ]);
}

export type ExtraColumn = { readonly head: string; readonly cells: readonly string[] };
