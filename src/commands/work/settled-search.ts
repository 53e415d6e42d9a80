import { basename, join, relative } from "node:path";

import { isConfig } from "../../core/config/config.ts";
import { SETTLED_TASKS, type Task, taskStateOf } from "../../core/task-state.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { fenceMs, isExpired, isSilent, lookAtHolder } from "../../tree/lease.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { perform } from "../../tree/steps.ts";
import {
  findTaskFlag,
  type HeldTask,
  releaseTask,
  settleTask,
  taskFolder,
  takeTask,
} from "../../tree/task-folder.ts";
import type { WorkerIdentity } from "../../tree/worker-identity.ts";
import { serverTime } from "../../tree/worker-record.ts";
import type { WorkReport } from "./orders.ts";
import type { Loss, Pulse } from "./pulse.ts";
import { settledState } from "./settled-state.ts";
import type { SettledStep } from "./settled-steps.ts";

/** What the steps need of the worker that does them. */
export type StepContext = {
  readonly identity: WorkerIdentity;
  readonly pulse: Pulse;
  readonly report: (report: WorkReport) => void;
  /** Aborts when the worker has to leave. */
  readonly signal: AbortSignal;
};

/** In a task's folder: of which state of the runs it was made. */
const MADE_OF = "made_of.json";

/**
 * Does what is to be done once for a settled search, if nobody else does it or has done it since a run
 * was last settled. What another worker is at is left to it; what one that is gone was at is taken over.
 */
export async function finishSearch(
  storage: string,
  steps: readonly SettledStep[],
  context: StepContext,
  host: Host,
): Promise<void> {
  const facts = readSearchFacts(storage, host);
  const due = steps.filter((step) => step.applies(facts));
  const state = due.length === 0 ? undefined : settledState(storage, host);
  if (state === undefined) return;
  for (const step of due) {
    if (context.signal.aborted) return;
    try {
      await finishStep({ storage, state }, step, context, host);
    } catch (error) {
      // A storage that cannot be written, or is full: the runs are settled all the same.
      if (errnoOf(error) === undefined) throw error;
    }
  }
}

type Settled = { readonly storage: string; readonly state: string };

async function finishStep(
  { storage, state }: Settled,
  step: SettledStep,
  context: StepContext,
  host: Host,
): Promise<void> {
  const { task } = step;
  const flag = findTaskFlag(storage, task, host);
  if (flag === undefined) return;
  const folder = taskFolder(storage, task);
  const isDone = readState(folder, host) === state;
  if (!(await isToBeTaken({ storage, folder }, task, flag, isDone, context, host))) return;
  context.identity.introduce(storage);
  const owner = context.identity.nextOwner();
  const held = perform(takeTask(storage, task, flag, owner), host);
  if (held === undefined) return;
  const end = await carryOut({ storage, state }, step, held, context, host);
  if (end !== undefined) context.report({ kind: "task", task: step.name, storage, ...end });
}

/** Whether a task is to be done now, by whoever looks. */
async function isToBeTaken(
  place: { readonly storage: string; readonly folder: string },
  task: Task,
  flag: string,
  isDone: boolean,
  { identity, signal }: StepContext,
  host: Host,
): Promise<boolean> {
  const state = taskStateOf(task, flag);
  if (state?.kind !== "ongoing") return state?.kind === "todo" || !isDone;
  const look = () => perform(lookAtHolder(place, flag, state.owner, host.machine), host);
  const first = look();
  if (first === undefined || first.dead) return first?.dead === true;
  const serverMs = () => perform(serverTime(place.storage, identity.worker), host);
  identity.introduce(place.storage);
  if (!isSilent(first, serverMs())) return false;
  await host.clock.sleep(fenceMs(first), signal);
  const second = look();
  return second !== undefined && !signal.aborted && isExpired(first, second, serverMs());
}

type StepEnd = {
  readonly end: "completed" | "failed";
  readonly folder: string;
  /** Why it failed. */
  readonly reason?: string;
};

/** @returns undefined if it was given up: the worker leaves, or somebody else has it */
async function carryOut(
  { storage, state }: Settled,
  step: SettledStep,
  held: HeldTask,
  { pulse, signal }: StepContext,
  host: Host,
): Promise<StepEnd | undefined> {
  const { folder } = held;
  const lost = new AbortController();
  let loss: Loss | undefined;
  pulse.hold(held, (why) => {
    loss ??= why;
    lost.abort(why);
  });
  let reason: string | undefined;
  try {
    await step.carryOut({ storage, folder }, host, AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    reason = reasonOf(error);
  } finally {
    pulse.letGo();
  }
  if (loss === "fenced") return undefined;
  if (signal.aborted || loss !== undefined) {
    perform(releaseTask(held), host);
    return undefined;
  }
  host.files.replace(join(folder, MADE_OF), `${JSON.stringify({ schemaVersion: 1, state })}\n`);
  const end =
    reason === undefined ? ({ kind: "completed" } as const) : { kind: "failed" as const, reason };
  if (perform(settleTask(held, end), host) === "fenced") return undefined;
  return { end: end.kind, folder, ...(reason !== undefined && { reason }) };
}

function reasonOf(error: unknown): string {
  if (error instanceof UserError) return `${error.message}\n${error.hint}`.trimEnd();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The state of the runs that a task was done for; undefined if it was not, or nobody can tell. */
function readState(folder: string, { files }: Pick<Host, "files">): string | undefined {
  try {
    const value: unknown = JSON.parse(files.read(join(folder, MADE_OF)) ?? "");
    const state = isConfig(value) ? value["state"] : undefined;
    return typeof state === "string" ? state : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UserError) return undefined;
    throw error;
  }
}

/** Lets the next worker that finds a search settled do again what was done for it, or failed. */
export function forgetSteps(storage: string, { files }: Pick<Host, "files">): void {
  for (const task of SETTLED_TASKS) files.remove(join(taskFolder(storage, task), MADE_OF));
}

/** How a person is told. */
export function describeTask(
  { task, storage, folder, end, reason = "" }: Extract<WorkReport, { kind: "task" }>,
  { workingFolder }: Pick<Host, "workingFolder">,
): string {
  const name = basename(storage);
  const place = relative(workingFolder, folder);
  const [first = ""] = reason.split("\n");
  return end === "completed"
    ? `${task} of ${name}: ${place}`
    : `no ${task} of ${name}: ${first} (allaunch --redo_summary tries again; see ${place})`;
}
