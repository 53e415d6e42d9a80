import type { Host } from "../../host.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { cancelJobs, type CancelReport, renderCancel } from "./cancel.ts";
import { renderSubmission, type SubmissionReport } from "./report.ts";
import { submitWorkers } from "./submit.ts";

/** What allaunch did with a batch scheduler. */
export type ClusterReport = SubmissionReport | CancelReport;

/** What allaunch does when its flags ask for jobs, or for their end. */
export function launchOnCluster(options: LaunchOptions, host: Host): Promise<ClusterReport> {
  return options.cluster.cancel ? cancelJobs(options, host) : submitWorkers(options, host);
}

export const renderCluster = (report: ClusterReport): string =>
  report.kind === "cancelled" ? renderCancel(report) : renderSubmission(report);

/** The ids of the jobs that a report is about. */
export const jobIds = (report: ClusterReport): readonly string[] =>
  report.kind === "cancelled" ? report.jobs : report.jobs.map(({ id }) => id);
