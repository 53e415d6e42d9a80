import { join, resolve } from "node:path";

import { parseConfig } from "../../core/config/parse-config.ts";
import { describeCause } from "../../core/run-record.ts";
import { stateOf } from "../../core/run-state.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { CONFIG_FILE, runLabel, type RunPath } from "../../tree/paths.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../../tree/worker-identity.ts";
import { DEFAULT_HEARTBEAT_MS, LEASE_HEARTBEATS } from "../../tree/worker-record.ts";
import type { Execution, Executor } from "../work/execution.ts";
import { createModuleExecutor } from "../work/module-executor.ts";
import { startPulse } from "../work/pulse.ts";
import {
  countEvaluations,
  dropEvaluation,
  evaluatedAttempt,
  keepEvaluation,
} from "./evaluation-file.ts";

/** A search whose runs are evaluated. */
export type Evaluated = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
};

export type EvaluationSettings = {
  /** How often each run is evaluated, at least 1. */
  readonly nEvalRuns: number;
  /** Whether what was evaluated before is evaluated again. */
  readonly reRunIfExists: boolean;
  readonly nProcesses: number;
};

/** What was done, in runs. */
export type EvaluationCounts = {
  readonly evaluated: number;
  /** That had been evaluated often enough before. */
  readonly cached: number;
  /** Whose evaluation failed, with the reason. */
  readonly failed: readonly { readonly run: string; readonly reason: string }[];
};

type EvaluationHost = Pick<
  Host,
  "files" | "clock" | "machine" | "token" | "environment" | "processes" | "terminal"
>;

/** So many evaluations that fail, and none that does not: the others would fail, too. */
const HOPELESS = 3;

/**
 * Has the program evaluate each completed run, as often as it was not yet: the module's `evaluate` is
 * called, and what it returns is kept as the run's series `evaluation`, a row for each call.
 * @throws UserError `usage` for a program that is no module, `unavailable` if every evaluation fails
 */
export async function evaluateRuns(
  searches: readonly Evaluated[],
  settings: EvaluationSettings,
  host: EvaluationHost,
  signal: AbortSignal,
): Promise<EvaluationCounts> {
  const jobs = searches.map((search) => ({ search, runs: jobsOf(search, settings, host) }));
  const due = jobs.map((one) => ({ ...one, runs: one.runs.filter(({ first }) => first > 0) }));
  const total = sumOf(due.map(({ runs }) => runs.length));
  const counts = { evaluated: 0, failed: [] as EvaluationCounts["failed"][number][] };
  const progress = total === 0 ? undefined : host.terminal.progress("evaluating runs", total);
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const onEnd = (run: RunPath, reason: string | undefined) => {
    if (reason === undefined) counts.evaluated += 1;
    else counts.failed.push({ run: runLabel(run), reason });
    progress?.update(counts.evaluated + counts.failed.length);
    return counts.evaluated > 0 || counts.failed.length < HOPELESS;
  };
  try {
    for (const { search, runs } of due) {
      const program = moduleOf(search);
      const queue = runs.values();
      const count = Math.min(settings.nProcesses, runs.length);
      const context = { identity, host, signal, onEnd };
      await Promise.all(Array.from({ length: count }, () => workThrough(queue, program, context)));
      if (signal.aborted) break;
    }
  } finally {
    progress?.stop();
  }
  const [failure] = counts.failed;
  if (
    failure !== undefined &&
    counts.evaluated === 0 &&
    counts.failed.length >= Math.min(total, HOPELESS)
  ) {
    throw new UserError(
      "unavailable",
      `No run could be evaluated; the first is ${failure.run}: ${failure.reason}`,
      "The program's module exports evaluate({ config, tree, evaluation, … }), which returns numbers by name; see docs/programs.md.",
    );
  }
  const all = sumOf(jobs.map(({ runs }) => runs.length));
  return { ...counts, cached: all - total };
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);

/** A completed run; `first` is the first evaluation that it lacks, 0 if it lacks none. */
type Job = { readonly run: RunPath; readonly first: number; readonly last: number };

function jobsOf(
  { storage }: Evaluated,
  { nEvalRuns, reRunIfExists }: EvaluationSettings,
  host: Pick<Host, "files">,
): readonly Job[] {
  return listRuns(storage, host)
    .filter(({ path }) => stateOf(host.files.list(path) ?? []).kind === "completed")
    .map((run) => {
      const there = reRunIfExists ? 0 : countEvaluations(run, host);
      return { run, first: there >= nEvalRuns ? 0 : there + 1, last: nEvalRuns };
    });
}

function moduleOf({ storage, facts }: Evaluated) {
  const project = resolve(storage, facts.project);
  if ("module" in facts.program) {
    const module = resolve(project, facts.program.module);
    return { module, project, logLevel: "info" } as const;
  }
  const what =
    "command" in facts.program
      ? `a command, ${JSON.stringify(facts.program.command.join(" ").slice(0, 100))}`
      : "a script that launched itself";
  throw new UserError(
    "usage",
    `${storage} runs ${what}; only modules can export evaluate().`,
    'Let the program record what it measures in the end, in a series such as "test".',
  );
}

type LaneContext = {
  readonly identity: WorkerIdentity;
  readonly host: EvaluationHost;
  readonly signal: AbortSignal;
  /** @returns whether to go on */
  readonly onEnd: (run: RunPath, reason: string | undefined) => boolean;
};

/** Evaluates one run after the other in a process, until none is left in the queue that all share. */
async function workThrough(
  queue: Iterator<Job>,
  program: ReturnType<typeof moduleOf>,
  { identity, host, signal, onEnd }: LaneContext,
): Promise<void> {
  // One for each process: they have one line to it.
  const supervisor = host.processes.startSupervisor({
    worker: identity.worker,
    silenceMs: (LEASE_HEARTBEATS - 2) * DEFAULT_HEARTBEAT_MS,
  });
  const pulse = startPulse(DEFAULT_HEARTBEAT_MS, supervisor, host);
  const lane = createModuleExecutor(program, supervisor, host, () => undefined);
  try {
    for (let next = queue.next(); next.done !== true && !signal.aborted; next = queue.next()) {
      const reason = await evaluateOne(next.value, lane, identity, host, signal);
      if (!onEnd(next.value.run, reason)) return;
    }
  } finally {
    lane.close();
    pulse.stop();
    await supervisor.close();
  }
}

/** @returns why it failed, undefined if it did not */
async function evaluateOne(
  { run, first, last }: Job,
  lane: Executor,
  identity: WorkerIdentity,
  host: EvaluationHost,
  signal: AbortSignal,
): Promise<string | undefined> {
  const owner = identity.nextOwner();
  const attempt = evaluatedAttempt(run, host);
  const path = join(run.path, CONFIG_FILE);
  const config = parseConfig(host.files.read(path) ?? "", path);
  const claim = { folder: run.path, owner, attempt };
  const execution = lane.start({ run, claim, config, evaluations: { first, last } });
  const end = await endOf(execution, signal);
  try {
    if (signal.aborted || end.kind === "silenced") return "it was stopped";
    if (end.kind === "crashed") return describeCause(end.cause);
    keepEvaluation(run, owner.token, first > 1, host);
    return undefined;
  } finally {
    dropEvaluation(run, owner.token, host);
  }
}

/** Ended at once if the signal aborts: it has nothing to save. */
function endOf(execution: Execution, signal: AbortSignal): Execution["ended"] {
  const kill = () => {
    execution.kill();
  };
  signal.addEventListener("abort", kill);
  return execution.ended.finally(() => {
    signal.removeEventListener("abort", kill);
  });
}
