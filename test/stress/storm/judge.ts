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
  const { search, witness, watch, rages, diskRefused } = evidence;
  const deleted = new Set(rages.flatMap((one) => one.deleted));
  const violations = [
    ...rages.flatMap(({ failures }) => failures),
    ...watch.violations.filter((text) => !deleted.has(text.slice(0, text.indexOf(":")))),
  ];
  const violate = (text: string) => violations.push(text);
  const runs = search.storages.flatMap((storage) => listRuns(storage, { files: diskFiles }));
  const present = new Set(runs.map(runLabel));
  for (const label of deleted) if (present.has(label)) violate(`${label} came back`);
  const expected = search.runs - deleted.size;
  if (runs.length !== expected) violate(`${runs.length} runs instead of ${expected}`);
  const records = runs.map((run) => {
    const names = diskFiles.list(run.path) ?? [];
    const label = runLabel(run);
    const say = (text: string) => violate(`${label}: ${text}`);
    const found = readRecords(run.path, names, say).map(({ record }) => record);
    if (flagsAmong(names).join() !== "COMPLETED") say(`ends as ${flagsAmong(names).join()}`);
    return { label, names, found, say };
  });
  const executions = new Map<string, readonly Execution[]>();
  for (const one of witness.executions) {
    const key = `${one.run} ${one.attempt}`;
    executions.set(key, [...(executions.get(key) ?? []), one]);
  }
  const killed = new Set(rages.flatMap((one) => one.killed));
  const seen = new Set(witness.executions.map(({ process }) => process));
  // Programs that were killed before they could say who they were.
  const unseen = { left: [...killed].filter((one) => !seen.has(one)).length };
  for (const { label, found, say } of records) {
    const executionsOf = (attempt: number) => executions.get(`${label} ${attempt}`) ?? [];
    judgeRecords(found, executionsOf, { killed, unseen }, say);
  }
  const twice = [...executions].filter(([, all]) => all.length > 1);
  // Where there was no room for a record, the next attempt has the same number.
  if (!diskRefused) for (const [attempt] of twice) violate(`${attempt} was executed twice`);
  const helpless = new Set(rages.flatMap((one) => one.helpless));
  const overlaps = witness.overlaps.filter(({ earlier }) => !deleted.has(earlier.run));
  const [excused, unexcused] = partition(overlaps, ({ earlier }) => helpless.has(earlier.worker));
  for (const { earlier, later } of unexcused) {
    violate(
      `${later.run}: attempt ${earlier.attempt} (${earlier.process}) lived ${longest([{ earlier, later }])} ms beside ${later.attempt} (${later.process})`,
    );
  }
  const all = records.flatMap(({ found }) => found);
  const count = (outcome: RunRecord["outcome"]) =>
    all.filter((record) => record.outcome === outcome).length;
  return {
    figures: {
      runs: search.runs,
      "deleted by the storm": deleted.size,
      "executions witnessed": witness.executions.length,
      "attempts completed": count("completed"),
      "attempts taken over": count("voided"),
      "attempts put back by their workers": count("released"),
      "attempts that crashed": count("crashed"),
      "attempts without a record, for want of room": twice.length,
      "executions beside another one, unexcused": unexcused.length,
      "executions beside another one, worker and supervisor struck at once": excused.length,
      "longest of those, ms": longest(excused),
      "looks for late marks": watch.looks(),
      "drafts left behind": records.flatMap(({ names }) => names.filter(isLitter)).length,
    },
    violations,
  };
}

function judgeRecords(
  records: readonly RunRecord[],
  executionsOf: (attempt: number) => readonly Execution[],
  { killed, unseen }: { readonly killed: ReadonlySet<string>; readonly unseen: { left: number } },
  say: (text: string) => void,
): void {
  const completed = records.filter(({ outcome }) => outcome === "completed");
  if (completed.length !== 1) say(`completed ${completed.length} times`);
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
