import { join } from "node:path";

import { stateOf } from "../core/run-state.ts";
import type { Host } from "../host.ts";
import {
  type AttemptMark,
  lastAttempt,
  loadRecord,
  RECORDING_PLACES,
  type RecordingNames,
  recordFile,
  recordingFile,
  unpublishedTokens,
} from "./attempts.ts";
import type { RunPath } from "./paths.ts";

/** What a series is looked for in. */
export type Recordings = {
  /** Absolute. */
  readonly folder: string;
  readonly format: RecordingNames["format"];
  /** Series and mark of every file that counts, the attempts in order, earliest first. */
  readonly files: readonly { readonly series: string; readonly mark: AttemptMark }[];
};

/**
 * The files that hold what a run recorded: those of published attempts by their number, then of
 * attempts that are settled but not yet published, then of the one that runs. A file with any
 * other token was left by an attempt that was declared void, and does not count.
 */
export function recordingsOf(run: RunPath, { files }: Pick<Host, "files">): Recordings {
  const { folder, format, found } = recordingsIn(run.path, { files });
  const numbers = found.flatMap(({ mark }) => (typeof mark === "number" ? mark : []));
  const order: AttemptMark[] = [...new Set(numbers)].sort((a, b) => a - b);
  // Asked only where it matters: most runs are settled and published.
  const live = numbers.length < found.length ? liveTokens(run, { files }) : [];
  // Looked up, since a folder may hold any number of names.
  const byMark = new Map<AttemptMark, (typeof found)[number][]>();
  for (const file of found) {
    const others = byMark.get(file.mark);
    if (others) others.push(file);
    else byMark.set(file.mark, [file]);
  }
  return {
    folder,
    format,
    files: [...order, ...live].flatMap((mark) => byMark.get(mark) ?? []),
  };
}

/** The files of the first place that has any. */
function recordingsIn(run: string, { files }: Pick<Host, "files">) {
  for (const { folder: name, format, parse } of RECORDING_PLACES) {
    const folder = join(run, name);
    const found = (files.list(folder) ?? []).flatMap((one) => parse(one) ?? []);
    if (found.length > 0) return { folder, format, found };
  }
  return { folder: run, format: recordingFile, found: [] };
}

/** The absolute paths of one series, earliest attempt first. */
export function filesOfSeries(
  { folder, format, files }: Recordings,
  series: string,
): readonly string[] {
  return files
    .filter((file) => file.series === series)
    .map(({ mark }) => join(folder, format(series, mark)));
}

/** Tokens whose files count: of settled attempts that are not published, then of the running one. */
function liveTokens(run: RunPath, { files }: Pick<Host, "files">): readonly string[] {
  const names = files.list(run.path) ?? [];
  const published = lastAttempt(names);
  const settled = unpublishedTokens(names).flatMap((token) => {
    const attempt = loadRecord(join(run.path, recordFile(token)), { files })?.attempt;
    // A record whose number is taken was voided.
    return attempt === undefined || attempt <= published ? [] : [{ token, attempt }];
  });
  const tokens = settled.sort((a, b) => a.attempt - b.attempt).map(({ token }) => token);
  const state = stateOf(names);
  const owner = state.kind === "running" ? state.owner?.token : undefined;
  return owner === undefined || tokens.includes(owner) ? tokens : [...tokens, owner];
}
