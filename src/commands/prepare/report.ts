import { counted } from "../../core/counted.ts";
import { renderShape, type SearchShape } from "../../core/search/search-shape.ts";
import { shellWord } from "../../core/shell-word.ts";
import type { ConfigExplanation } from "./explain-config.ts";
import type { StoragePlan, StorageReport } from "./storage-report.ts";

/** What was prepared, or would be. */
export type PrepareReport = {
  readonly dryRun: boolean;
  /** Whether Ctrl-C ended it before everything was written. */
  readonly stopped: boolean;
  readonly storages: readonly StorageReport[];
  /** What is searched, and how. */
  readonly search: SearchShape;
  /** The list that holds the storages' names, relative to the working folder. */
  readonly list: string;
  /** The root as it was given, undefined for the project's own. */
  readonly rootDir: string | undefined;
  /** Of a dry run: what would be written, for `--json`; made when it is asked for. */
  readonly plan?: () => readonly StoragePlan[];
  /** If the question was where a value comes from: then nothing is prepared. */
  readonly explanation?: ConfigExplanation;
};

/** For a person: the storages, the counts, the list, and what to do next. */
export function renderReport(report: PrepareReport): string {
  const { dryRun, stopped, storages, list, rootDir, explanation } = report;
  if (explanation !== undefined) return explanation.text;
  if (storages.length === 0) return "Stopped. Nothing was written.";
  const runs = storages.reduce((sum, storage) => sum + storage.runs, 0);
  const searches = storages.length === 1 ? "1 search" : `${storages.length} searches`;
  const lines = [
    runs === 0
      ? `Nothing is to be written: what the schedule asks for is there, in ${searches}:`
      : `${dryRun ? "Would prepare" : "Prepared"} ${counted(runs, "run")} in ${searches}:`,
    ...storages.map(renderStorage),
  ];
  if (dryRun) {
    const shape = renderShape(report.search);
    const end = "Nothing was written. The ids may be others when it is done.";
    return [...lines, ...shape, end].join("\n");
  }
  if (stopped) return [...lines, "Stopped before all was written."].join("\n");
  const root = rootDir === undefined ? "" : ` --root_dir ${shellWord(rootDir)}`;
  return [...lines, `List: ${list}`, `Next: allaunch --from_file ${shellWord(list)}${root}`].join(
    "\n",
  );
}

/** A storage's line, e.g. `  ju1_f7b375e_mlp_digits_grid_a  72 of 72 exist, 0 added`. */
export function renderStorage(storage: StorageReport): string {
  const { name, experiments, existing, runs, samplerSeed } = storage;
  const sampler = samplerSeed === null ? "" : `, sampler seed ${samplerSeed}`;
  const counts =
    existing === 0
      ? `${counted(experiments, "experiment")}, ${counted(runs, "run")}`
      : `${existing} of ${experiments} exist, ${storage.new} added, ${counted(runs, "run")}`;
  return `  ${name}  ${counts}${sampler}`;
}
