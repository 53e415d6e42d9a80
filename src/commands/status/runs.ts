import { counted } from "../../core/counted.ts";
import type { NumberRanges } from "../../core/number-ranges.ts";
import { flagsAmong, type RunState, stateOf } from "../../core/run-state.ts";
import { cut, shorten } from "../../core/terminal-text.ts";
import { formatDuration } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { lastAttempt } from "../../tree/attempts.ts";
import { type ListedRun, visitRuns } from "../../tree/directory-tree.ts";
import { runLabel } from "../../tree/paths.ts";
import { renderTable } from "../plain-table.ts";

/** Which runs are listed; undefined means all. */
export type RunsFilter = {
  readonly states: readonly RunState["kind"][] | undefined;
  readonly experiments: NumberRanges | undefined;
  readonly seeds: NumberRanges | undefined;
  /** Whose flag has not been touched for so long, seconds. */
  readonly olderThan: number | undefined;
};

export type RunLine = {
  /** `<storage>/experiment3/seed1` */
  readonly run: string;
  readonly state: RunState["kind"];
  /** Since the flag was moved or touched last: a heartbeat, if it runs. Null without one flag. Seconds. */
  readonly age: number | null;
  /** Attempts that have ended. */
  readonly attempts: number;
  /** Who holds it. */
  readonly host: string | null;
  readonly pid: number | null;
};

/** So many runs, and signals are let in. */
const AT_ONCE = 1000;

/** The runs of a storage that a filter lets through; fewer if `signal` aborts. */
export async function listRunLines(
  storage: string,
  filter: RunsFilter,
  host: Pick<Host, "files" | "clock">,
  signal: AbortSignal,
): Promise<readonly RunLine[]> {
  const lines: RunLine[] = [];
  let seen = 0;
  for (const listed of visitRuns(storage, filter, host)) {
    const line = lineOf(listed, filter, host);
    if (line !== undefined) lines.push(line);
    seen += 1;
    if (seen % AT_ONCE > 0) continue;
    await host.clock.sleep(0);
    if (signal.aborted) break;
  }
  return lines;
}

function lineOf(
  { run, names }: ListedRun,
  { states, olderThan }: RunsFilter,
  { files, clock }: Pick<Host, "files" | "clock">,
): RunLine | undefined {
  const state = stateOf(names);
  if (states !== undefined && !states.includes(state.kind)) return undefined;
  const [flag] = flagsAmong(names);
  const isOne = flag !== undefined && state.kind !== "conflict";
  const modifiedMs = isOne ? files.glanceModifiedMs(`${run.path}/${flag}`) : undefined;
  const age = modifiedMs === undefined ? null : Math.max(0, clock.now() - modifiedMs) / 1000;
  if (olderThan !== undefined && (age === null || age < olderThan)) return undefined;
  const holder =
    state.kind === "running" ? state.owner : state.kind === "resetting" ? state.cleaner : undefined;
  return {
    run: runLabel(run),
    state: state.kind,
    age,
    attempts: lastAttempt(names),
    host: holder?.host ?? null,
    pid: holder?.pid ?? null,
  };
}

export function renderRuns(lines: readonly RunLine[], columns?: number): string {
  if (lines.length === 0) return "No run is like that.";
  const width = Math.max(...lines.map(({ run }) => run.length));
  // All other columns need some 50 characters.
  const room = columns === undefined ? width : Math.max(20, columns - 50);
  const held = ({ host, pid }: RunLine) => (host === null ? "" : `${host} ${pid ?? ""}`);
  const text = renderTable([
    { head: "run", align: "left", cells: lines.map(({ run }) => shorten(run, room)) },
    { head: "state", align: "left", cells: lines.map(({ state }) => state) },
    {
      head: "since",
      align: "right",
      cells: lines.map(({ age }) => (age === null ? "" : formatDuration(age))),
    },
    { head: "attempts", align: "right", cells: lines.map(({ attempts }) => String(attempts)) },
    { head: "held by", align: "left", cells: lines.map(held) },
  ])
    .split("\n")
    .map((line) => line.trimEnd());
  const all = [...text, counted(lines.length, "run")];
  return (columns === undefined ? all : all.map((line) => cut(line, columns))).join("\n");
}
