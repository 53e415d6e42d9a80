import { type Series, SeriesBuilder } from "../core/recording/columns.ts";
import { linesOf } from "../core/recording/lines.ts";
import { numberOf, parseRecordLine, type RecordLine } from "../core/recording/record-line.ts";
import type { Host } from "../host.ts";
import type { RunPath } from "./paths.ts";
import { filesOfSeries, recordingsOf } from "./recording-files.ts";

/** The series that a run has recorded, sorted. */
export function listSeries(run: RunPath, host: Pick<Host, "files">): readonly string[] {
  return [...new Set(recordingsOf(run, host).files.map(({ series }) => series))].sort();
}

/**
 * What a run recorded in `series` under `keys`, over all its attempts, in columns. Nothing else
 * is kept in memory. A series that was not recorded has no rows.
 */
export function readSeries(
  run: RunPath,
  series: string,
  keys: readonly string[],
  host: Pick<Host, "files">,
): Series {
  const first = buildSeries(run, series, keys, [], host);
  if (first.unfollowed.length === 0) return first.finish();
  // Which keys resume lines name is only known once they are read: rare, and then read again.
  return buildSeries(run, series, keys, first.unfollowed, host).finish();
}

/** So many keys are listed, and none that is longer: more is no list to choose from. */
const MAX_KEYS = 1000;
const MAX_KEY_LENGTH = 200;

/** The keys under which a run recorded numbers in `series`, in the order they came; a thousand at most. */
export function listKeys(
  run: RunPath,
  series: string,
  host: Pick<Host, "files">,
): readonly string[] {
  const keys = new Set<string>();
  for (const { line } of readLines(run, series, host)) {
    if (line.kind !== "row") continue;
    for (const key of Object.keys(line.values)) {
      if (key.length > MAX_KEY_LENGTH || numberOf(line.values[key]) === undefined) continue;
      keys.add(key);
      if (keys.size === MAX_KEYS) return [...keys];
    }
  }
  return [...keys];
}

function buildSeries(
  run: RunPath,
  series: string,
  keys: readonly string[],
  followed: readonly string[],
  host: Pick<Host, "files">,
): SeriesBuilder {
  const builder = new SeriesBuilder(keys, followed);
  let current: string | undefined;
  for (const { path, line } of readLines(run, series, host)) {
    if (path !== current) builder.startAttempt();
    current = path;
    builder.add(line);
  }
  return builder;
}

const TOO_LONG: RecordLine = { kind: "damaged" };

function* readLines(run: RunPath, series: string, { files }: Pick<Host, "files">) {
  for (const path of filesOfSeries(recordingsOf(run, { files }), series)) {
    for (const text of linesOf(files.readChunks(path))) {
      yield { path, line: text === undefined ? TOO_LONG : parseRecordLine(text) };
    }
  }
}
