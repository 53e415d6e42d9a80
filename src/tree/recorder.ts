import { join } from "node:path";

import type { Recorder } from "../core/experiment.ts";
import { formatResume, formatRow } from "../core/recording/record-line.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { type AttemptMark, RECORDERS_FOLDER, recordingFile } from "./attempts.ts";

/** The recorder of one attempt; closed when the attempt ends. */
export type RunRecorder = Recorder & {
  /** The series recorded so far. */
  readonly series: () => readonly string[];
  /** What is recorded after this is dropped. */
  readonly close: () => void;
};

const DEFAULT_SERIES = "train";
const MAX_SERIES_NAME = 100;

/**
 * Records what an attempt measures, below its run folder. Each record is one write of one line, so
 * that a killed attempt loses nothing and a reader sees at most one torn line, the last.
 *
 * @param runFolder - absolute; `recorders/` is made when the first line is recorded
 * @param mark - token of the attempt's owner, 32 hexadecimal digits; or a number where nobody claims
 */
export function createRecorder(
  runFolder: string,
  mark: AttemptMark,
  { files }: Pick<Host, "files">,
): RunRecorder {
  const folder = join(runFolder, RECORDERS_FOLDER);
  const open = new Map<string, ReturnType<typeof files.openAppend>>();
  let isClosed = false;

  const append = (series: string, line: string) => {
    let file = open.get(series);
    if (file === undefined) {
      checkSeries(series);
      files.makeFolders(folder);
      file = files.openAppend(join(folder, recordingFile(series, mark)));
      open.set(series, file);
    }
    file.write(`${line}\n`);
  };

  return {
    record: (values, series = DEFAULT_SERIES) => {
      // A timer that outlives its run must not fail the next run of the same process.
      if (isClosed) return;
      checkValues(values);
      append(series, formatRow(values));
    },
    resume: (key, from, series = DEFAULT_SERIES) => {
      if (isClosed) return;
      checkResume(key, from);
      append(series, formatResume(key, from));
    },
    series: () => [...open.keys()],
    close: () => {
      isClosed = true;
      for (const file of open.values()) file.close();
    },
  };
}

function checkSeries(series: string): void {
  if (/^[A-Za-z0-9-]+$/.test(series) && series.length <= MAX_SERIES_NAME) return;
  throw new UserError(
    "usage",
    `Expected the name of a recorded series, got ${JSON.stringify(series)}.`,
    `Use letters, digits and "-", at most ${MAX_SERIES_NAME}: the name becomes part of a file's name.`,
  );
}

/** Programs in JavaScript come without the types that hold this. */
function checkValues(values: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (typeof value === "number") continue;
    throw new UserError(
      "usage",
      `recorder.record: expected a number for ${JSON.stringify(key)}, got ${describe(value)}.`,
      "Leave out what was not measured in this step; NaN and infinities are numbers.",
    );
  }
}

function checkResume(key: unknown, from: unknown): void {
  if (typeof key === "string" && typeof from === "number" && Number.isFinite(from)) return;
  throw new UserError(
    "usage",
    `recorder.resume: expected a key and the number to go on from, got ${describe(key)} and ${describe(from)}.`,
    'For example recorder.resume("epoch", 51) when the checkpoint was saved after epoch 50.',
  );
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
