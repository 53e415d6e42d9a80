import { join } from "node:path";

import { formatResume, formatRow } from "../../core/recording/record-line.ts";
import type { LineFile } from "../../core/open-file.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { type AttemptMark, METRICS_FOLDER, metricsFile } from "../../tree/attempts.ts";

/** A line of metrics by name. Numbers may be NaN or infinite; what is no number is kept, and not drawn. */
export type MetricValues = Readonly<Record<string, number | string | boolean | null>>;

export type MetricFiles = {
  readonly log: (values: MetricValues, name: string) => void;
  /** Says that earlier attempts' lines with `key` ≥ `from` are superseded. */
  readonly resume: (key: string, from: number, name: string) => void;
  /** Says that what earlier attempts recorded stays, in every file that is written from now on. */
  readonly keepEarlier: () => void;
  /** Writes down what waits. */
  readonly flush: () => void;
};

/**
 * Lines that come faster than this, ms, may wait, from then on, to be written by another thread; those of
 * who logs more rarely are written at once, and need none.
 */
const MAX_WAIT_MS = 100;
/** A key that no line has: nothing is superseded, and the lines before are kept. */
const NO_KEY = "$nothing";
const NAME = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * The files in which one attempt of a script logs its metrics, one for each name.
 * @param mark - token of the attempt's owner; or a number where nobody claims
 */
export function openMetricFiles(
  runFolder: string,
  mark: AttemptMark,
  { files, clock }: Pick<Host, "files" | "clock">,
): MetricFiles {
  const folder = join(runFolder, METRICS_FOLDER);
  const open = new Map<string, LineFile>();
  let writtenMs = Number.NEGATIVE_INFINITY;
  let areFast = false;
  let keeps = false;
  const flush = () => {
    for (const file of open.values()) file.flush();
  };
  const fileOf = (name: string) => {
    const known = open.get(name);
    if (known !== undefined) return known;
    checkName(name);
    files.makeFolders(folder);
    const file = files.openLines(join(folder, metricsFile(name, mark)));
    if (keeps) file.write(formatResume(NO_KEY, 0));
    open.set(name, file);
    return file;
  };
  const add = (line: string, name: string) => {
    const file = fileOf(name);
    if (areFast) {
      file.add(line);
      return;
    }
    const now = clock.now();
    areFast = Math.abs(now - writtenMs) <= MAX_WAIT_MS;
    writtenMs = now;
    if (areFast) file.add(line);
    else file.write(line);
  };
  return {
    log: (values, name) => {
      add(formatMetrics(values), name);
    },
    resume: (key, from, name) => {
      add(formatResume(key, from), name);
    },
    keepEarlier: () => {
      keeps = true;
    },
    flush,
  };
}

/** JSON, with NaN and the infinities as bare words. */
export function formatMetrics(values: MetricValues): string {
  const text = JSON.stringify(values);
  // JSON has null for them: only where one stands, somebody has to look which it is.
  if (!text.includes("null")) return text;
  const numbers = Object.entries(values).filter(([, value]) => typeof value === "number");
  const others = Object.entries(values).filter(([, value]) => typeof value !== "number");
  const rest = JSON.stringify(Object.fromEntries(others));
  const row = formatRow(Object.fromEntries(numbers) as Readonly<Record<string, number>>);
  if (others.length === 0) return row;
  return numbers.length === 0 ? rest : `${row.slice(0, -1)},${rest.slice(1)}`;
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new UserError(
    "usage",
    `Expected the name of a metric file, got ${JSON.stringify(name)}.`,
    'Use letters, digits, "-" and "_", at most 100: the name becomes that of a file.',
  );
}
