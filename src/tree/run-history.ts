import { join } from "node:path";

import { parseRunRecord, type RunRecord } from "../core/run-record.ts";
import { flagsAmong, stateOf } from "../core/run-state.ts";
import type { Host } from "../host.ts";
import { lastAttempt, logFile, parseLogFile, recordFile, unpublishedTokens } from "./attempts.ts";

/** One attempt of a run, over or not. */
export type KnownAttempt = {
  /** 1 for the first. */
  readonly attempt: number;
  /** How it ended; undefined while it lasts, and where its record is gone or damaged. */
  readonly record: RunRecord | undefined;
  /** Name of its log in the run folder; undefined if it has none (yet). */
  readonly log: string | undefined;
};

/**
 * The attempts of a run in their order, the one that is going on last; whatever is published or not.
 * @param names - a listing of the run folder
 */
export function readAttempts(
  folder: string,
  names: readonly string[],
  { files }: Pick<Host, "files">,
): readonly KnownAttempt[] {
  const read = (name: string) => {
    const text = names.includes(name) ? files.read(join(folder, name)) : undefined;
    return text === undefined ? undefined : parseRunRecord(text);
  };
  const log = (name: string) => (names.includes(name) ? name : undefined);
  const known = new Map<number, KnownAttempt>();
  for (const attempt of publishedNumbers(names)) {
    known.set(attempt, { attempt, record: read(recordFile(attempt)), log: log(logFile(attempt)) });
  }
  for (const token of unpublishedTokens(names)) {
    const record = read(recordFile(token));
    if (record === undefined) continue;
    const { attempt } = record;
    const published = known.get(attempt);
    // A number that is taken was given to an attempt that somebody else declared void.
    if (published?.record !== undefined) continue;
    known.set(attempt, { attempt, record, log: log(logFile(token)) ?? published?.log });
  }
  const holder = holderToken(names);
  const isRecorded = holder !== undefined && names.includes(recordFile(holder));
  if (holder !== undefined && !isRecorded) {
    const attempt = Math.max(lastAttempt(names), ...known.keys(), 0) + 1;
    known.set(attempt, { attempt, record: undefined, log: log(logFile(holder)) });
  }
  return [...known.values()].sort((a, b) => a.attempt - b.attempt);
}

/** The token of who executes the run, if somebody does. */
function holderToken(names: readonly string[]): string | undefined {
  if (flagsAmong(names).length !== 1) return undefined;
  const state = stateOf(names);
  return state.kind === "running" ? state.owner?.token : undefined;
}

function publishedNumbers(names: readonly string[]): readonly number[] {
  const numbers = names
    .map((name) => parseLogFile(name))
    .filter((mark) => typeof mark === "number");
  const last = lastAttempt(names);
  const records = Array.from({ length: last }, (_, index) => index + 1).filter((attempt) =>
    names.includes(recordFile(attempt)),
  );
  return [...new Set([...numbers, ...records])];
}
