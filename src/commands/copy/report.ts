import type { Config } from "../../core/config/config.ts";
import { counted } from "../../core/counted.ts";
import { oneLine } from "../../core/printable.ts";
import { formatParameter } from "../../core/search/copying/parameter.ts";
import { formatSearchName } from "../../core/search-name.ts";
import { shellWord } from "../../core/shell-word.ts";
import type { PlannedCopy } from "./plan.ts";

/** What was copied, or would be. */
export type CopyReport = {
  readonly dryRun: boolean;
  /** Whether Ctrl-C ended it before everything was written. */
  readonly stopped: boolean;
  readonly copies: readonly CopiedReport[];
  /** The lists that hold the copies' names, relative to the working folder. */
  readonly lists: readonly string[];
  /** The root as it was given, undefined for the project's own. */
  readonly rootDir: string | undefined;
};

export type CopiedReport = {
  readonly name: string;
  /** Name of the storage that is copied. */
  readonly search: string;
  /** Whether it was there before. */
  readonly existing: boolean;
  readonly experiments: number;
  /** That are written. */
  readonly runs: number;
  /** Values by dotted names. */
  readonly added: Config;
  readonly overridden: Config;
  readonly notes: readonly string[];
};

export function reportCopy({
  name,
  copied,
  existing,
  experiments,
  notes,
}: PlannedCopy): CopiedReport {
  const runs = experiments.reduce((sum, { seeds }) => sum + seeds.length, 0);
  return {
    name: existing ?? formatSearchName(name),
    search: copied.search,
    existing: existing !== undefined,
    experiments: experiments.length,
    runs: existing === undefined ? runs : 0,
    added: copied.added,
    overridden: copied.overridden,
    notes,
  };
}

/** For a person: the copies, the lists, and what to do next. */
export function renderCopies(report: CopyReport): string {
  const { dryRun, stopped, copies, lists, rootDir } = report;
  if (stopped) return "Stopped before all was written.";
  const runs = copies.reduce((sum, one) => sum + one.runs, 0);
  const searches = copies.length === 1 ? "1 search" : `${copies.length} searches`;
  const head =
    runs === 0
      ? `Nothing is to be written: the copy of ${searches} is there:`
      : `${dryRun ? "Would prepare" : "Prepared"} ${counted(runs, "run")}, copied from ${searches}:`;
  const lines = [head, ...copies.map(renderCopy)];
  if (dryRun) {
    return [...lines, "Nothing was written. The ids may be others when it is done."].join("\n");
  }
  const root = rootDir === undefined ? "" : ` --root_dir ${shellWord(rootDir)}`;
  const next = lists.map((list) => `Next: allaunch --from_file ${shellWord(list)}${root}`);
  return [...lines, ...lists.map((list) => `List: ${list}`), ...next].join("\n");
}

export function renderCopy(copy: CopiedReport): string {
  const { name, search, existing, experiments, runs, added, overridden, notes } = copy;
  const counts = existing
    ? `${experiments} of ${experiments} exist; another --new_desc copies once more`
    : `${counted(experiments, "experiment")}, ${counted(runs, "run")}`;
  return [
    `  ${name}  ${counts}`,
    `    from ${search}`,
    ...valueLines("changed", overridden),
    ...valueLines("new", added),
    ...notes.map((note) => `    Note: ${oneLine(note)}`),
  ].join("\n");
}

function valueLines(word: string, values: Config): readonly string[] {
  const texts = Object.entries(values).map(([path, value]) =>
    oneLine(formatParameter({ path, value })),
  );
  return texts.length === 0 ? [] : [`    ${word}: ${texts.join(", ")}`];
}
