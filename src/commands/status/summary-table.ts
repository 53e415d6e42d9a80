import { counted } from "../../core/counted.ts";
import { formatDuration } from "../../core/time.ts";
import { cut, shorten } from "../../core/terminal-text.ts";
import type { JobCounts } from "../cluster/count-jobs.ts";
import type { StorageStatus } from "./summary.ts";
import { type ExtraColumn, renderTallies } from "./tally-table.ts";

/** More reasons to wait than that are not shown. */
const MAX_REASONS = 3;
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

/** What does not fit costs the names their middle, then the table its estimates. */
function table(storages: readonly StorageStatus[], columns: number | undefined): readonly string[] {
  const lines = tableOf(storages, estimates(storages));
  if (columns === undefined || widthOf(lines) <= columns) return lines;
  const longest = Math.max(...storages.map(({ name }) => name.length));
  for (const extra of [estimates(storages), []]) {
    const tooMuch = widthOf(tableOf(storages, extra)) - columns;
    const room = Math.max(SHORTEST_NAME, longest - Math.max(0, tooMuch));
    const short = storages.map((one) => ({ ...one, name: shorten(one.name, room) }));
    const fitting = tableOf(short, extra);
    if (widthOf(fitting) <= columns || extra.length === 0) return fitting;
  }
  return lines;
}

/** Columns that are empty throughout are left out. */
function estimates(storages: readonly StorageStatus[]): readonly ExtraColumn[] {
  const columns = [
    { head: "runs/h", cells: storages.map(({ runsPerHour }) => runsPerHour?.toFixed(0) ?? "") },
    {
      head: "left",
      cells: storages.map(({ secondsLeft }) =>
        secondsLeft === null ? "" : formatDuration(secondsLeft),
      ),
    },
    { head: "jobs", cells: storages.map(({ jobs }) => (jobs === null ? "" : jobsText(jobs))) },
  ];
  return columns.filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** Nothing when all are over. */
function jobsText({ pending, running, submitted }: JobCounts): string {
  const parts = [
    running > 0 ? `${running} run` : "",
    pending > 0 ? `${pending} wait` : "",
    submitted > 0 ? `${submitted} submitted` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

const widthOf = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));

function tableOf(
  storages: readonly StorageStatus[],
  extra: readonly ExtraColumn[],
): readonly string[] {
  return renderTallies(storages, extra)
    .split("\n")
    .map((line) => line.trimEnd());
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
    ...jobRemarks(storages),
  ];
}

/** Of storages whose runs wait for jobs: why nothing happens. */
function jobRemarks(storages: readonly StorageStatus[]): readonly string[] {
  const waiting = storages.filter(({ pending, running }) => pending > 0 && running === 0);
  const jobs = waiting.flatMap((one) => (one.jobs === null ? [] : [one.jobs]));
  const reasons = [...new Set(jobs.flatMap((one) => one.reasons))].slice(0, MAX_REASONS);
  const left = waiting.filter((one) => one.jobs !== null && isOver(one.jobs));
  return [
    ...(reasons.length > 0 ? [`Why jobs wait, as the scheduler says: ${reasons.join("; ")}.`] : []),
    ...(jobs.some(({ answered }) => !answered)
      ? ["The scheduler gave no answer: what became of the jobs is not known."]
      : []),
    ...left.map(
      ({ name, pending }) =>
        `No job of yours waits or runs for ${name}, but ${counted(pending, "run")} wait${pending === 1 ? "s" : ""}: what jobs have printed, in its logs/ or logDir, says how they ended; allaunch submits others.`,
    ),
  ];
}

const isOver = ({ pending, running, submitted, answered }: JobCounts) =>
  answered && pending + running + submitted === 0;
