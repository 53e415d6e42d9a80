import { join } from "node:path";

import { parseRunRecord, type RunRecord } from "../../../src/core/run-record.ts";
import { flagsAmong } from "../../../src/core/run-state.ts";
import { diskFiles } from "../../../src/io/files.ts";
import { parseRecordFile } from "../../../src/tree/attempts.ts";
import { listRuns } from "../../../src/tree/directory-tree.ts";
import { runLabel, type RunPath } from "../../../src/tree/paths.ts";

/** Looks at the run folders of a storm again and again, and notes what may never be. */
export type Watch = {
  readonly look: () => void;
  /** How many runs were completed at the last look. */
  readonly completed: () => number;
  /** The same from 0 to 1. */
  readonly progress: () => number;
  readonly looks: () => number;
  readonly violations: readonly string[];
};

/** @param runs - how many there are */
export function createWatch(storages: readonly string[], runs: number): Watch {
  /** What made a run complete, by its label: its record. */
  const settled = new Map<string, string>();
  const violations = new Set<string>();
  let looks = 0;
  return {
    look: () => {
      looks += 1;
      for (const storage of storages) {
        for (const run of listRuns(storage, { files: diskFiles })) {
          lookAt(run, settled, (text) => violations.add(`${runLabel(run)}: ${text}`));
        }
      }
    },
    completed: () => settled.size,
    progress: () => settled.size / runs,
    looks: () => looks,
    get violations() {
      return [...violations];
    },
  };
}

function lookAt(run: RunPath, settled: Map<string, string>, violate: (text: string) => void): void {
  const names = diskFiles.list(run.path) ?? [];
  const flags = flagsAmong(names);
  const before = settled.get(runLabel(run));
  const records = readRecords(run.path, names, violate).filter(
    ({ record }) => record.outcome === "completed",
  );
  const completed = records.map(({ text }) => text);
  if (flags[0] !== "COMPLETED") {
    if (before !== undefined) violate(`was COMPLETED, is ${flags.join(", ") || "without a flag"}`);
    return;
  }
  const [now] = completed;
  // Gone under its token's name, not yet there under its plain one: the next look sees it.
  if (now === undefined) return;
  if (completed.length > 1) violate(`completed by ${records.map(({ name }) => name).join(", ")}`);
  if (before !== undefined && before !== now) violate("its record was changed after the end");
  settled.set(runLabel(run), now);
}

type StoredRecord = { readonly name: string; readonly text: string; readonly record: RunRecord };

/**
 * The records of a run's attempts. Every one that has its name is whole. One that an owner left whose
 * attempt was declared void meanwhile never gets a plain name, and counts for nothing: that of the
 * cleaner has its number.
 */
export function readRecords(
  folder: string,
  names: readonly string[],
  violate: (text: string) => void,
): readonly StoredRecord[] {
  const records = names.flatMap((name): readonly StoredRecord[] => {
    if (parseRecordFile(name) === undefined) return [];
    const text = diskFiles.read(join(folder, name));
    // Published, or deleted, meanwhile.
    if (text === undefined) return [];
    const record = parseRunRecord(text);
    if (record === undefined) violate(`${name} is half-written: ${JSON.stringify(text)}`);
    return record === undefined ? [] : [{ name, text, record }];
  });
  const isPlain = ({ name }: StoredRecord) => typeof parseRecordFile(name) === "number";
  const taken = new Set(records.filter(isPlain).map(({ record }) => record.attempt));
  return records.filter((one) => isPlain(one) || !taken.has(one.record.attempt));
}
