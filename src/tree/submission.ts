import { join } from "node:path";

import { parseJson } from "../core/config/parse-config.ts";
import { isJobId } from "../core/scheduling/job-id.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { launchLogsFolder } from "./paths.ts";

/** `logs/jobs_<launch>.json` of a storage: the batch jobs in which its workers were submitted at once. */
export type Submission = {
  readonly schemaVersion: 1;
  /** Time, host and process of the submission: part of the file's name. */
  readonly launch: string;
  /** A scheduler's name, or the path of the user's own, absolute. */
  readonly scheduler: string;
  readonly jobs: readonly SubmittedJob[];
  /** Workers of each job. */
  readonly processes: number;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
};

/** An array of jobs, or one alone. */
export type SubmittedJob = { readonly id: string; readonly tasks: number };

export const submissionFile = (storage: string, launch: string) =>
  join(launchLogsFolder(storage), `jobs_${launch}.json`);

/** Writes what was submitted for a storage; readers see all of it or what was before. */
export function writeSubmission(
  storage: string,
  submission: Submission,
  { files }: Pick<Host, "files">,
): void {
  files.makeFolder(launchLogsFolder(storage));
  const text = `${JSON.stringify(submission, undefined, 2)}\n`;
  files.replace(submissionFile(storage, submission.launch), text);
}

/** What was submitted for a storage, oldest first. A file that cannot be read is left out: it may be of a later version. */
export function readSubmissions(
  storage: string,
  { files }: Pick<Host, "files">,
): readonly Submission[] {
  const folder = launchLogsFolder(storage);
  const names = (files.list(folder) ?? []).filter((name) => /^jobs_.+\.json$/.test(name));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    return parseSubmission(files.read(path) ?? "", path) ?? [];
  });
}

/** The submission in a file's text; undefined if it is none. @param source - path, for messages only */
export function parseSubmission(text: string, source: string): Submission | undefined {
  try {
    const value = parseJson(text, source);
    return isSubmission(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

function isSubmission(value: unknown): value is Submission {
  if (typeof value !== "object" || value === null) return false;
  const { schemaVersion, launch, scheduler, jobs, processes, submittedAt } = value as Partial<
    Record<keyof Submission, unknown>
  >;
  return (
    schemaVersion === 1 &&
    [launch, scheduler, submittedAt].every((text) => typeof text === "string") &&
    Number.isSafeInteger(processes) &&
    Array.isArray(jobs) &&
    jobs.every(isJob)
  );
}

function isJob(value: unknown): value is SubmittedJob {
  if (typeof value !== "object" || value === null) return false;
  const { id, tasks } = value as Partial<Record<keyof SubmittedJob, unknown>>;
  return isJobId(id) && Number.isSafeInteger(tasks);
}
