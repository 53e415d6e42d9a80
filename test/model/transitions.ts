import { parseOwner } from "../../src/core/run-state.ts";
import { HEARTBEAT_MS } from "../support/run-chaos.ts";
import { withoutNames } from "./folder-names.ts";
import { movers, settleRun } from "./order.ts";
import { playerOf } from "./players.ts";
import { type Process, stampOf } from "./processes.ts";
import { ALIVE, DEAD, GONE, PAUSED, type Row } from "./rows.ts";
import {
  checkExecutions,
  createSituation,
  isAwaited,
  type Model,
  playerAt,
  processAt,
  type Situation,
  tokenOf,
} from "./situation.ts";

/** A step of somebody: one operation, or what befalls it. */
export type Step = {
  readonly player: number;
  readonly kind: "operation" | "dies" | "is stopped for longer than its lease" | "wakes up";
};

export type Transitions = {
  /** Numbers in a row. */
  readonly width: number;
  readonly first: () => Row;
  /** Calls `emit` with every state that may follow. @throws BrokenPromise */
  readonly expand: (row: Row, emit: (next: Row, step: Step) => void) => void;
  /** Every folder there has been, as who ignores drafts, desks, times and which worker is which sees it. */
  readonly folders: () => ReadonlySet<string>;
  /** How many states of run folders and of processes there have been. */
  readonly counts: () => { readonly folders: number; readonly processes: number };
  /** The step that `expand` was at, when it threw. */
  readonly current: () => Step;
  readonly describe: (row: Row, step: Step) => string;
};

/**
 * All that may happen. What a reduced model leaves out, and why nothing is missed by it:
 *
 * 1. **Runs one after the other.** A process goes from one run to the next and never back, and what
 *    it does in one folder neither sees nor changes another. So every interleaving becomes, by
 *    swapping neighbouring operations of different folders and processes, one in which the first run
 *    is finished by all before anybody begins the second, and which each folder cannot tell from the
 *    original. (Swapping moves no crash over another one: there is at most one of each in any
 *    play. Which of them are left over is part of the state.) A run that all have left is checked
 *    and forgotten.
 * 2. **Workers are interchangeable** until their first operation on a run: only the first of them
 *    begins. Tokens are names; the procedures compare them, and never by order.
 * 3. **Private operations come at once**: a clock, a draft, a desk that nobody knows of yet. Nobody
 *    else can see or change what they do, so they commute with all that others do. Listings do not
 *    show drafts and desks, for which no procedure looks.
 * 4. **Only who holds a flag dies or is stopped.** Anybody else that dies is, for all others, one
 *    that is never given another turn, and every state on the way is checked; one that is stopped
 *    is one that is given none for a while.
 * 5. **Times that nobody remembers** are the same time: procedures only compare them.
 *
 * A test compares the ends that folders come to with and without all this.
 */
export function createTransitions(model: Model): Transitions {
  const situation = createSituation(model);
  const { rows, processes, worlds, starts } = situation;
  const answersTo = createAnswers(situation);
  const scratch = new Uint32Array(rows.width);
  let current: Step = { player: 0, kind: "operation" };
  const operate = (
    row: Row,
    player: number,
    run: number,
    emit: (next: Row, step: Step) => void,
  ) => {
    current = { player, kind: "operation" };
    for (const [world, answer] of answersTo(row, player)) {
      for (const { process, report } of processes.after(rows.processAt(row, player), answer)) {
        scratch.set(row);
        const reported = report === undefined ? world : worlds.reported(world, report);
        rows.setWorld(scratch, run, reported);
        rows.setProcess(scratch, player, process);
        settleRun(situation, scratch, run);
        checkExecutions(situation, scratch);
        emit(scratch, current);
      }
    }
  };
  const befall = (row: Row, player: number, run: number, emit: (next: Row, step: Step) => void) => {
    if (rows.left(row, "crashes") > 0) {
      current = { player, kind: "dies" };
      scratch.set(row);
      rows.setStatus(scratch, player, DEAD);
      rows.spend(scratch, "crashes");
      rows.setProcess(scratch, player, GONE);
      settleRun(situation, scratch, run);
      emit(scratch, current);
    }
    if (rows.left(row, "pauses") > 0) {
      current = { player, kind: "is stopped for longer than its lease" };
      scratch.set(row);
      rows.setStatus(scratch, player, PAUSED);
      rows.spend(scratch, "pauses");
      emit(scratch, current);
    }
  };
  const wake = (row: Row, player: number, emit: (next: Row, step: Step) => void) => {
    current = { player, kind: "wakes up" };
    scratch.set(row);
    rows.setStatus(scratch, player, ALIVE);
    rows.setProcess(scratch, player, processes.woken(rows.processAt(row, player)));
    checkExecutions(situation, scratch);
    emit(scratch, current);
  };
  return {
    width: rows.width,
    first: () => {
      const row = rows.create(model);
      for (let run = 0; run < model.runs; run++) {
        rows.setWorld(row, run, worlds.first(run, model.start));
      }
      for (const { index } of model.players) rows.setProcess(row, index, starts[0]?.[index] ?? 0);
      return row;
    },
    expand: (row, emit) => {
      for (const player of movers(situation, row)) {
        const { run } = processAt(situation, row, player).phase;
        if (rows.statusAt(row, player) === PAUSED) {
          wake(row, player, emit);
          continue;
        }
        operate(row, player, run, emit);
        const holder = situation.holderIn(rows.worldAt(row, run));
        if (!model.reduced || holder === player) befall(row, player, run, emit);
      }
    },
    current: () => current,
    folders: () => {
      const workers = model.players.filter(({ kind }) => kind === "worker").length;
      return new Set(worlds.visible().map((text) => withoutNames(text, workers)));
    },
    counts: () => ({ folders: worlds.states.size(), processes: processes.states.size() }),
    describe: (row, { player, kind }) => {
      const { phase, operation } = processAt(situation, row, player);
      const who = `${playerAt(model, player).kind} ${player + 1}`;
      return kind === "operation"
        ? `${who}: ${phase.kind}: ${JSON.stringify(operation)}`
        : `${who} ${kind}`;
    },
  };
}

/** What a process may be answered to its next operation, each time with the world behind it; nothing if it has to wait. */
function createAnswers(situation: Situation) {
  const { model, rows, processes, worlds } = situation;
  const { answers } = processes;
  const acts: number[] = [];
  const actOf = (id: number) => (acts[id] ??= actNumber(situation, processes.states.valueOf(id)));
  return (row: Row, player: number): readonly (readonly [world: number, answer: number])[] => {
    const { operation, phase, clockMs } = processAt(situation, row, player);
    const world = rows.worldAt(row, phase.run);
    if (operation?.kind === "wait") {
      const isOver = !isAwaited(situation, row, phase.run);
      return isOver ? [[world, answers.idOf({ ok: true, value: undefined })]] : [];
    }
    if (operation?.kind === "monotonic") {
      return [[world, answers.idOf({ ok: true, value: clockMs })]];
    }
    const { world: next, answer } = worlds.afterAct(world, actOf(rows.processAt(row, player)));
    const given = answers.valueOf(answer);
    if (operation?.kind !== "judge" || !given.ok) return [[next, answer]];
    const token = parseOwner(operation.path.slice(operation.path.indexOf(".") + 1))?.token ?? "";
    const fences = fencesFor(situation, row, token, playerAt(model, player).variant.secondLook);
    // The lease may not be over yet.
    return [false, ...fences.map((fenceMs) => `${String(given.value)} ${fenceMs}`)].map(
      (value) => [next, answers.idOf({ ok: true, value })] as const,
    );
  };
}

/** How long whoever judges a holder now gives it to notice, ms; nothing if it cannot be judged. */
function fencesFor(
  situation: Situation,
  row: Row,
  token: string,
  secondLook: boolean,
): readonly number[] {
  const { model, rows } = situation;
  const holder = playerOf(token);
  const status = rows.statusAt(row, holder);
  if (status === DEAD) return [0];
  if (status === PAUSED) return [HEARTBEAT_MS];
  const process = processAt(situation, row, holder);
  const beats =
    process.operation !== undefined && tokenOf(playerAt(model, holder), process) === token;
  // At a single look a clock that jumps makes anybody seem silent.
  if (beats) return secondLook ? [] : [HEARTBEAT_MS];
  // It was told that it is fenced, and was given its flag back: it has gone on to other things, and may die there.
  return rows.left(row, "crashes") > 0 ? [HEARTBEAT_MS, 0] : [HEARTBEAT_MS];
}

/** The number of a process's next operation on the disk. */
function actNumber({ model, worlds }: Situation, process: Process): number {
  const { operation } = process;
  if (operation === undefined || operation.kind === "monotonic" || operation.kind === "wait") {
    throw new Error(`Not on the disk: ${operation?.kind ?? "nothing"}`);
  }
  const actor = tokenOf(playerAt(model, process.player), process);
  if (operation.kind === "judge") {
    const asked = { kind: "modified", path: operation.path } as const;
    return worlds.acts.idOf({ actor, operation: asked, stamp: 0 });
  }
  const setsTime = ["touch", "fill", "writeThrough"].includes(operation.kind);
  return worlds.acts.idOf({ actor, operation, stamp: setsTime ? stampOf(process) : 0 });
}
