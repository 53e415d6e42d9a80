import { formatDuration } from "../../core/time.ts";
import { cut, shorten } from "../../core/terminal-text.ts";
import type { StorageStatus } from "./summary.ts";
import { renderTallies } from "./tally-table.ts";

/** Names are not shortened to less than that. */
const SHORTEST_NAME = 12;

/**
 * The table of storages, and what there is to do about it.
 * @param columns - no line is longer; without them lines are as long as they need to be
 */
export function renderSummary(storages: readonly StorageStatus[], columns?: number): string {
  const lines = [...table(storages, columns), ...remarks(storages)];
  return (columns === undefined ? lines : lines.map((line) => cut(line, columns))).join("\n");
}

function table(storages: readonly StorageStatus[], columns: number | undefined): readonly string[] {
  const lines = tableOf(storages);
  const width = Math.max(...lines.map((line) => line.length));
  if (columns === undefined || width <= columns) return lines;
  const longest = Math.max(...storages.map(({ name }) => name.length));
  const room = Math.max(SHORTEST_NAME, longest - (width - columns));
  return tableOf(storages.map((one) => ({ ...one, name: shorten(one.name, room) })));
}

function tableOf(storages: readonly StorageStatus[]): readonly string[] {
  const text = renderTallies(storages, [
    { head: "runs/h", cells: storages.map(({ runsPerHour }) => runsPerHour?.toFixed(0) ?? "") },
    {
      head: "left",
      cells: storages.map(({ secondsLeft }) =>
        secondsLeft === null ? "" : formatDuration(secondsLeft),
      ),
    },
  ]);
  return text.split("\n").map((line) => line.trimEnd());
}

function remarks(storages: readonly StorageStatus[]): readonly string[] {
  const sum = (of: (one: StorageStatus) => number) =>
    storages.reduce((total, one) => total + of(one), 0);
  const interrupted = sum((one) => one.interrupted);
  const crashed = sum((one) => one.crashed);
  const other = sum((one) => one.other);
  return [
    ...(interrupted > 0
      ? [`${interrupted} of those OPENED belong to workers that are gone: alclean puts them back.`]
      : []),
    ...(crashed > 0 ? [`${crashed} crashed: alstatus --errors groups them.`] : []),
    ...(other > 0
      ? [`${other} in no clear state: alstatus --state none,conflict,resetting lists them.`]
      : []),
  ];
}
