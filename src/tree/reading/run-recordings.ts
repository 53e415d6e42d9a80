import { join } from "node:path";

import type { MetricSummary } from "../../core/query/query.ts";
import { summarise } from "../../core/query/summary.ts";
import type { Host } from "../../host.ts";
import type { RunPath } from "../paths.ts";
import { listKeys, listSeries, readSeries } from "../recording.ts";

/** What self-launched scripts saved, by its type. */
export const ARTIFACTS_FOLDER = "artifacts";

/** What a run recorded, read when it is asked for. */
export type RunRecordings = {
  /** The numbers under a key, in the order in which they came; undefined if there are none. */
  readonly values: (series: string, key: string) => readonly number[] | undefined;
  readonly summary: (operand: MetricSummary) => number | undefined;
  /** `train.loss` and the like: every metric that was recorded. Opens the files. */
  readonly metrics: () => readonly (readonly [series: string, key: string])[];
  /** `artifacts/Checkpoint/last.json`, absolute, by `["Checkpoint", "last.json"]`. */
  readonly artifact: (type: string, name: string) => string | undefined;
  readonly artifacts: () => readonly (readonly [type: string, name: string])[];
};

/** @param folder - of the run, absolute */
export function openRecordings(folder: string, host: Pick<Host, "files">): RunRecordings {
  // Recordings are found by the folder alone, which need not be one of a search.
  const run: RunPath = { path: folder, storage: folder, experiment: Number.NaN, seed: Number.NaN };
  const values = (series: string, key: string) => {
    const column = readSeries(run, series, [key], host).columns.get(key);
    const numbers = [...(column?.values ?? [])].filter((_, row) => column?.recorded[row] === 1);
    return numbers.length === 0 ? undefined : numbers;
  };
  const artifactsFolder = join(folder, ARTIFACTS_FOLDER);
  const artifacts = () =>
    (host.files.list(artifactsFolder) ?? []).flatMap((type) =>
      (host.files.list(join(artifactsFolder, type)) ?? []).map((name) => [type, name] as const),
    );
  return {
    values,
    summary: ({ summary, series, key }) => summarise(summary, values(series, key) ?? []),
    metrics: () =>
      listSeries(run, host).flatMap((series) =>
        listKeys(run, series, host).map((key) => [series, key] as const),
      ),
    artifacts,
    artifact: (type, name) => {
      const found = artifacts().find(
        ([one, file]) => one === type && (file === name || file.replace(/\.[^.]*$/, "") === name),
      );
      return found && join(artifactsFolder, ...found);
    },
  };
}

/** Several summaries of one run, each computed once. */
export function rememberSummaries(open: () => RunRecordings): RunRecordings["summary"] {
  const known = new Map<string, number | undefined>();
  return (operand) => {
    const name = `${operand.summary}\0${operand.series}\0${operand.key}`;
    if (!known.has(name)) known.set(name, open().summary(operand));
    return known.get(name);
  };
}
