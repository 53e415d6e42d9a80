import { join } from "node:path";

import { linesOf } from "../core/recording/lines.ts";
import { createOutputReader } from "../core/recording/output-patterns.ts";
import { formatResume, formatRow } from "../core/recording/record-line.ts";
import type { OutputRecording } from "../core/search/search-facts.ts";
import type { Host } from "../host.ts";
import { logFile, RECORDERS_FOLDER, recordingFile } from "./attempts.ts";
import type { Claim } from "./run-folder.ts";

/** The series in which a program's output is recorded. */
const SERIES = "train";
const WRITE_CHARACTERS = 1 << 16;

/**
 * Records what an attempt has printed, as patterns find it in the attempt's log. An attempt that
 * goes on from a checkpoint supersedes what earlier ones recorded from its first step on.
 */
export function recordOutput(
  { folder, owner, attempt }: Claim,
  { patterns, step }: OutputRecording,
  { files }: Pick<Host, "files">,
): void {
  const read = createOutputReader(patterns);
  let text = "";
  let isResumed = attempt === 1 || step === undefined;
  const recorders = join(folder, RECORDERS_FOLDER);
  const flush = () => {
    if (text === "") return;
    files.makeFolders(recorders);
    files.append(join(recorders, recordingFile(SERIES, owner.token)), text);
    text = "";
  };
  const lines = linesOf(files.readChunks(join(folder, logFile(owner.token))));
  // The first line is ours, and says what was started.
  lines.next();
  for (const line of lines) {
    const row = line === undefined ? undefined : read(lastPainted(line));
    if (row === undefined) continue;
    const from = step === undefined ? undefined : row[step];
    if (!isResumed && step !== undefined && from !== undefined) {
      text += `${formatResume(step, from)}\n`;
      isResumed = true;
    }
    text += `${formatRow(row)}\n`;
    if (text.length > WRITE_CHARACTERS) flush();
  }
  flush();
}

/** A progress bar paints over its line: what stands at the end is meant. */
function lastPainted(line: string): string {
  return line.trimEnd().split("\r").at(-1) ?? "";
}
