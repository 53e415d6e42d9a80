import { join } from "node:path";

import { parseRunRecord, type RunRecord } from "../core/run-record.ts";
import { flagsAmong } from "../core/run-state.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { list, moveAway, read, type Steps } from "./steps.ts";

/**
 * The files of a run's attempts. While an attempt lasts, and until it has settled, its files carry
 * its token; then they get the attempt's plain name:
 *
 *     run.<token>.json                        →  run.json         run.2.json …
 *     logger.<token>.out                      →  logger.out       logger.2.out …
 *     recorders/train_recorder.<token>.jsonl  →  recorders/train_recorder.jsonl …
 *     metrics/train.<token>.json              →  metrics/train.json …
 *
 * The last is how self-launched scripts record; a run has `recorders/` or `metrics/`, never both.
 *
 * So two attempts never write to the same file, and whoever finds a settled attempt with its
 * token still on can finish the job: the flag decides, the names follow.
 */
export type AttemptMark = number | string;

const TOKEN = /^[0-9a-f]{32}$/;
const RECORD = /^run(?:\.([^.]+))?\.json$/;
const LOG = /^logger(?:\.([^.]+))?\.out$/;
const RECORDING = /^([A-Za-z0-9-]+)_recorder(?:\.([^.]+))?\.jsonl$/;
const METRICS = /^([A-Za-z0-9_-]+)(?:\.([^.]+))?\.json$/;
export const RECORDERS_FOLDER = "recorders";
export const METRICS_FOLDER = "metrics";

/** `run.json` for 1, `run.2.json` for 2, `run.<token>.json` for a token. */
export const recordFile = (mark: AttemptMark) => `run${suffix(mark)}.json`;
export const logFile = (mark: AttemptMark) => `logger${suffix(mark)}.out`;
export const recordingFile = (series: string, mark: AttemptMark) =>
  `${series}_recorder${suffix(mark)}.jsonl`;

export const metricsFile = (series: string, mark: AttemptMark) => `${series}${suffix(mark)}.json`;

/** A folder of recordings, and how its files are named. */
export type RecordingNames = {
  readonly folder: string;
  readonly format: (series: string, mark: AttemptMark) => string;
  readonly parse: (
    name: string,
  ) => { readonly series: string; readonly mark: AttemptMark } | undefined;
};

/** Whose record `name` is: a number, a token, or undefined if it is no record. */
export const parseRecordFile = (name: string) =>
  parseMark(RECORD.exec(name)?.[1], RECORD.test(name));
export const parseLogFile = (name: string) => parseMark(LOG.exec(name)?.[1], LOG.test(name));
/** The series and the attempt of a file in `recorders/`. */
export function parseRecordingFile(
  name: string,
): { readonly series: string; readonly mark: AttemptMark } | undefined {
  const [, series, text] = RECORDING.exec(name) ?? [];
  const mark = parseMark(text, series !== undefined);
  return series === undefined || mark === undefined ? undefined : { series, mark };
}

/** The same of a file in `metrics/`. */
export function parseMetricsFile(name: string): ReturnType<RecordingNames["parse"]> {
  const [, series, text] = METRICS.exec(name) ?? [];
  const mark = parseMark(text, series !== undefined);
  return series === undefined || mark === undefined ? undefined : { series, mark };
}

/** Where recordings may be; the second is looked into where the first is empty. */
export const RECORDING_PLACES: readonly RecordingNames[] = [
  { folder: RECORDERS_FOLDER, format: recordingFile, parse: parseRecordingFile },
  { folder: METRICS_FOLDER, format: metricsFile, parse: parseMetricsFile },
];

/** Highest number among the published records; 0 if there are none. */
export function lastAttempt(names: readonly string[]): number {
  return marksOf(names).reduce<number>(
    (last, mark) => (typeof mark === "number" ? Math.max(last, mark) : last),
    0,
  );
}

/** The tokens of records that are not published. */
export function unpublishedTokens(names: readonly string[]): readonly string[] {
  return marksOf(names).filter((mark) => typeof mark === "string");
}

/** The records' names, sorted: equal before and after means that no attempt came or went. */
export function recordNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => parseRecordFile(name) !== undefined).sort();
}

/** Gives the files of a settled attempt their plain names. May be repeated, by anyone. */
export function* publish(folder: string, token: string, attempt: number): Steps<void> {
  if (!(yield* publishOutputs(folder, token, attempt))) return;
  // Last: as long as it has its token, the publishing is known to be unfinished.
  yield* moveAway(folder, recordFile(token), recordFile(attempt));
}

/**
 * The same without the record.
 * @returns false if a file could not be renamed now
 */
export function* publishOutputs(folder: string, token: string, attempt: number): Steps<boolean> {
  let done = true;
  for (const { folder: inner, format, parse } of RECORDING_PLACES) {
    const recorders = join(folder, inner);
    const names = yield* list(recorders);
    for (const name of names) {
      const recording = parse(name);
      if (recording?.mark !== token) continue;
      done = (yield* moveAway(recorders, name, format(recording.series, attempt))) && done;
    }
    if (names.length > 0) break;
  }
  return (yield* moveAway(folder, logFile(token), logFile(attempt))) && done;
}

/** A record that is listed and cannot be read has just been published; so many can hardly have been. */
const PUBLISHING_LOOKS = 10;

/**
 * Finishes what settled attempts left half-published, in a folder where nobody's attempt is
 * going on but `own`'s. A record whose number is taken was voided, and stays unpublished.
 *
 * @param seen - a listing that holds the caller's flag: only as long as that is there are the other
 *   attempts settled, and their number certain
 * @param own - the token that is still at work, or was when it was declared dead
 * @returns the number of attempts so far, `own` not counted; undefined if the flag has moved on
 */
export function* finishPublishing(
  folder: string,
  seen: readonly string[],
  own?: string,
): Steps<number | undefined> {
  let names = seen;
  for (let looks = 0; looks < PUBLISHING_LOOKS; looks++) {
    const waiting = yield* readUnpublished(folder, names, own);
    if (waiting !== undefined) return yield* publishInOrder(folder, lastAttempt(names), waiting);
    // One of them got its plain name meanwhile: the listing no longer counts right.
    names = yield* list(folder);
    if (flagsAmong(names).join("/") !== flagsAmong(seen).join("/")) return undefined;
  }
  return undefined;
}

type Unpublished = { readonly token: string; readonly attempt: number };

/** The settled but unpublished attempts among `names`, undefined if one has vanished since. */
function* readUnpublished(
  folder: string,
  names: readonly string[],
  own: string | undefined,
): Steps<readonly Unpublished[] | undefined> {
  const found: Unpublished[] = [];
  for (const token of unpublishedTokens(names)) {
    if (token === own) continue;
    const text = yield* read(join(folder, recordFile(token)));
    if (text === undefined) return undefined;
    const record = parseRunRecord(text);
    if (record !== undefined) found.push({ token, attempt: record.attempt });
  }
  return found.sort((a, b) => a.attempt - b.attempt);
}

function* publishInOrder(
  folder: string,
  published: number,
  waiting: readonly Unpublished[],
): Steps<number> {
  let last = published;
  for (const { token, attempt } of waiting) {
    if (attempt <= last) continue;
    yield* publish(folder, token, attempt);
    last = attempt;
  }
  return last;
}

/** The published records of attempts 1 to `count`, as far as they can be read, in their order. */
export function* readRecords(folder: string, count: number): Steps<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  for (let attempt = 1; attempt <= count; attempt++) {
    const record = yield* readRecord(join(folder, recordFile(attempt)));
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** The record in a file, undefined if there is none, or nothing that can be read. */
export function loadRecord(
  path: string,
  { files }: { readonly files: Pick<Host["files"], "read"> },
): RunRecord | undefined {
  try {
    return parseRunRecord(files.read(path) ?? "");
  } catch (error) {
    if (error instanceof UserError && error.code === "unreadable") return undefined;
    throw error;
  }
}

export function* readRecord(path: string): Steps<RunRecord | undefined> {
  const text = yield* read(path);
  return text === undefined ? undefined : parseRunRecord(text);
}

function marksOf(names: readonly string[]): readonly AttemptMark[] {
  return names.flatMap((name) => parseRecordFile(name) ?? []);
}

function suffix(mark: AttemptMark): string {
  return mark === 1 ? "" : `.${mark}`;
}

function parseMark(text: string | undefined, matches: boolean): AttemptMark | undefined {
  if (text === undefined) return matches ? 1 : undefined;
  if (TOKEN.test(text)) return text;
  return /^([2-9]|[1-9]\d{1,8})$/.test(text) ? Number(text) : undefined;
}
