import { formatDuration } from "../../core/time.ts";
import { renderTallies } from "../status/tally-table.ts";
import type { Tally } from "./tally.ts";

export type CrashedRun = { readonly run: string; readonly folder: string; readonly reason: string };

/** Why nothing more was started, before all was done: a limit of failures, or the end of its time. */
export type Halt = { readonly kind: "limit" | "time"; readonly reason: string };

export type LaunchReport = {
  readonly kind: "launched";
  readonly dryRun: boolean;
  /** What this launch did, in runs. */
  readonly completed: number;
  readonly released: number;
  readonly lost: number;
  readonly takenOver: number;
  readonly crashed: readonly CrashedRun[];
  readonly seconds: number;
  readonly stopped: boolean;
  readonly halt: Halt | null;
  readonly storages: readonly Tally[];
};

export function renderLaunch(report: LaunchReport): string {
  const table = renderTallies(report.storages);
  if (report.dryRun) return `${table}\nNothing was started (--dry_run).`;
  const parts = [
    `${report.completed} completed`,
    `${report.crashed.length} crashed`,
    ...(report.released > 0 ? [`${report.released} put back`] : []),
    ...(report.takenOver > 0 ? [`${report.takenOver} taken over from workers that are gone`] : []),
    ...(report.lost > 0 ? [`${report.lost} lost`] : []),
  ];
  return `${table}\nThis launch: ${parts.join(", ")} in ${formatDuration(report.seconds)}.${advice(report)}`;
}

function advice({ storages, stopped, halt }: LaunchReport): string {
  const sum = (of: (tally: Tally) => number) => storages.reduce((total, one) => total + of(one), 0);
  const lines: string[] = [];
  if (halt !== null) lines.push(`Stopped early: ${halt.reason}.`);
  if (stopped || halt?.kind === "time") lines.push("Launch again to go on.");
  const running = sum((one) => one.running);
  if (!stopped && running > 0) {
    lines.push(
      `${running} are held by other workers; if those are gone, \`alclean\` or a later \`allaunch\` takes their runs back.`,
    );
  }
  if (sum((one) => one.crashed) > 0)
    lines.push("The file CRASH in a run folder says why; `alclean --clean_crashes` resets them.");
  const other = sum((one) => one.other);
  if (other > 0) lines.push(`${other} are in no clear state; see \`alstatus\`.`);
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}
