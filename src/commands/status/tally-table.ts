import Table from "cli-table3";

import type { Tally } from "../launch/tally.ts";
import { PLAIN_TABLE } from "../plain-table.ts";

const COUNTS = ["runs", "pending", "running", "completed", "crashed", "other"] as const;
const HEADS = ["storage", "runs", "UNHATCHED", "OPENED", "COMPLETED", "CRASH", "other"];

/** A table of counts, a storage a row; without the last column where it is empty throughout. */
export function renderTallies(
  tallies: readonly Tally[],
  extra: readonly ExtraColumn[] = [],
): string {
  const counts = tallies.some(({ other }) => other > 0) ? COUNTS : COUNTS.slice(0, -1);
  const table = new Table({
    head: [...HEADS.slice(0, counts.length + 1), ...extra.map(({ head }) => head)],
    colAligns: [
      "left",
      ...counts.map(() => "right" as const),
      ...extra.map(() => "right" as const),
    ],
    style: { head: [], border: [], compact: true },
    chars: PLAIN_TABLE,
  });
  for (const [index, tally] of tallies.entries()) {
    table.push([
      tally.name,
      ...counts.map((name) => String(tally[name])),
      ...extra.map(({ cells }) => cells[index] ?? ""),
    ]);
  }
  return table.toString();
}

export type ExtraColumn = { readonly head: string; readonly cells: readonly string[] };
