import { basename, join } from "node:path";

import { counted } from "../../core/counted.ts";
import { crashSignature } from "../../core/crash-signature.ts";
import { describeCause } from "../../core/run-record.ts";
import { flagsAmong, stateOf } from "../../core/run-state.ts";
import { oneLine } from "../../core/printable.ts";
import { cut } from "../../core/terminal-text.ts";
import type { Host } from "../../host.ts";
import { type ListedRun, type RunFilter, visitRuns } from "../../tree/directory-tree.ts";
import { runLabel } from "../../tree/paths.ts";
import { readAttempts } from "../../tree/run-history.ts";

/** Crashes of one kind. */
export type CrashGroup = {
  /** The line that says what is wrong, of the sample. */
  readonly title: string;
  readonly runs: number;
  /** How many experiments and how many seeds have such runs. */
  readonly experiments: number;
  readonly seeds: number;
  /** Names of the storages. */
  readonly storages: readonly string[];
  readonly sample: CrashSample;
};

export type CrashSample = {
  readonly run: string;
  /** Absolute. */
  readonly folder: string;
  /** Name of its log in the folder; null if it has none. */
  readonly log: string | null;
  /** The lines of its trace that say most. */
  readonly trace: readonly string[];
};

type Group = {
  readonly sample: CrashSample & { readonly title: string };
  runs: number;
  readonly experiments: Set<string>;
  readonly seeds: Set<number>;
  readonly storages: Set<string>;
};

const AT_ONCE = 200;
/** Of a CRASH file, where there is no record. */
const MAX_CRASH_BYTES = 65_536;

/** The crashed runs of some storages by what went wrong, the most frequent first. */
export async function groupCrashes(
  storages: readonly string[],
  filter: RunFilter,
  host: Pick<Host, "files" | "clock">,
  signal: AbortSignal,
): Promise<readonly CrashGroup[]> {
  const groups = new Map<string, Group>();
  let seen = 0;
  for (const storage of storages) {
    for (const listed of visitRuns(storage, filter, host)) {
      if (stateOf(listed.names).kind === "crashed") addCrash(listed, groups, host);
      seen += 1;
      if (seen % AT_ONCE > 0) continue;
      await host.clock.sleep(0);
      if (signal.aborted) break;
    }
  }
  return [...groups.values()]
    .sort((a, b) => b.runs - a.runs)
    .map(({ sample: { title, ...sample }, runs, experiments, seeds, storages: names }) => ({
      title,
      runs,
      experiments: experiments.size,
      seeds: seeds.size,
      storages: [...names],
      sample,
    }));
}

function addCrash(
  { run, names }: ListedRun,
  groups: Map<string, Group>,
  { files }: Pick<Host, "files">,
): void {
  const last = readAttempts(run.path, names, { files }).at(-1);
  const [flag = ""] = flagsAmong(names);
  const cause =
    last?.record?.outcome === "crashed"
      ? describeCause(last.record.cause)
      : files.readEnd(join(run.path, flag), MAX_CRASH_BYTES).trim();
  const { key, title, trace } = crashSignature(cause === "" ? "It left no reason." : cause);
  let group = groups.get(key);
  if (group === undefined) {
    const sample = {
      run: runLabel(run),
      folder: run.path,
      log: last?.log ?? null,
      title,
      trace,
    };
    group = { sample, runs: 0, experiments: new Set(), seeds: new Set(), storages: new Set() };
    groups.set(key, group);
  }
  group.runs += 1;
  group.experiments.add(`${run.storage}/${run.experiment}`);
  group.seeds.add(run.seed);
  group.storages.add(basename(run.storage));
}

export function renderErrors(groups: readonly CrashGroup[], columns?: number): string {
  if (groups.length === 0) return "No run has crashed.";
  const total = groups.reduce((sum, { runs }) => sum + runs, 0);
  const blocks = groups.map((group) => {
    const { title, runs, experiments, seeds, storages, sample } = group;
    const where = storages.length > 1 ? `, ${counted(storages.length, "storage")}` : "";
    return [
      `${counted(runs, "run")} (${counted(experiments, "experiment")}, ${counted(seeds, "seed")}${where}): ${title}`,
      ...sample.trace.filter((line) => line.trim() !== title).map((line) => `    ${line}`),
      `  such as ${sample.run}; see alstatus --log ${sample.run}`,
    ];
  });
  const head = `${counted(total, "run")} crashed in ${counted(groups.length, "way")}.`;
  const lines = [head, ...blocks.flatMap((block) => ["", ...block])].map((line) => oneLine(line));
  return (columns === undefined ? lines : lines.map((line) => cut(line, columns))).join("\n");
}
