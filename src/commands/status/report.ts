import { type CrashGroup, renderErrors } from "./errors.ts";
import type { Explanation } from "./explain.ts";
import { renderExplanation } from "./explanation-text.ts";
import type { LogReport } from "./log.ts";
import { renderRuns, type RunLine } from "./runs.ts";
import { renderSettings, type SettingsReport } from "./settings-report.ts";
import type { StorageStatus } from "./summary.ts";
import { renderSummary } from "./summary-table.ts";

/** What alstatus found; `root` is where the storages lie, absolute. */
export type StatusReport =
  | {
      /** `watch`: what was shown last. */
      readonly kind: "summary" | "watch";
      readonly root: string;
      readonly storages: readonly StorageStatus[];
    }
  | { readonly kind: "runs"; readonly root: string; readonly runs: readonly RunLine[] }
  | { readonly kind: "errors"; readonly root: string; readonly groups: readonly CrashGroup[] }
  | ({ readonly kind: "explain" } & Explanation)
  | ({ readonly kind: "log" } & LogReport)
  | ({ readonly kind: "config" } & SettingsReport);

export const noStorages = (root: string) => `There are no storages in ${root}. alprep makes them.`;

export function renderStatus(report: StatusReport, columns?: number): string {
  switch (report.kind) {
    case "summary":
      return report.storages.length === 0
        ? noStorages(report.root)
        : renderSummary(report.storages, columns);
    case "runs":
      return renderRuns(report.runs, columns);
    case "errors":
      return renderErrors(report.groups, columns);
    case "explain":
      return renderExplanation(report);
    case "config":
      return renderSettings(report, columns);
    // Printed while they ran.
    case "watch":
    case "log":
      return "";
  }
}

/** What `--quiet` prints. */
export function statusIds(report: StatusReport): readonly string[] {
  switch (report.kind) {
    case "summary":
    case "watch":
      return report.storages.map(({ name }) => name);
    case "runs":
      return report.runs.map(({ run }) => run);
    case "errors":
      return report.groups.map(({ sample }) => sample.run);
    case "explain":
      return [report.state];
    case "log":
      return report.path === null ? [] : [report.path];
    case "config":
      return report.settings.map(({ name }) => name);
  }
}
