import { describeCause, type RunRecord } from "../../../src/core/run-record.ts";
import { flagsAmong } from "../../../src/core/run-state.ts";
import { diskFiles } from "../../../src/io/files.ts";
import { listRuns } from "../../../src/tree/directory-tree.ts";
import { runLabel } from "../../../src/tree/paths.ts";
import type { StormSearch } from "./prepare.ts";
import type { RageReport } from "./rage.ts";
import { readRecords, type Watch } from "./watch.ts";
import type { Execution, Witness } from "./witness.ts";

/** What is known of a storm when it is over. */
export type Evidence = {
  readonly search: StormSearch;
  readonly witness: Pick<Witness, "executions" | "overlaps" | "silentOnes">;
  readonly watch: Watch;
  readonly rages: readonly RageReport[];
  readonly completedInStorm: number;
  /** Whether the disk refused at times. */
  readonly diskRefused: boolean;
};

/** What came of a storm. */
export type Judgement = {
  readonly figures: Readonly<Record<string, number>>;
  /** What may never be; none if all promises were kept. */
  readonly violations: readonly string[];
};

/** What a program's log or record says when the disk was the reason, or its killed supervisor. */
const EXPLAINED = /ENOSPC|no space left|its supervisor is gone|EIO|ESTALE|EROFS/i;

/** Holds what is on the disk against what the witness has heard. */
export function judge(evidence: Evidence): Judgement {
  const { search, watch, rages } = evidence;
  const violations: string[] = rages.flatMap(({ failures }) => failures);
  const violate = (text: string) => violations.push(text);
  const deleted = new Set(rages.flatMap((one) => one.deleted));
  for (const text of watch.violations) {
    if (!deleted.has(text.slice(0, text.indexOf(":")))) violate(text);
  }
  return {
    figures: {
      runs: search.runs,
      "deleted by the storm": deleted.size,
      "completed while it raged, the others after it": evidence.completedInStorm,
      ...judgeRuns(evidence, deleted, violate),
      ...judgeOverlaps(evidence, deleted, violate),
      "looks for late marks": watch.looks(),
    },
    violations,
  };
}

function judgeRuns(
  { search, witness, rages, diskRefused }: Evidence,
  deleted: ReadonlySet<string>,
  violate: (text: string) => void,
): Judgement["figures"] {
  const all = search.storages.flatMap((storage) => listRuns(storage, { files: diskFiles }));
  const [gone, runs] = partition(all, (run) => deleted.has(runLabel(run)));
  // What remains of a folder may hold anything but a run that could be claimed.
  for (const run of gone) {
    const flags = flagsAmong(diskFiles.list(run.path) ?? []);
    if (flags.length > 0) violate(`${runLabel(run)} came back as ${flags.join()}`);
  }
  const expected = search.runs - deleted.size;
  if (runs.length !== expected) violate(`${runs.length} runs instead of ${expected}`);
  const executions = new Map<string, readonly Execution[]>();
  for (const one of witness.executions) {
    const key = `${one.run} ${one.attempt}`;
    executions.set(key, [...(executions.get(key) ?? []), one]);
  }
  const twice = [...executions].filter(([, some]) => some.length > 1);
  // Where there was no room for a record, the next attempt has the same number.
  if (!diskRefused) for (const [attempt] of twice) violate(`${attempt} was executed twice`);
  const killed = new Set(rages.flatMap((one) => one.killed));
  const seen = new Set(witness.executions.map(({ process }) => process));
  // Programs that were killed before they could say who they were.
  const unseen = { left: [...killed].filter((one) => !seen.has(one)).length };
  const counts = { completed: 0, voided: 0, released: 0, crashed: 0 };
  let drafts = 0;
  for (const run of runs) {
    const label = runLabel(run);
    const names = diskFiles.list(run.path) ?? [];
    const say = (text: string) => {
      violate(`${label}: ${text}`);
    };
    if (flagsAmong(names).join() !== "COMPLETED") say(`ends as ${flagsAmong(names).join()}`);
    const stored = readRecords(run.path, names, say);
    const records = stored.map(({ record }) => record);
    for (const { outcome } of records) counts[outcome] += 1;
    drafts += names.filter(isLitter).length;
    const executionsOf = (attempt: number) => executions.get(`${label} ${attempt}`) ?? [];
    const completed = stored.filter(({ record }) => record.outcome === "completed");
    if (completed.length !== 1) {
      const found = stored.map(({ name, record }) => `${name} ${record.outcome}`).join(", ");
      say(`completed ${completed.length} times: ${found}`);
    }
    judgeRecords(records, executionsOf, { killed, unseen }, say);
  }
  return {
    "executions witnessed": witness.executions.length,
    "attempts completed": counts.completed,
    "attempts taken over": counts.voided,
    "attempts put back by their workers": counts.released,
    "attempts that crashed": counts.crashed,
    "attempts whose number was used twice, for want of room for a record": twice.length,
    "drafts left behind": drafts,
  };
}

/** Executions beside another one of the same run, but for those whose keepers were struck together. */
function judgeOverlaps(
  { witness, rages }: Evidence,
  deleted: ReadonlySet<string>,
  violate: (text: string) => void,
): Judgement["figures"] {
  const helpless = new Set(rages.flatMap((one) => one.helpless));
  const overlaps = witness.overlaps.filter(({ earlier }) => !deleted.has(earlier.run));
  const [excused, unexcused] = partition(overlaps, ({ earlier }) => helpless.has(earlier.worker));
  for (const { earlier, later } of unexcused) {
    violate(
      `${later.run}: attempt ${earlier.attempt} (${earlier.process}) lived ${longest([{ earlier, later }])} ms beside ${later.attempt} (${later.process})`,
    );
  }
  return {
    "executions beside another one of the same run": unexcused.length,
    "the same, with worker and supervisor struck together": excused.length,
    "longest of those, ms": longest(excused),
  };
}

function judgeRecords(
  records: readonly RunRecord[],
  executionsOf: (attempt: number) => readonly Execution[],
  { killed, unseen }: { readonly killed: ReadonlySet<string>; readonly unseen: { left: number } },
  say: (text: string) => void,
): void {
  const completed = records.filter(({ outcome }) => outcome === "completed");
  for (const { attempt } of completed) {
    if (!executionsOf(attempt).some(({ endedMs }) => endedMs !== undefined)) {
      say(`attempt ${attempt} is completed, and did not come to its end`);
    }
  }
  for (const { attempt, cause, outcome } of records) {
    if (outcome !== "crashed" || EXPLAINED.test(describeCause(cause))) continue;
    const known = executionsOf(attempt);
    const isExplained =
      known.some(({ process, failure }) => failure !== undefined || killed.has(process)) ||
      (known.length === 0 && cause.kind === "signal" && unseen.left-- > 0);
    if (!isExplained) say(`attempt ${attempt} crashed for no reason: ${describeCause(cause)}`);
  }
}

function longest(
  overlaps: readonly { readonly later: Execution; readonly earlier: Execution }[],
): number {
  return Math.max(
    0,
    ...overlaps.map(
      ({ earlier, later }) => (earlier.closedMs ?? later.startedMs) - later.startedMs,
    ),
  );
}

const isLitter = (name: string) => name.endsWith(".tmp") || name.startsWith(".reset.");

function partition<One>(
  all: readonly One[],
  belongs: (one: One) => boolean,
): readonly [readonly One[], readonly One[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}
