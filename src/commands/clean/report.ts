import { oneLine } from "../../core/printable.ts";
import { counted } from "../../core/counted.ts";

export type CleanReport = {
  readonly dryRun: boolean;
  readonly reset: readonly {
    readonly run: string;
    /** The flag it had. */
    readonly from: string;
    /** Names deleted in its folder. */
    readonly deletes: readonly string[];
  }[];
  /** Runs that were no longer what had been looked at, and were left alone. */
  readonly movedOn: readonly string[];
  readonly adopted: readonly string[];
  /** How many runs are held by workers that seem to live. */
  readonly alive: number;
  readonly flagless: readonly string[];
  readonly conflicts: readonly string[];
};

/** More than that of one kind are counted, not listed. */
const MAX_LINES = 20;

export function renderClean(report: CleanReport): string {
  const { dryRun, reset, movedOn, adopted, alive, flagless, conflicts } = report;
  const would = dryRun ? "would be " : "";
  const lines = [
    `${counted(reset.length, "run")} ${would}put back to UNHATCHED`,
    ...shorten(
      reset.map(
        ({ run, from, deletes }) =>
          `${run} (was ${from})${deletes.length > 0 ? `, without ${deletes.join(", ")}` : ""}`,
      ),
    ),
  ];
  if (adopted.length > 0)
    lines.push(
      `${counted(adopted.length, "run")} without a flag ${would}given one`,
      ...shorten(adopted),
    );
  if (alive > 0)
    lines.push(`${counted(alive, "run")} held by workers that live, or that may: not touched`);
  if (movedOn.length > 0)
    lines.push(
      `${counted(movedOn.length, "run")} moved on meanwhile: not touched`,
      ...shorten(movedOn),
    );
  if (flagless.length > 0) {
    lines.push(
      `${counted(flagless.length, "run")} without a flag: nobody can say whether they ran. Pass --adopt to have them run (again).`,
      ...shorten(flagless),
    );
  }
  if (conflicts.length > 0) {
    lines.push(
      `${counted(conflicts.length, "run")} with several flags, which are never run. Look into each folder, and remove all flags but the true one.`,
      ...shorten(conflicts),
    );
  }
  return lines.join("\n");
}

function shorten(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => `  ${oneLine(line)}`);
  return lines.length > MAX_LINES ? [...shown, `  … and ${lines.length - MAX_LINES} more`] : shown;
}
