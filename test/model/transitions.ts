import { parseOwner } from "../../src/core/run-state.ts";
import { HEARTBEAT_MS } from "../support/run-chaos.ts";
import { BrokenPromise } from "../support/run-witness.ts";
import { ownerOf, type Player, playerOf } from "./players.ts";
import { createProcesses, isHidden, isPrivate, type Process, stampOf } from "./processes.ts";
import { holderOf, onlyFlag } from "./promises.ts";
import { createWorlds, type Start } from "./worlds.ts";

/** What a model consists of. */
export type Model = {
  readonly players: readonly Player[];
  readonly runs: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly start: Start;
  /** Whether interleavings that cannot differ are left out (see `createTransitions`). */
  readonly reduced: boolean;
};

/** A step of somebody: one operation, or what befalls it. */
export type Step = {
  readonly player: number;
  readonly kind: "operation" | "dies" | "is stopped for longer than its lease" | "wakes up";
};

/**
 * A state of the whole: a row of whole numbers. First the runs' worlds (the last one, `CLOSED`, for
 * a run that everybody has left), then the processes' states, then who lives and what may still
 * befall them.
 */
export type Row = Uint32Array;

export type Transitions = {
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

const CLOSED = 0xfffffffe;
const GONE = 0xfffffffd;
const ALIVE = 0;
const PAUSED = 1;
const DEAD = 2;

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
  const { players, runs, reduced } = model;
  const processes = createProcesses(players, runs);
  const worlds = createWorlds(processes.answers, (name) => reduced && isHidden(name));
  const width = runs + players.length + 1;
  const at = (row: Row, index: number) => row[index] ?? 0;
  const processAt = (row: Row, player: number) => processes.states.valueOf(at(row, runs + player));
  /** Who was there before the beginning is gone. */
  const statusAt = (row: Row, player: number) =>
    player < players.length ? (at(row, width - 1) >>> (2 * player)) & 3 : DEAD;
  const left = (row: Row, what: "crashes" | "pauses") =>
    (at(row, width - 1) >>> (what === "crashes" ? 24 : 28)) & 15;
  const setStatus = (row: Row, player: number, status: number) => {
    row[width - 1] = (at(row, width - 1) & ~(3 << (2 * player))) | (status << (2 * player));
  };
  const playerAt = (index: number) => players[index] ?? unknown(index);
  const tokenOf = (process: Process) => ownerOf(playerAt(process.player), process.phase).token;
  const starts = Array.from({ length: runs }, (_, run) =>
    players.map((player) => processes.first(player.index, run)),
  );
  const actIds: number[] = [];
  const actOf = (row: Row, player: number) => {
    const id = at(row, runs + player);
    return (actIds[id] ??= (() => {
      const process = processes.states.valueOf(id);
      const { operation } = process;
      if (operation === undefined || operation.kind === "monotonic" || operation.kind === "wait")
        return -1;
      const asked =
        operation.kind === "judge"
          ? ({ kind: "modified", path: operation.path } as const)
          : operation;
      const stamp =
        asked.kind === "touch" || asked.kind === "fill" || asked.kind === "writeThrough"
          ? stampOf(process)
          : 0;
      return worlds.acts.idOf({ actor: tokenOf(process), operation: asked, stamp });
    })());
  };
  const privates: boolean[] = [];
  const hasPrivate = (row: Row, player: number) => {
    const id = at(row, runs + player);
    return (privates[id] ??= isPrivate(
      tokenOf(processes.states.valueOf(id)),
      processes.states.valueOf(id),
    ));
  };
  const holders = new Map<number, number>();
  /** Who holds the run's flag; -1 if nobody. */
  const holderIn = (world: number) => {
    const known = holders.get(world);
    if (known !== undefined) return known;
    const { token } = holderOf(onlyFlag(worlds.states.valueOf(world).disk));
    const holder = token === "" ? -1 : playerOf(token);
    holders.set(world, holder);
    return holder;
  };
  const visitsOf = (player: number) => playerAt(player).visits;
  const runOf = (row: Row, player: number) => processAt(row, player).phase.run;
  const isActive = (row: Row, player: number) =>
    statusAt(row, player) !== DEAD && processAt(row, player).operation !== undefined;

  const movers = (row: Row): readonly number[] => {
    const active = players.map(({ index }) => index).filter((index) => isActive(row, index));
    if (!reduced) return active;
    const run = Math.min(...active.map((player) => runOf(row, player)));
    const here = active.filter((player) => runOf(row, player) === run);
    const busy = here.find(
      (player) =>
        statusAt(row, player) === ALIVE &&
        hasPrivate(row, player) &&
        !(processAt(row, player).operation?.kind === "wait" && isAwaited(row, run)),
    );
    if (busy !== undefined) return [busy];
    const isNew = (player: number) =>
      playerAt(player).kind === "worker" &&
      at(row, runs + player) === starts[run]?.[player] &&
      statusAt(row, player) === ALIVE;
    const isFirst = (player: number) =>
      here.find((other) => isNew(other) && visitsOf(other) === visitsOf(player)) === player;
    return here.filter((player) => !isNew(player) || isFirst(player));
  };

  /** Everything of the new state that is not the mover's own. */
  const settle = (row: Row, touched: number) => {
    const world = at(row, touched);
    const run = touched;
    const { voided } = worlds.states.valueOf(world).history;
    const spent =
      (model.start === "held" ? 1 : 0) +
      model.crashes -
      left(row, "crashes") +
      model.pauses -
      left(row, "pauses");
    if (voided.length > spent) throw new BrokenPromise("an owner that lives was declared dead");
    if (!reduced) {
      worlds.checkRecovery(world);
      return;
    }
    const isHere = (player: number) => isActive(row, player) && runOf(row, player) === run;
    const here = players.map(({ index }) => index).filter(isHere);
    const remembers = here.some((player) =>
      ["look", "reset"].includes(processAt(row, player).phase.kind),
    );
    const forgotten = worlds.forgotten(world);
    worlds.checkRecovery(forgotten);
    if (!remembers) row[touched] = forgotten;
    if (here.length > 0) return;
    row[touched] = CLOSED;
    sortWorkers(row, run);
  };

  /** Between two runs it does not matter which of equal workers has died. */
  const sortWorkers = (row: Row, run: number) => {
    for (const visits of new Set(players.map((player) => player.visits))) {
      sortEqual(row, run, visits);
    }
  };
  const sortEqual = (row: Row, run: number, visits: number) => {
    const workers = players
      .filter((player) => player.kind === "worker" && player.visits === visits)
      .map(({ index }) => index);
    const alive = workers.filter((player) => statusAt(row, player) !== DEAD).length;
    workers.forEach((player, place) => {
      setStatus(row, player, place < alive ? ALIVE : DEAD);
      const next = starts[run + 1]?.[player] ?? processes.last(player);
      row[runs + player] = place < alive ? next : GONE;
    });
  };

  const isExecuting = (row: Row, player: number, run: number) => {
    if (statusAt(row, player) === DEAD) return false;
    const { phase, stopped } = processAt(row, player);
    if (phase.kind !== "execute" || phase.run !== run) return false;
    return !playerAt(player).variant.supervised || (!stopped && statusAt(row, player) === ALIVE);
  };
  /** Whether an owner that lost its run, and lives, has not noticed yet: that is what is waited for. */
  const isAwaited = (row: Row, run: number) => {
    const { onTrial } = worlds.states.valueOf(at(row, run)).history;
    if (onTrial === null) return false;
    const owner = playerOf(onTrial);
    return statusAt(row, owner) === ALIVE && isExecuting(row, owner, run);
  };
  const checkExecutions = (row: Row) => {
    for (let run = 0; run < runs; run++) {
      const busy = players.filter(({ index }) => isExecuting(row, index, run));
      if (busy.length > 1) {
        throw new BrokenPromise(`${busy.length} programs execute the same run at the same time`);
      }
    }
  };

  /** An owner that was told that it is fenced, and was given its flag back, has gone on to other things. */
  const beatsFor = (row: Row, token: string) => {
    const process = processAt(row, playerOf(token));
    return process.operation !== undefined && tokenOf(process) === token;
  };

  const answersTo = (row: Row, player: number): readonly (readonly [number, number])[] => {
    const process = processAt(row, player);
    const { operation, phase, clockMs } = process;
    const world = at(row, phase.run);
    if (operation?.kind === "wait" && isAwaited(row, phase.run)) return [];
    if (operation?.kind === "monotonic" || operation?.kind === "wait") {
      const value = operation.kind === "wait" ? undefined : clockMs;
      return [[world, processes.answers.idOf({ ok: true, value })]];
    }
    const { world: next, answer } = worlds.afterAct(world, actOf(row, player));
    if (operation?.kind !== "judge") return [[next, answer]];
    const given = processes.answers.valueOf(answer);
    if (!given.ok) return [[next, answer]];
    const alive = [next, processes.answers.idOf({ ok: true, value: false })] as const;
    const token = parseOwner(operation.path.slice(operation.path.indexOf(".") + 1))?.token ?? "";
    const status = statusAt(row, playerOf(token));
    // At a single look a clock that jumps makes anybody seem silent.
    if (status === ALIVE && beatsFor(row, token) && playerAt(player).variant.secondLook) {
      return [alive];
    }
    const value = `${String(given.value)} ${status === DEAD ? 0 : HEARTBEAT_MS}`;
    return [alive, [next, processes.answers.idOf({ ok: true, value })]];
  };

  const scratch = new Uint32Array(width);
  let current: Step = { player: 0, kind: "operation" };
  return {
    width,
    first: () => {
      const row = new Uint32Array(width);
      for (let run = 0; run < runs; run++) row[run] = worlds.first(run, model.start);
      players.forEach(({ index }) => (row[runs + index] = starts[0]?.[index] ?? 0));
      row[width - 1] = ((model.crashes << 24) | (model.pauses << 28)) >>> 0;
      return row;
    },
    expand: (row, emit) => {
      for (const player of movers(row)) {
        const { run } = processAt(row, player).phase;
        if (statusAt(row, player) === PAUSED) {
          current = { player, kind: "wakes up" };
          scratch.set(row);
          setStatus(scratch, player, ALIVE);
          scratch[runs + player] = processes.woken(at(row, runs + player));
          checkExecutions(scratch);
          emit(scratch, current);
          continue;
        }
        current = { player, kind: "operation" };
        for (const [world, answer] of answersTo(row, player)) {
          for (const { process, report } of processes.after(at(row, runs + player), answer)) {
            scratch.set(row);
            scratch[run] = report === undefined ? world : worlds.reported(world, report);
            scratch[runs + player] = process;
            settle(scratch, run);
            checkExecutions(scratch);
            emit(scratch, current);
          }
        }
        if (reduced && holderIn(at(row, run)) !== player) continue;
        if (left(row, "crashes") > 0) {
          current = { player, kind: "dies" };
          scratch.set(row);
          setStatus(scratch, player, DEAD);
          scratch[width - 1] = at(scratch, width - 1) - (1 << 24);
          scratch[runs + player] = GONE;
          settle(scratch, run);
          emit(scratch, current);
        }
        if (left(row, "pauses") > 0) {
          current = { player, kind: "is stopped for longer than its lease" };
          scratch.set(row);
          setStatus(scratch, player, PAUSED);
          scratch[width - 1] = at(scratch, width - 1) - (1 << 28);
          emit(scratch, current);
        }
      }
    },
    current: () => current,
    folders: () => {
      const workers = players.filter(({ kind }) => kind === "worker").length;
      return new Set(worlds.visible().map((text) => leastNamed(text, workers)));
    },
    counts: () => ({ folders: worlds.states.size(), processes: processes.states.size() }),
    describe: (row, { player, kind }) => {
      const { phase, operation } = processAt(row, player);
      return kind === "operation"
        ? `${playerAt(player).kind} ${player + 1}: ${phase.kind}: ${JSON.stringify(operation)}`
        : `${playerAt(player).kind} ${player + 1} ${kind}`;
    },
  };
}

/** Of the same text with the workers' tokens exchanged in all ways, the first. */
function leastNamed(text: string, workers: number): string {
  const named = permutations(Array.from({ length: workers }, (_, index) => index)).map((order) =>
    text.replace(
      /(worker\.\d+\.)?\b([0-9a-f]{24})(?=[0-9a-f]{8}\b)/g,
      (all, owner, digits: string) => {
        const player = playerOf(digits);
        const to = order[player];
        if (to === undefined) return all;
        return `${owner === undefined ? "" : `worker.${to + 1}.`}${(to + 1).toString(16).padStart(24, "0")}`;
      },
    ),
  );
  // Sets were sorted by the old names.
  return (
    named
      .map((one) =>
        one
          .split(/[\n\u0001[\],{}]/)
          .sort()
          .join("\n"),
      )
      .sort()[0] ?? text
  );
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function unknown(index: number): never {
  throw new RangeError(`There is no player ${index}`);
}
