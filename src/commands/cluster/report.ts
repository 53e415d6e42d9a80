import { counted } from "../../core/counted.ts";
import type { SubmittedJob } from "../../tree/submission.ts";

/** What allaunch submitted. */
export type SubmissionReport = {
  readonly kind: "submitted";
  readonly dryRun: boolean;
  readonly scheduler: string;
  readonly jobs: readonly SubmittedJob[];
  /** Jobs that were, or would be, submitted: no more than there is work for. */
  readonly nodes: number;
  readonly askedNodes: number;
  /** Whether there are fewer because the site lets a user have no more. */
  readonly limited: boolean;
  /** Workers of each. */
  readonly processes: number;
  /** Runs that are not settled. */
  readonly waiting: number;
  /** Absolute; null if nothing was submitted. */
  readonly script: string | null;
  readonly output: string | null;
  readonly storages: readonly string[];
};

export function renderSubmission(report: SubmissionReport): string {
  const { nodes, askedNodes, processes, waiting, scheduler } = report;
  if (nodes === 0) return "Nothing was submitted: all runs are settled.";
  const why = report.limited ? "the site lets you have no more now" : "there is no work for more";
  const fewer = nodes < askedNodes ? ` (${askedNodes} were asked for; ${why})` : "";
  const what = `${counted(nodes, "job")} of ${counted(processes, "worker")}${fewer} for ${counted(waiting, "run")}`;
  if (report.dryRun)
    return `Would submit ${what} to ${scheduler}. Nothing was submitted (--dry_run).`;
  const ids = report.jobs.map(({ id, tasks }) => (tasks === 1 ? id : `${id} (array of ${tasks})`));
  return [
    `Submitted ${what} to ${scheduler}: ${ids.join(", ")}.`,
    `Script: ${report.script ?? ""}; output beside it.`,
    "alstatus says how far it is; allaunch --cancel, with the same storages, ends the jobs.",
  ].join("\n");
}
