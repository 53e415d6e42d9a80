import type { Host } from "../../host.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { cancelJobs, type CancelReport, renderCancel } from "./cancel.ts";
import { renderScripts, type ScriptsReport, writeJobScripts } from "./job-scripts.ts";
import { renderSubmission, type SubmissionReport } from "./report.ts";
import { submitWorkers } from "./submit.ts";

/** What allaunch did with a batch scheduler. */
export type ClusterReport = SubmissionReport | CancelReport | ScriptsReport;

/** What allaunch does when its flags ask for jobs, for their end, or for their scripts only. */
export function launchOnCluster(options: LaunchOptions, host: Host): Promise<ClusterReport> {
  if (options.cluster.jobScripts) return writeJobScripts(options, host);
  return options.cluster.cancel ? cancelJobs(options, host) : submitWorkers(options, host);
}

export function renderCluster(report: ClusterReport): string {
  if (report.kind === "scripts") return renderScripts(report);
  return report.kind === "cancelled" ? renderCancel(report) : renderSubmission(report);
}

/** What a report is about: the ids of jobs, or lists of scripts. */
export function jobIds(report: ClusterReport): readonly string[] {
  if (report.kind === "scripts") return report.lists;
  return report.kind === "cancelled" ? report.jobs : report.jobs.map(({ id }) => id);
}
