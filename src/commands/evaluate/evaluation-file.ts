import { join } from "node:path";

import { EVALUATION_SERIES } from "../../core/runner-messages.ts";
import { stateOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import {
  type AttemptMark,
  lastAttempt,
  logFile,
  RECORDERS_FOLDER,
  recordingFile,
} from "../../tree/attempts.ts";
import type { RunPath } from "../../tree/paths.ts";
import { readSeries } from "../../tree/recording.ts";

type FilesOnly = Pick<Host, "files">;

/** The attempt that a finished run is the result of; an evaluation is kept under its number. */
export function evaluatedAttempt(run: RunPath, { files }: FilesOnly): number {
  return Math.max(1, lastAttempt(files.list(run.path) ?? []));
}

/** How often the present result of a run has been evaluated. */
export function countEvaluations(run: RunPath, { files }: FilesOnly): number {
  const name = recordingFile(EVALUATION_SERIES, evaluatedAttempt(run, { files }));
  const isThere = files.list(join(run.path, RECORDERS_FOLDER))?.includes(name) === true;
  return isThere ? readSeries(run, EVALUATION_SERIES, [], { files }).rows : 0;
}

/**
 * Makes what was evaluated under a token the run's evaluation. Readers see the old one or the new one.
 * @param isMore - whether it adds to what was evaluated before
 */
export function keepEvaluation(
  run: RunPath,
  token: string,
  isMore: boolean,
  { files }: FilesOnly,
): void {
  // Whoever has reset the run meanwhile has voided what it was.
  if (stateOf(files.list(run.path) ?? []).kind !== "completed") return;
  const kept = fileOf(run, evaluatedAttempt(run, { files }));
  const added = files.read(fileOf(run, token)) ?? "";
  const before = isMore ? (files.read(kept) ?? "") : "";
  files.replace(kept, before + added);
}

/** Removes what an evaluation has left under its token. */
export function dropEvaluation(run: RunPath, token: string, { files }: FilesOnly): void {
  files.remove(fileOf(run, token));
  files.remove(join(run.path, logFile(token)));
}

const fileOf = (run: RunPath, mark: AttemptMark) =>
  join(run.path, RECORDERS_FOLDER, recordingFile(EVALUATION_SERIES, mark));
