import type { Outcome } from "../../src/tree/steps.ts";
import { HEARTBEAT_MS } from "../support/run-chaos.ts";
import { SystemError } from "../support/memory-disk.ts";
import { createInterner, type Interner, remember } from "./interner.ts";
import {
  firstPhase,
  type ModelOperation,
  type Next,
  type Phase,
  play,
  type Player,
  type Report,
} from "./players.ts";

/** An outcome without its error object: what a procedure can tell apart. */
export type Answer =
  | { readonly ok: true; readonly value: (Outcome & { ok: true })["value"] }
  | { readonly ok: false; readonly code: string };

/**
 * A process between two operations. A generator cannot be copied, but it is a function of what it
 * has been answered: its state is the phase it is in and the answers since.
 */
export type Process = {
  readonly player: number;
  readonly phase: Phase;
  readonly answers: readonly Answer[];
  readonly clockMs: number;
  /** Its supervisor ended its program while it was paused, or will start none. */
  readonly stopped: boolean;
  /** What it does next; undefined if it has left the last run. */
  readonly operation: ModelOperation | undefined;
};

/** The states of all processes as numbers, and what each makes of an answer. */
export type Processes = {
  readonly states: Interner<Process>;
  readonly first: (player: number, run: number) => number;
  /** A player that has left the last run. */
  readonly last: (player: number) => number;
  /** @returns the states that may follow, each with what is reported on the way */
  readonly after: (
    process: number,
    answer: number,
  ) => readonly { readonly process: number; readonly report: Report | undefined }[];
  /** The state of a process that wakes up after its lease. */
  readonly woken: (process: number) => number;
  readonly answers: Interner<Answer>;
};

/** Longer than any lease. */
const PAUSE_MS = 1_000 * HEARTBEAT_MS;

export function createProcesses(players: readonly Player[], runs: number): Processes {
  const states = createInterner<Process>(({ player, phase, answers, clockMs, stopped }) =>
    JSON.stringify([player, phase, answers, clockMs, stopped]),
  );
  const answers = createInterner<Answer>((answer) => JSON.stringify(answer));
  const playerAt = (index: number) => {
    const player = players[index];
    if (player === undefined) throw new RangeError(`There is no player ${index}`);
    return player;
  };
  const enter = (index: number, phase: Phase, clockMs: number, wasStopped = false): number => {
    if (phase.kind === "leave") {
      const isLast = phase.run + 1 === runs;
      if (!isLast) return enter(index, firstPhase(playerAt(index), phase.run + 1), 0);
    }
    // A program's time counts from its claim; nothing else outlives the phase it began in.
    const isStarted = phase.kind === "execute";
    const start = {
      player: index,
      phase,
      answers: [],
      clockMs: isStarted ? clockMs : 0,
      stopped: isStarted && wasStopped,
    };
    const operation = phase.kind === "leave" ? undefined : nextOperation(playerAt(index), start);
    return states.idOf({ ...start, operation });
  };
  return {
    states,
    answers,
    first: (index, run) => enter(index, firstPhase(playerAt(index), run), 0),
    last: (index) => enter(index, { kind: "leave", run: runs - 1, visit: 0 }, 0),
    after: remember((id, answer) => {
      const { operation, ...process } = states.valueOf(id);
      const given = [...process.answers, answers.valueOf(answer)];
      const waitedMs = operation?.kind === "wait" ? operation.ms : 0;
      const next = { ...process, answers: given, clockMs: process.clockMs + waitedMs };
      const result = replay(playerAt(process.player), next);
      if (!isFinished(result)) {
        return [{ process: states.idOf({ ...next, operation: result }), report: undefined }];
      }
      return result.map(({ phase, report }) => ({
        process: enter(process.player, phase, next.clockMs, next.stopped),
        report,
      }));
    }),
    woken: (id) => {
      const process = states.valueOf(id);
      const { kind } = process.phase;
      const stopped = process.stopped || kind === "claim" || kind === "execute";
      // Where no clock is asked, none has to be moved.
      const pauseMs = kind === "settle" || kind === "look" ? 0 : PAUSE_MS;
      return states.idOf({ ...process, clockMs: process.clockMs + pauseMs, stopped });
    },
  };
}

function nextOperation(player: Player, process: Omit<Process, "operation">): ModelOperation {
  const result = replay(player, process);
  if (isFinished(result)) throw new Error(`A ${process.phase.kind} without any operation`);
  return result;
}

/** @returns the operation that comes next, or what follows the phase */
function replay(
  player: Player,
  { phase, answers }: Pick<Process, "phase" | "answers">,
): ModelOperation | readonly Next[] {
  const steps = play(player, phase);
  let next = steps.next();
  for (const answer of answers) {
    if (next.done === true) throw new Error("More answers than questions");
    next = steps.next(outcomeOf(answer));
  }
  return next.value;
}

const outcomeOf = (answer: Answer): Outcome =>
  answer.ok ? answer : { ...answer, error: new SystemError(answer.code, "in the model") };

/** The time that a process's next touch sets: no other touch sets the same. */
export function stampOf({ player, phase, answers }: Process): number {
  const kinds = ["claim", "execute", "settle", "look", "reset"];
  const position = phase.visit * kinds.length + kinds.indexOf(phase.kind);
  return 1 + player + 8 * (answers.length + 256 * position);
}

/**
 * Whether its next operation changes nothing and sees nothing that another process can see or
 * change: its clock, or a draft or desk that nobody else knows of yet.
 */
export function isPrivate(token: string, { operation }: Process): boolean {
  if (operation === undefined) return false;
  if (operation.kind === "monotonic" || operation.kind === "wait") return true;
  const isDraft = operation.kind === "write" || operation.kind === "makeFolder";
  return isDraft && isHidden(operation.path) && operation.path.includes(token);
}

/** Drafts and desks: names that nobody looks for in a listing. */
export function isHidden(path: string): boolean {
  return path.endsWith(".tmp") || path.includes("/.reset.") || path.startsWith(".reset.");
}

const isFinished = (result: ModelOperation | readonly Next[]): result is readonly Next[] =>
  Array.isArray(result);
